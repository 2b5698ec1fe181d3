"""What is installed and what is loaded: `/api/tags`, `/api/ps`, `/api/show`."""

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import ollama
import pytest

from tests.api.conftest import ADDED, Shelf
from tests.api.served import Json, Served, serving
from tests.tiny_gguf import CHAT_TEMPLATE

pytestmark = pytest.mark.slow

COMPLETE = {"script:latest", "endless:latest", "random:latest", "embedder:latest",
            "thinker:latest", "garbage:latest", "layered:latest", "newest:latest",
            "Team/Mixed-Case:V1"}  # fmt: skip


def tagged(puna: Served) -> dict[str, Json]:
    return {model["name"]: model for model in puna.http.get("/api/tags").json()["models"]}


def show(puna: Served, model: str, **fields: Any) -> Json:
    reply = puna.post("/api/show", {"model": model} | fields)
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def test_tags_list_every_complete_model_and_no_other(puna: Served) -> None:
    found = set(tagged(puna))
    assert found >= COMPLETE
    assert not {"damaged:latest", "lost:latest"} & found


def test_fields_of_tags(puna: Served) -> None:
    found = tagged(puna)["script:latest"]
    manifest = puna.models / "manifests/registry.ollama.ai/library/script/latest"
    assert found.pop("digest") == hashlib.sha256(manifest.read_bytes()).hexdigest()
    assert found.pop("size") > 400_000
    assert datetime.fromisoformat(found.pop("modified_at")).timestamp() == ADDED
    assert found.pop("details") == {
        "parent_model": "",
        "format": "gguf",
        "family": "llama",
        "families": ["llama"],
        "parameter_size": found_size(puna, "script"),
        "quantization_level": "F16",
        "context_length": 2048,
        "embedding_length": 128,
    }
    assert found == {
        "name": "script:latest",
        "model": "script:latest",
        "capabilities": ["completion"],
    }


def found_size(puna: Served, model: str) -> str:
    size = show(puna, model)["details"]["parameter_size"]
    assert re.fullmatch(r"\d+(\.\d+)?[KMB]", size)
    return str(size)


def test_tags_are_sorted_by_age(puna: Served) -> None:
    times = [datetime.fromisoformat(each["modified_at"]) for each in tagged(puna).values()]
    assert times == sorted(times, reverse=True)
    first, *rest = tagged(puna)
    assert first == "newest:latest"
    assert rest.index("embedder:latest") > rest.index("script:latest")


def test_capabilities_are_what_puna_can_do(puna: Served) -> None:
    found = tagged(puna)
    assert found["thinker:latest"]["capabilities"] == ["completion", "tools", "thinking"]
    assert found["embedder:latest"]["capabilities"] == ["embedding"]
    assert show(puna, "thinker")["capabilities"] == ["completion", "tools", "thinking"]


def test_an_unreadable_file_of_weights_is_listed_and_explained(puna: Served) -> None:
    found = tagged(puna)["garbage:latest"]
    assert found["details"]["quantization_level"] == "unknown"
    for route in ("show", "generate", "chat"):
        status, text = puna.refusal(f"/api/{route}", {"model": "garbage"})
        assert status == 500
        assert text


@pytest.mark.parametrize("route", ["show", "generate", "chat"])
@pytest.mark.parametrize("name", ["damaged", "lost"])
def test_a_damaged_model_is_explained(puna: Served, route: str, name: str) -> None:
    status, text = puna.refusal(f"/api/{route}", {"model": name})
    assert status == 500
    assert name in text


def test_a_store_that_is_not_there_yet(tmp_path: Path) -> None:
    with serving(tmp_path / "home", tmp_path / "none") as served:
        assert served.http.get("/api/tags").json() == {"models": []}
        assert served.http.get("/api/ps").json() == {"models": []}


def test_models_that_are_added_appear(puna: Served, shelf: Shelf) -> None:
    assert "late:latest" not in tagged(puna)
    shelf.add("late", "script")
    assert "late:latest" in tagged(puna)
    (shelf.root / "manifests/registry.ollama.ai/library/late/latest").unlink()
    assert "late:latest" not in tagged(puna)


