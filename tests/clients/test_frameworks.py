"""LangChain, LlamaIndex and LiteLLM as witnesses.

Each in a process of its own: they take seconds to load and leave connections open.
"""

import json
import os
import subprocess
import sys

import pytest

from tests.api.openai.asking import ANSWER
from tests.api.served import Json, Served
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

PROGRAMS = ROOT / "tests/clients/programs"
CALL = ["weather", {"place": "Paris", "days": 2}]
COLOURS = ({"colour": "red"}, {"colour": "blue"})


def talk(name: str, puna: Served) -> Json:
    """What one of the programs prints."""
    environ = os.environ | {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "NO_PROXY": "127.0.0.1"}
    environ["OLLAMA_API_BASE"] = puna.url  # LiteLLM asks the usual port about models otherwise
    done = subprocess.run(
        [sys.executable, str(PROGRAMS / name), puna.url],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_langchain(puna: Served) -> None:
    got = talk("with_langchain.py", puna)
    assert got["chat"] == got["stream"] == got["async"] == ANSWER
    assert (got["tokens"], got["embeddings"]) == (4, 2)
    assert got["call"] == CALL
    assert got["thinking"].strip() == "Paris, then."
    assert got["calls_after_results"] == 2
    assert got["shaped"] in COLOURS
    assert got["shaped_by_call"] == CALL[1]


def test_llama_index(puna: Served) -> None:
    got = talk("with_llama_index.py", puna)
    assert got["complete"] == got["chat"] == got["stream"] == ANSWER
    assert got["call"] == CALL
    assert isinstance(got["shaped"]["thick"], bool)


def test_litellm(puna: Served) -> None:
    found = talk("with_litellm.py", puna)
    assert set(found) == {"ollama_chat", "openai"}
    for got in found.values():
        assert got["chat"] == got["stream"] == ANSWER
        assert json.loads(got["call"]) == CALL[1]
        assert json.loads(got["shaped"]) in COLOURS
        assert "model 'none' not found" in got["error"]
