"""Models of other programs: listed, and taken over without a copy."""

import os
from pathlib import Path

import gguf
import pytest

from tests import tiny_gguf
from tests.api.served import Served, serving
from tests.models.split_gguf import split
from tests.models.stores import put_blob, put_manifest

pytestmark = pytest.mark.slow

FOUND = "/api/puna/found"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where LM Studio keeps its models."""
    found = tmp_path / "user" / ".lmstudio" / "models" / "maker" / "Tiny-GGUF"
    found.mkdir(parents=True)
    return found


def found(served: Served) -> list[dict[str, object]]:
    return list(served.http.get(FOUND).json()["found"])


def test_a_model_is_adopted_where_it_is(tmp_path: Path, folder: Path) -> None:
    file = folder / "Tiny-Q8_0.gguf"
    tiny_gguf.write_script_model(file, "From elsewhere")
    (folder / "broken.gguf").write_bytes(b"GGUF\x03\0\0\0" + b"\xff" * 64)
    with serving(tmp_path, tmp_path / "models") as served:
        by_file = {str(each["files"][0]): each for each in found(served)}  # type: ignore[index]
        listed = by_file[str(file)]
        assert listed["origin"] == "LM Studio"
        assert listed["installed"] is None
        broken = by_file[str(folder / "broken.gguf")]
        assert "damaged" in str(broken["problem"])
        lines = served.lines(FOUND, {"path": str(file), "model": "mine"})
        assert lines[-1] == {"status": "success", "model": "mine:latest"}
        assert served.generate("mine", "x")["response"] == "From elsewhere"
        assert os.stat(file).st_nlink == 2
        assert {str(each["files"][0]): each["installed"] for each in found(served)}[  # type: ignore[index]
            str(file)
        ] == "mine:latest"
        status, text = served.refusal(FOUND, {"path": str(folder / "broken.gguf")})
        assert status == 500
        assert "damaged" in text
        served.http.request("DELETE", "/api/delete", json={"model": "mine"})
        assert os.stat(file).st_nlink == 1


def test_what_was_not_found_is_not_taken(tmp_path: Path, folder: Path) -> None:
    with serving(tmp_path, tmp_path / "models") as served:
        status, _text = served.refusal(FOUND, {"path": "/etc/passwd"})
        assert status == 404
        status, text = served.refusal(FOUND, {})
        assert (status, text) == (400, '"path" must be the first file of a model that was found')
        status, _text = served.refusal(FOUND, {"path": "/x", "model": "a/../b"})
        assert status == 400


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_web_page_may_look(tmp_path: Path, method: str) -> None:
    with serving(tmp_path, tmp_path / "models") as served:
        headers = {"Origin": served.url}
        reply = served.http.request(method, FOUND, json={}, headers=headers)
        assert (reply.status_code, reply.json()["code"]) == (403, "this_machine_only")


def test_a_split_model_of_a_folder_is_imported(tmp_path: Path) -> None:
    folder = tmp_path / "split"
    folder.mkdir()
    tiny_gguf.write_random_model(tmp_path / "whole.gguf")
    assert len(split(tmp_path / "whole.gguf", folder, "tiny", 4)) > 1
    with serving(tmp_path, tmp_path / "models") as served:
        lines = served.lines("/api/puna/import", {"path": str(folder), "name": "whole"})
        assert lines[-1] == {"status": "success", "model": "whole:latest"}
        assert served.generate("whole", "x", options={"num_predict": 3})["eval_count"] == 3
        reader = gguf.GGUFReader(tmp_path / "whole.gguf")
        shown = served.post("/api/show", {"model": "whole"}).json()
        assert len(shown["tensors"]) == len(reader.tensors)
        count = sum(int(tensor.n_elements) for tensor in reader.tensors)
        assert shown["model_info"]["general.parameter_count"] == count


def test_models_that_cannot_be_used_are_listed(tmp_path: Path) -> None:
    root = tmp_path / "models"
    put_manifest(root, "good", [put_blob(root, (_tiny(tmp_path)).read_bytes())])
    put_manifest(root, "bad", [put_blob(root, b"GGUF" + b"\xff" * 64)])
    lost = {"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:" + "0" * 64}
    put_manifest(root, "lost", [lost])
    with serving(tmp_path, root) as served:
        problems = served.http.get("/api/puna/problems").json()["problems"]
        reasons = {each["model"]: each["reason"] for each in problems}
        assert reasons.keys() == {"bad:latest", "lost:latest"}
        assert "lacks its file" in reasons["lost:latest"]


def _tiny(folder: Path) -> Path:
    tiny_gguf.write_script_model(folder / "tiny", "x")
    return folder / "tiny"
