"""The official client as a witness: it understands every answer."""

from collections.abc import Iterator

import ollama
import pytest

from tests.api.conftest import Shelf
from tests.api.served import Served, serving

pytestmark = pytest.mark.slow

OPTIONS = {"temperature": 0}


@pytest.fixture
def client(puna: Served) -> Iterator[ollama.Client]:
    with ollama.Client(puna.url) as client:
        yield client


def test_generate(client: ollama.Client) -> None:
    found = client.generate("script", "x", options=OPTIONS)
    assert (found.response, found.done, found.done_reason) == ("Hello big world", True, "stop")
    assert found.context
    assert found.eval_count == 4
    *pieces, last = client.generate("script", "x", stream=True)
    assert [piece.response for piece in pieces] == ["Hello", " big", " world"]
    assert last.done


def test_chat(client: ollama.Client) -> None:
    said = [{"role": "user", "content": "x"}]
    found = client.chat("script", said, options=OPTIONS, keep_alive="5m")
    assert (found.message.role, found.message.content) == ("assistant", "Hello big world")
    *pieces, last = client.chat("script", said, stream=True)
    assert "".join(piece.message.content or "" for piece in pieces) == "Hello big world"
    assert last.done_reason == "stop"


def test_lists(client: ollama.Client) -> None:
    client.generate("script")
    installed = {model.model: model for model in client.list().models}
    assert installed["script:latest"].details
    assert installed["script:latest"].modified_at
    running = {model.model: model for model in client.ps().models}
    assert running["script:latest"].context_length == 1024
    assert running["script:latest"].expires_at


def test_show(client: ollama.Client) -> None:
    found = client.show("layered")
    assert found.modelinfo
    assert found.modelinfo["general.architecture"] == "llama"
    assert found.capabilities == ["completion"]
    assert found.parameters


def _weather(place: str) -> str:
    """Tell the weather of a place."""
    return place


def test_errors(client: ollama.Client) -> None:
    with pytest.raises(ollama.ResponseError, match="model 'none' not found") as found:
        client.chat("none", [])
    assert found.value.status_code == 404
    with pytest.raises(ollama.ResponseError, match="does not support tools") as found:
        client.chat("script", [], tools=[_weather])
    assert found.value.status_code == 400


def test_answers_may_be_whole_by_default(
    shelf: Shelf, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    with serving(home, shelf.root, default_stream=False) as served:
        body = {"model": "script", "prompt": "x"}
        for stream in ({}, {"stream": None}, {"stream": False}):
            reply = served.post("/api/generate", body | stream)
            assert reply.json()["response"] == "Hello big world"
        assert len(served.lines("/api/generate", body | {"stream": True})) == 4
        said = {"model": "script", "messages": [{"role": "user", "content": "x"}]}
        assert served.post("/api/chat", said).json()["message"]["content"] == "Hello big world"
