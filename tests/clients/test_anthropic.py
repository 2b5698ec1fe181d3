"""Anthropic's official client as a witness: it understands every answer."""

import asyncio
from collections.abc import Iterator
from typing import Any

import anthropic
import pytest

from tests.api.served import Served

pytestmark = pytest.mark.slow

SAID: Any = [{"role": "user", "content": "x"}]
TOOLS: Any = [
    {"name": "weather", "input_schema": {"type": "object", "properties": {"place": {}}}},
    {"name": "time", "input_schema": {"type": "object"}},
]


@pytest.fixture
def client(puna: Served) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=puna.url, api_key="sk-ant-any", max_retries=0) as client:
        yield client


def test_a_message(client: anthropic.Anthropic) -> None:
    found = client.messages.create(model="script", max_tokens=50, messages=SAID, system="Be kind.")
    (block,) = found.content
    assert isinstance(block, anthropic.types.TextBlock)
    assert block.text == "Hello big world"
    assert (found.stop_reason, found.stop_sequence) == ("end_turn", None)
    assert found.usage.output_tokens == 4
    assert found._request_id
    assert found._request_id.startswith("req_")


def test_a_stream(client: anthropic.Anthropic) -> None:
    with client.messages.stream(model="script", max_tokens=50, messages=SAID) as stream:
        assert list(stream.text_stream) == ["Hello", " big", " world"]
        found = stream.get_final_message()
    assert found.stop_reason == "end_turn"
    assert found.usage.output_tokens == 4
    count = client.messages.count_tokens(model="script", messages=SAID).input_tokens
    cached = found.usage.cache_read_input_tokens
    assert cached is not None
    assert found.usage.input_tokens + cached == count


def test_raw_events(client: anthropic.Anthropic) -> None:
    events = client.messages.create(model="script", max_tokens=50, messages=SAID, stream=True)
    kinds = [event.type for event in events]
    assert kinds[:2] == ["message_start", "content_block_start"]  # pings are left out
    assert kinds[-3:] == ["content_block_stop", "message_delta", "message_stop"]


def test_a_whole_turn_with_tools(client: anthropic.Anthropic) -> None:
    with client.messages.stream(
        model="caller", max_tokens=100, messages=SAID, tools=TOOLS
    ) as stream:
        found = stream.get_final_message()
    assert found.stop_reason == "tool_use"
    thinking, text, first, second = found.content
    assert isinstance(thinking, anthropic.types.ThinkingBlock)
    assert isinstance(text, anthropic.types.TextBlock)
    assert isinstance(first, anthropic.types.ToolUseBlock)
    assert isinstance(second, anthropic.types.ToolUseBlock)
    assert (first.name, first.input) == ("weather", {"place": "Paris", "days": 2})
    results: Any = [
        {"type": "tool_result", "tool_use_id": first.id, "content": "11 C"},
        {"type": "tool_result", "tool_use_id": second.id, "content": [], "is_error": True},
    ]
    history: Any = [
        *SAID,
        {"role": "assistant", "content": found.content},
        {"role": "user", "content": results},
    ]
    answer = client.messages.create(model="caller", max_tokens=5, messages=history, tools=TOOLS)
    assert answer.stop_reason == "max_tokens"


def test_counting(client: anthropic.Anthropic) -> None:
    long: Any = [{"role": "user", "content": "word " * 3000}]
    count = client.messages.count_tokens(model="random", messages=long).input_tokens
    assert count > 3000  # more than the context holds: nothing is cut
    more = client.messages.count_tokens(model="random", messages=long, system="Be kind.")
    assert more.input_tokens > count


def test_models(client: anthropic.Anthropic) -> None:
    found = {model.id: model for model in client.models.list()}
    assert found["script:latest"].type == "model"
    assert found["script:latest"].created_at.year == 2023
    one = client.models.retrieve("script")
    assert (one.id, one.display_name) == ("script", "script:latest")
    with pytest.raises(anthropic.NotFoundError):
        client.models.retrieve("none")


def test_errors(client: anthropic.Anthropic) -> None:
    with pytest.raises(anthropic.NotFoundError, match="model 'none' not found") as missing:
        client.messages.create(model="none", max_tokens=1, messages=SAID)
    assert isinstance(missing.value.body, dict)
    assert missing.value.body["error"]["type"] == "not_found_error"
    assert missing.value.request_id
    with pytest.raises(anthropic.BadRequestError, match="must be positive"):
        client.messages.create(model="script", max_tokens=0, messages=SAID)


def test_at_the_same_time(puna: Served) -> None:
    async def ask() -> list[str]:
        async with anthropic.AsyncAnthropic(base_url=puna.url, api_key="x") as client:

            async def one() -> str:
                async with client.messages.stream(
                    model="script", max_tokens=50, messages=SAID
                ) as stream:
                    return await stream.get_final_text()

            return await asyncio.gather(*(one() for _ in range(4)))

    assert asyncio.run(ask()) == ["Hello big world"] * 4
