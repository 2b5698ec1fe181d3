"""The table of error codes, beside the errors that there are."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.errors import ModelLoadFailed
from desktop.core.resources import resource
from tests.api.conftest import Shelf
from tests.api.served import Served, serving
from tests.test_rooms import sources
from tests.tiny_gguf import Shape, write_random_model

_ROW = re.compile(r"^\| `(\w+)` \| (?!`)", re.MULTILINE)
_CODE = re.compile(r'^    code(?:: [\w\[\]]+)? = "(\w+)"', re.MULTILINE)
ISSUED = {"model_not_found", "out_of_memory", "unsupported_arch", "file_damaged", "worker_died"}
ISSUED |= {"context_exceeded", "queue_full", "key_required", "key_invalid", "rate_limited"}


def told() -> list[str]:
    table = resource("help/errors.md").read_text(encoding="utf-8")
    figures, _, rest = table.partition("## Asking")
    assert "prompt_tokens" in figures
    return _ROW.findall(rest)


def raised() -> Iterator[str]:
    yield from ModelLoadFailed.CODES.values()
    for path in sources("desktop"):
        yield from _CODE.findall(Path(path).read_text(encoding="utf-8"))


def test_every_code_is_in_the_table_once() -> None:
    assert sorted(told()) == sorted(set(raised()))
    assert set(told()) >= ISSUED


@pytest.mark.parametrize("fields", [{"truncate": False}, {"shift": False}])
def test_a_prompt_that_does_not_fit_comes_with_its_length(
    puna: Served, fields: dict[str, bool]
) -> None:
    body = {"model": "random", "prompt": "a " * 300, "options": {"num_ctx": 64}} | fields
    reply = puna.post("/api/generate", body)
    assert reply.status_code == 400
    found = reply.json()
    assert found.pop("error")
    assert found.pop("prompt_tokens") >= 300
    assert found == {"code": "context_exceeded", "context_tokens": 64}


@pytest.mark.slow
def test_a_model_that_needs_too_much_comes_with_what_is_free(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "models", tmp_path)
    shape = Shape(layers=64, context=2**23)  # 128 GiB in one piece, which no system promises
    write_random_model(tmp_path / "huge", shape=shape)
    shelf.add("huge", "huge")
    with serving(tmp_path, shelf.root, context_tokens=2**23, parallel=1) as served:
        reply = served.post("/api/generate", {"model": "huge", "prompt": "x"})
    assert (reply.status_code, reply.json()["code"]) == (500, "out_of_memory")
    assert reply.json()["needed_bytes"] > reply.json()["free_bytes"] > 0


@pytest.mark.slow
@pytest.mark.parametrize(("model", "code"), [("lost", "file_damaged"), ("nope", "model_not_found")])
def test_models_that_cannot_be_loaded(puna: Served, model: str, code: str) -> None:
    reply = puna.post("/api/generate", {"model": model, "prompt": "x"})
    assert reply.json()["code"] == code
    assert set(reply.json()) == {"error", "code"}
