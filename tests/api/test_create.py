"""/api/create and /api/puna/export over HTTP, and answers of the models they make."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.models.library import Library
from tests.api.served import WAIT_S, Served, children, has_ended, serving
from tests.creation import left_in, library_in, put
from tests.tiny_gguf import Shape, write_random_model, write_script_model

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return library_in(tmp_path_factory.mktemp("created") / "models")


@pytest.fixture(scope="module")
def puna(store: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("home"), store.root) as served:
        yield served


@pytest.fixture(scope="module")
def script(store: Library, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Digest of an uploaded model."""
    path = tmp_path_factory.mktemp("files") / "m.gguf"
    write_script_model(path, "Hello big world")
    return put(store, path)


def test_a_model_of_a_file_answers(puna: Served, script: str) -> None:
    lines = puna.lines("/api/create", {"model": "hello", "files": {"m.gguf": script}})
    assert lines[0] == {"status": "parsing GGUF"}
    assert lines[-1] == {"status": "success"}
    assert puna.generate("hello", "Hi")["response"] == "Hello big world"


def test_in_one_piece(puna: Served, script: str) -> None:
    body = {"name": "one", "files": {"m.gguf": script}}
    assert puna.whole("/api/create", body) == {"status": "success"}


def test_a_model_of_another_has_its_own_options(puna: Served, script: str) -> None:
    puna.whole("/api/create", {"model": "base", "files": {"m.gguf": script}})
    order: dict[str, Any] = {
        "model": "short",
        "from": "base",
        "parameters": {"num_predict": 2, "stop": "never"},
        "system": "Be brief.",
        "license": "MIT",
        "messages": [{"role": "user", "content": "Hi"}],
    }
    puna.whole("/api/create", order)
    assert puna.generate("short", "Hi")["response"] == "Hello big"
    card = puna.whole("/api/show", {"model": "short"})
    assert card["details"]["parent_model"] == "base:latest"
    assert (card["system"], card["license"]) == ("Be brief.", "MIT")
    assert card["messages"] == [{"role": "user", "content": "Hi"}]
    assert 'stop                           "never"' in card["parameters"]


@pytest.mark.parametrize(
    ("body", "status", "text"),
    [
        (b"", 400, "missing request body"),
        ({}, 400, "invalid model name"),
        ({"model": "a b", "from": "x"}, 400, "invalid model name"),
        ({"model": "x:cloud", "from": "x"}, 400, "invalid model name"),
        ({"model": "x"}, 400, "neither 'from' or 'files' was specified"),
        ({"model": "x", "files": {"/m": "sha256:"}}, 400, "file path must be relative"),
        ({"model": "x", "files": {"m": ""}}, 400, "invalid digest format"),
        ({"model": "x", "files": {"m": 1}}, 400, "\"files\" must give a digest for 'm'"),
        (
            {"model": "x", "from": "y", "draft_quantize": "Q8_0"},
            400,
            "--draft-quantize requires a DRAFT model",
        ),
        (
            {"model": "x", "from": "y", "parameters": {"num_ctx": "many"}},
            400,
            'parameters: option "num_ctx" must be of type integer',
        ),
        ({"model": "x", "from": "y", "license": 1}, 400, '"license" must be a string or a list'),
        (
            {"model": "x", "from": "y", "messages": [{"role": "cat"}]},
            400,
            'message role must be one of "system"',
        ),
        ({"model": "x", "from": "y", "remote_host": "http://h"}, 400, "bad remote"),
        (
            {"model": "x", "from": "y", "quantize": "Q9"},
            400,
            "unsupported quantization type Q9 - supported types are F32, F16, Q4_K_S, Q4_K_M, Q8_0",
        ),
    ],
)
@pytest.mark.parametrize("stream", [True, False])
def test_errors(puna: Served, body: Any, status: int, text: str, stream: bool) -> None:
    if isinstance(body, dict):
        body = body | {"stream": stream}
    found = puna.refusal("/api/create", body)
    assert found[0] == status
    assert found[1].startswith(text)


def test_a_template_that_cannot_be_read(puna: Served, script: str) -> None:
    puna.whole("/api/create", {"model": "base", "files": {"m.gguf": script}})
    body = {"model": "x", "from": "base", "template": "{{ if }}"}
    status, text = puna.refusal("/api/create", body)
    assert status == 400
    assert text.startswith("template error: ")


def test_an_error_after_the_first_line_is_a_line(puna: Served, script: str) -> None:
    body = {"model": "x", "files": {"m.gguf": script}, "template": "{{ if }}"}
    reply = puna.post("/api/create", body)
    assert reply.status_code == 200
    last = json.loads(reply.text.splitlines()[-1])
    assert last["error"].startswith("template error: ")
    status, text = puna.refusal("/api/create", body | {"stream": False})
    assert (status, text) == (400, last["error"])


def test_a_client_that_goes_away_ends_the_work(
    puna: Served, store: Library, tmp_path: Path
) -> None:
    write_random_model(tmp_path / "m.gguf", shape=Shape(embed=512, layers=24, floats="F16"))
    digest = put(store, tmp_path / "m.gguf")
    before, processes = left_in(store.root), children()
    body = {"model": "gone", "files": {"m.gguf": digest}, "quantize": "IQ4_XS"}
    with puna.streaming("/api/create", body) as lines:
        for line in lines:
            if line.get("completed"):
                break
        (quantizer,) = children() - processes
    assert has_ended(quantizer)
    deadline = time.monotonic() + WAIT_S
    while left_in(store.root) != before:
        assert time.monotonic() < deadline
    assert puna.refusal("/api/show", {"model": "gone"})[0] == 404


def test_export(puna: Served, script: str, tmp_path: Path) -> None:
    puna.whole("/api/create", {"model": "hello:1b", "files": {"m.gguf": script}, "system": "Hi."})
    folder = tmp_path / "new" / "folder"
    body = {"model": "hello:1b", "folder": str(folder)}
    last = puna.lines("/api/puna/export", body)[-1]
    assert last["status"] == "success"
    assert last["files"] == [str(folder / "hello-1b.gguf"), str(folder / "Modelfile")]
    assert "FROM hello-1b.gguf\nSYSTEM Hi.\n" in (folder / "Modelfile").read_text("utf-8")
    status, text = puna.refusal("/api/puna/export", body)
    assert status == 400
    assert "exists already" in text
    assert puna.refusal("/api/puna/export", {"model": "nix", "folder": str(folder)})[0] == 404
    assert puna.refusal("/api/puna/export", {"model": "hello:1b", "folder": "here"})[0] == 400