@pytest.fixture(scope="module")
def loaded(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service that has two models loaded."""
    with serving(tmp_path_factory.mktemp("home"), shelf.root, context_tokens=128) as served:
        served.load("random", keep_alive="5m")
        served.load("SCRIPT", keep_alive="10m", options={"num_ctx": 100_000})
        yield served


def test_fields_of_ps(loaded: Served) -> None:
    first, second = loaded.http.get("/api/ps").json()["models"]
    assert (first["name"], second["name"]) == ("script:latest", "random:latest")
    tag = tagged(loaded)["script:latest"]
    names = ("parent_model", "format", "family", "families", "parameter_size", "quantization_level")
    assert first["details"] == {name: tag["details"][name] for name in names}
    assert first["digest"] == tag["digest"]
    assert first["model"] == first["name"]
    assert first["size"] > 0
    assert first["size_vram"] == 0
    assert (first["context_length"], second["context_length"]) == (2048, 128)
    ends = [datetime.fromisoformat(each["expires_at"]) for each in (first, second)]
    assert timedelta(minutes=4) < ends[0] - ends[1] < timedelta(minutes=6)
    assert len(first) == 9
    plan = second["puna"]["plan"]
    assert (plan["context_tokens"], plan["parallel"], plan["kv_cache_type"]) == (128, 8, "f16")
    assert (plan["gpu_layers"], plan["steps"]) == (0, [])
    assert plan["threads"] > 0


def test_a_model_that_was_deleted_while_it_is_loaded(loaded: Served, shelf: Shelf) -> None:
    manifest = shelf.root / "manifests/registry.ollama.ai/library/random/latest"
    kept = manifest.read_bytes()
    manifest.unlink()
    try:
        found = {each["name"]: each for each in loaded.http.get("/api/ps").json()["models"]}
        assert found["random:latest"]["details"]["parent_model"] == ""
        with ollama.Client(loaded.url) as client:
            assert len(client.ps().models) == 2
    finally:
        shelf.add("random", "random")
        assert manifest.read_bytes() == kept


def test_show(puna: Served) -> None:
    found = show(puna, "layered")
    assert found["license"] == "Yours.\nForever."
    assert found["system"] == "Be kind."
    assert found["template"] == CHAT_TEMPLATE
    assert found["messages"] == [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Ho"},
    ]
    assert found["capabilities"] == ["completion"]
    assert datetime.fromisoformat(found["modified_at"]).timestamp() == ADDED
    assert set(found["details"]) == {
        "parent_model", "format", "family", "families", "parameter_size", "quantization_level"
    }  # fmt: skip


def test_parameters_are_a_text(puna: Served) -> None:
    lines = show(puna, "layered")["parameters"].split("\n")
    assert sorted(lines) == [
        "num_predict                    3",
        "num_thread                     1",
        'stop                           "\\n"',
        'stop                           "no such text"',
        "temperature                    0",
    ]


def test_modelfile(puna: Served) -> None:
    head, _, rest = show(puna, "layered")["modelfile"].partition("\n\n")
    assert head.splitlines()[0] == '# Modelfile generated by "ollama show"'
    assert head.splitlines()[-1] == "# FROM layered:latest"
    lines = rest.splitlines()
    assert re.fullmatch(r"FROM /.*/blobs/sha256-[0-9a-f]{64}", lines[0])
    for line in ("SYSTEM Be kind.", "PARAMETER num_predict 3", "LICENSE Yours.", "MESSAGE user Hi"):
        assert line in lines


def test_model_info(puna: Served) -> None:
    info = show(puna, "random")["model_info"]
    assert info["general.architecture"] == "llama"
    assert info["llama.context_length"] == 2048
    assert info["llama.embedding_length"] == 64
    assert info["general.parameter_count"] > 100_000
    assert info["tokenizer.ggml.tokens"] is None
    assert "tokenizer.chat_template" not in info
    assert "general.name" not in info


def test_verbose_brings_the_lists(puna: Served) -> None:
    info = show(puna, "random", verbose=True)["model_info"]
    assert info["tokenizer.ggml.tokens"][:3] == ["<unk>", "<s>", "</s>"]
    assert len(info["tokenizer.ggml.scores"]) == 512


def test_tensors_are_there_without_verbose(puna: Served) -> None:
    tensors = {each["name"]: each for each in show(puna, "random")["tensors"]}
    assert tensors["token_embd.weight"] == {
        "name": "token_embd.weight",
        "type": "F32",
        "shape": [64, 512],
    }


def test_what_a_model_does_not_have_is_left_out(puna: Served) -> None:
    found = show(puna, "embedder")
    absent = {"license", "system", "parameters", "messages", "projector_info", "requires"}
    assert not absent & set(found)
    assert show(puna, "embedder", system="S")["system"] == "S"


def test_show_by_the_old_field(puna: Served) -> None:
    for body in ({"name": "script"}, {"model": "", "name": "SCRIPT"}):
        assert puna.post("/api/show", body).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "text"),
    [
        ({}, 400, "model is required"),
        ({"model": "a b"}, 400, "invalid model name"),
        ({"model": "foo"}, 404, "model 'foo:latest' not found"),
        ({"model": "User/Foo:1B"}, 404, "model 'User/Foo:1B' not found"),
        ({"model": "hf.co/u/m"}, 404, "model 'hf.co/u/m:latest' not found"),
        ({"model": "foo:local"}, 404, "model 'foo:latest' not found"),
        ({"model": "m:cloud"}, 403,
         "ollama cloud is disabled: remote model details are unavailable"),
        ({"model": "m:local:cloud"}, 400,
         'use either :local or :cloud, not both: "m:local:cloud"'),
    ],
)  # fmt: skip
def test_show_of_what_is_not_there(puna: Served, body: Json, status: int, text: str) -> None:
    assert puna.refusal("/api/show", body) == (status, text)


def test_copilot_finds_the_name_it_asked_for(puna: Served) -> None:
    headers = {"user-agent": "GitHubCopilotChat/0.32"}
    found = puna.http.post("/api/show", json={"model": "Script"}, headers=headers).json()
    assert found["model_info"]["general.basename"] == "Script"
    assert "general.basename" not in show(puna, "Script")["model_info"]
