"""`POST /api/puna/import`: a file of this machine becomes a model, or is refused in words."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import tiny_gguf
from tests.api.served import Json, Served, serving

NO_PATH = '"path" must be an absolute path of a GGUF file or a folder'
IMPORT = "/api/puna/import"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service with an empty store."""
    folder = tmp_path_factory.mktemp("import")
    with serving(folder / "home", folder / "models") as served:
        yield served


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Tiny file.gguf"
    tiny_gguf.write_script_model(path, "Hello big world", name="")
    return path


@pytest.mark.slow
def test_an_imported_file_answers(served: Served, file: Path) -> None:
    *progress, last = served.lines(IMPORT, {"path": str(file), "name": "Mine:1b"})
    assert last == {"status": "success", "model": "Mine:1b"}
    size = file.stat().st_size
    assert progress[-1] == {"status": "copying", "completed": size, "total": size}
    assert all(line["status"] == "copying" and line["total"] == size for line in progress)
    assert served.generate("mine:1b", "x")["response"] == "Hello big world"


def test_the_name_is_the_file_s_own_if_none_is_given(served: Served, file: Path) -> None:
    for name in ({}, {"name": ""}, {"name": None}):
        *_, last = served.lines(IMPORT, {"path": str(file)} | name)
        assert last == {"status": "success", "model": "tiny-file:latest"}


@pytest.mark.parametrize(
    ("body", "status", "text"),
    [
        ({}, 400, NO_PATH),
        ({"path": "weights.gguf"}, 400, NO_PATH),
        ({"path": "~/weights.gguf"}, 400, NO_PATH),
        ({"path": 1}, 400,
         "json: cannot unmarshal number into Go struct field ImportRequest.path of type string"),
        ({"path": "/none", "name": "a b"}, 400, "invalid model name"),
        ({"path": "/none", "name": "../../etc/x"}, 400, "invalid model name"),
        ({"path": "/none", "name": "m:cloud"}, 403,
         "ollama cloud is disabled: remote model is unavailable"),
        ({"path": "/no/such.gguf"}, 400, "/no/such.gguf does not exist."),
        ({"path": "/no/such.gguf", "name": "m"}, 400, "/no/such.gguf does not exist."),
        ({"path": "/dev/null"}, 400, "/dev/null is a device or a pipe, not a model file."),
        ({"path": "/"}, 400, "/ has no GGUF file in it."),
        ({"path": "/a\0b"}, 400, "'/a\\x00b' is not the name of a file."),
        ({"path": "/" + "x" * 5000}, 400, "cannot be read: File name too long."),
    ],
)  # fmt: skip
def test_refusals(served: Served, body: Json, status: int, text: str) -> None:
    found, words = served.refusal(IMPORT, body)
    assert found == status
    assert words.endswith(text)
    assert "m:latest" not in names(served)


def names(served: Served) -> list[str]:
    return [model["name"] for model in served.http.get("/api/tags").json()["models"]]


def test_files_that_are_no_models(served: Served, tmp_path: Path) -> None:
    before = names(served)
    text, cut, pipe = tmp_path / "text.gguf", tmp_path / "cut.gguf", tmp_path / "pipe.gguf"
    text.write_text("This is not a model.")
    tiny_gguf.write_script_model(cut, "x")
    cut.write_bytes(cut.read_bytes()[:2000])
    os.mkfifo(pipe)
    for path, words in ((text, "is not a GGUF file"), (cut, "cut short"), (pipe, "a pipe")):
        status, found = served.refusal(IMPORT, {"path": str(path), "name": "m"})
        assert status == 400
        assert words in found
    assert names(served) == before
