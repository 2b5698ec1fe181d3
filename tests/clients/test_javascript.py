"""Ollama's and OpenAI's own JavaScript packages as witnesses."""

import json
import shutil
import subprocess
from typing import Any

import pytest

from tests.api.openai.asking import ANSWER
from tests.api.served import Json, Served
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

FOLDER = ROOT / ".cache/js"
SCRIPT = ROOT / "tests/clients/js/clients.mjs"


@pytest.fixture(scope="module")
def found(puna: Served) -> Json:
    """What the clients got."""
    if shutil.which("node") is None or not (FOLDER / "node_modules/openai").exists():
        pytest.skip("the JavaScript clients are not installed; `make test` does that with Node.js")
    command = ["node", str(SCRIPT), puna.url, str(FOLDER)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_ollama(found: Json) -> None:
    got = found["ollama"]
    assert got["chat"] == got["stream"] == got["generated"] == ANSWER
    assert got["thinking"].strip() == "Paris, then."
    assert called(got["calls"][0]["function"]) == ("weather", {"place": "Paris", "days": 2})
    assert got["shaped"]["colour"] in ("red", "blue")
    assert got["embeddings"] == 2
    assert "script:latest" in got["models"]
    assert got["error"] == [404, "model 'none' not found"]


def test_openai(found: Json) -> None:
    got = found["openai"]
    assert got["chat"] == got["stream"] == got["response"] == got["events"] == ANSWER
    assert called(got["calls"][0]["function"]) == ("weather", {"place": "Paris", "days": 2})
    assert got["shaped"]["colour"] in ("red", "blue")
    assert got["embeddings"] == 2
    assert got["error"] == [404, "model_not_found", "404 model 'none' not found"]


def called(function: Json) -> tuple[str, Any]:
    """Name and arguments, which OpenAI has as text."""
    arguments = function["arguments"]
    return function["name"], json.loads(arguments) if isinstance(arguments, str) else arguments
