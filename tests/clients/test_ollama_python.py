"""Ollama's own Python package as a witness of what models can do: tools, thinking, structure,
embeddings, probabilities; and of a real model."""

import json
from collections.abc import Iterator
from pathlib import Path

import ollama
import openai
import pytest

from tests.api.openai.asking import ANSWER
from tests.api.served import Served, serving

pytestmark = pytest.mark.slow

SAID = [{"role": "user", "content": "x"}]
PAINT = {
    "type": "object",
    "properties": {"colour": {"enum": ["red", "blue"]}},
    "required": ["colour"],
    "additionalProperties": False,
}
GREEDY = {"temperature": 0, "num_predict": 100}
NAME = "tiny"


@pytest.fixture
def client(puna: Served) -> Iterator[ollama.Client]:
    with ollama.Client(puna.url) as client:
        yield client


@pytest.fixture
def starter(starter_model: Path, tmp_path: Path) -> Iterator[Served]:
    """A service with a real model."""
    with serving(tmp_path / "home", tmp_path / "models") as served:
        *_, last = served.lines("/api/puna/import", {"path": str(starter_model), "name": NAME})
        assert last["status"] == "success"
        yield served


def weather(place: str, days: int) -> str:
    """Tell the weather of a place."""
    return f"Sun in {place} for {days} days"


def test_tools_and_thinking(client: ollama.Client) -> None:
    found = client.chat("caller", SAID, tools=[weather], think=True)
    assert (found.message.thinking or "").strip() == "Paris, then."
    assert found.message.tool_calls
    function = found.message.tool_calls[0].function
    assert (function.name, function.arguments) == ("weather", {"place": "Paris", "days": 2})
    result = {"role": "tool", "tool_name": "weather", "content": weather(**function.arguments)}
    assert client.chat("caller", [*SAID, found.message, result], tools=[weather]).done


def test_tools_in_a_stream(client: ollama.Client) -> None:
    pieces = list(client.chat("caller", SAID, tools=[weather], stream=True))
    thinking = "".join(piece.message.thinking or "" for piece in pieces)
    calls = [call for piece in pieces for call in piece.message.tool_calls or ()]
    assert thinking.strip() == "Paris, then."
    assert [call.function.name for call in calls] == ["weather", "time"]


def test_no_thinking(client: ollama.Client) -> None:
    found = client.chat("caller", SAID, think=False)
    assert not found.message.thinking
    assert "<think>" not in (found.message.content or "")


def test_structured(client: ollama.Client) -> None:
    found = client.chat("random", SAID, format=PAINT, options=GREEDY)
    assert json.loads(found.message.content or "")["colour"] in ("red", "blue")
    plain = client.generate("random", "x", format="json", options=GREEDY)
    assert isinstance(json.loads(plain.response or ""), dict)


def test_log_probabilities(client: ollama.Client) -> None:
    found = client.chat("script", SAID, logprobs=True, top_logprobs=2)
    assert found.logprobs
    assert "".join(each.token for each in found.logprobs) == ANSWER


def test_embeddings(client: ollama.Client) -> None:
    found = client.embed("embedder", ["a", "b"])
    assert len(found.embeddings) == 2


@pytest.mark.anyio
async def test_async(puna: Served) -> None:
    async with ollama.AsyncClient(puna.url) as client:
        assert (await client.chat("script", SAID)).message.content == ANSWER
        stream = await client.chat("script", SAID, stream=True)
        texts = [piece.message.content or "" async for piece in stream]
    assert "".join(texts) == ANSWER


def test_a_real_model_says_the_same_in_both_dialects(starter: Served) -> None:
    said = [{"role": "user", "content": "What is the capital of France? Answer in one word."}]
    options = {"temperature": 0, "top_p": 1.0, "num_predict": 6}
    with ollama.Client(starter.url) as native:
        first = native.chat(NAME, said, options=options).message.content
    with openai.OpenAI(base_url=f"{starter.url}/v1", api_key="x", max_retries=0) as client:
        second = client.post(
            "/chat/completions", cast_to=openai.types.chat.ChatCompletion,
            body={"model": NAME, "messages": said, "temperature": 0, "max_tokens": 6},
        )  # fmt: skip
    assert "Paris" in (first or "")
    assert second.choices[0].message.content == first
