"""OpenAI's own Python package as a witness: sync, async, streams, tools, structured, responses."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

import openai
import pydantic
import pytest

from tests.api.openai.asking import ANSWER
from tests.api.served import Served

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionMessageParam, ChatCompletionToolParam
    from openai.types.responses import FunctionToolParam

pytestmark = pytest.mark.slow

USER: "ChatCompletionMessageParam" = {"role": "user", "content": "x"}
PLACE: dict[str, object] = {"type": "object", "properties": {"place": {"type": "string"}}}
TOOLS: "list[ChatCompletionToolParam]" = [
    {"type": "function", "function": {"name": "weather", "parameters": PLACE}},
    {"type": "function", "function": {"name": "time"}},
]
FLAT: "FunctionToolParam" = {
    "type": "function",
    "name": "weather",
    "parameters": PLACE,
    "strict": False,
}


class Paint(pydantic.BaseModel):
    colour: Literal["red", "blue"]
    thick: bool


@pytest.fixture
def client(puna: Served) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{puna.url}/v1", api_key="ollama", max_retries=0) as client:
        yield client


def test_chat(client: openai.OpenAI) -> None:
    found = client.chat.completions.create(model="script", messages=[USER], n=2)
    assert [choice.message.content for choice in found.choices] == [ANSWER, ANSWER]
    assert found.usage
    assert found.usage.completion_tokens == 8
    assert found.usage.prompt_tokens_details


def test_a_stream(client: openai.OpenAI) -> None:
    stream = client.chat.completions.create(
        model="script", messages=[USER], stream=True, stream_options={"include_usage": True}
    )
    *chunks, last = list(stream)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == ANSWER
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert last.usage
    assert last.usage.completion_tokens == 4


@pytest.mark.anyio
async def test_async(puna: Served) -> None:
    async with openai.AsyncOpenAI(base_url=f"{puna.url}/v1", api_key="sk-x") as client:
        whole = await client.chat.completions.create(model="script", messages=[USER])
        assert whole.choices[0].message.content == ANSWER
        async with await client.chat.completions.create(
            model="script", messages=[USER], stream=True
        ) as stream:
            texts = [chunk.choices[0].delta.content or "" async for chunk in stream]
        assert "".join(texts) == ANSWER


def test_log_probabilities(client: openai.OpenAI) -> None:
    found = client.chat.completions.create(
        model="script", messages=[USER], logprobs=True, top_logprobs=3
    )
    logprobs = found.choices[0].logprobs
    assert logprobs
    assert logprobs.content
    assert "".join(each.token for each in logprobs.content) == ANSWER
    assert all(len(each.top_logprobs) == 3 for each in logprobs.content)


def test_tools_and_their_results(client: openai.OpenAI) -> None:
    found = client.chat.completions.create(model="caller", messages=[USER], tools=TOOLS)
    message = found.choices[0].message
    assert found.choices[0].finish_reason == "tool_calls"
    assert message.tool_calls
    first = message.tool_calls[0]
    assert first.type == "function"
    assert first.function.name == "weather"
    assert json.loads(first.function.arguments) == {"place": "Paris", "days": 2}
    said: Any = message.model_dump()
    results: list[Any] = [
        {"role": "tool", "tool_call_id": call.id, "content": [{"type": "text", "text": "1"}]}
        for call in message.tool_calls
    ]
    start: ChatCompletionMessageParam = {"role": "developer", "content": "Be kind."}
    history = [start, USER, said, *results]
    again = client.chat.completions.create(model="caller", messages=history, tools=TOOLS)
    assert again.choices[0].message.tool_calls


def test_tools_in_a_stream(client: openai.OpenAI) -> None:
    with client.chat.completions.stream(model="caller", messages=[USER], tools=TOOLS) as stream:
        for _ in stream:
            pass
        message = stream.get_final_completion().choices[0].message
    assert message.tool_calls
    assert [call.function.name for call in message.tool_calls] == ["weather", "time"]


def test_structured(client: openai.OpenAI) -> None:
    found = client.chat.completions.parse(
        model="random", messages=[USER], response_format=Paint, max_completion_tokens=200
    )
    assert found.choices[0].message.parsed


def test_completions(client: openai.OpenAI) -> None:
    found = client.completions.create(model="script", prompt=["a", "b"], echo=True, logprobs=1)
    assert [choice.text for choice in found.choices] == ["a" + ANSWER, "b" + ANSWER]
    assert found.choices[0].logprobs
    assert found.choices[0].logprobs.tokens == ["Hello", " big", " world"]
    stream = client.completions.create(model="script", prompt="a", stream=True)
    assert "".join(chunk.choices[0].text for chunk in stream) == ANSWER


def test_models(client: openai.OpenAI) -> None:
    assert "script:latest" in [model.id for model in client.models.list()]
    assert client.models.retrieve("team/mixed-case:v1").owned_by == "Team"


def test_embeddings(client: openai.OpenAI) -> None:
    found = client.embeddings.create(model="embedder", input=["a", "b"])
    plain = client.embeddings.create(model="embedder", input=["a", "b"], encoding_format="float")
    for compact, full in zip(found.data, plain.data, strict=True):
        assert compact.embedding == pytest.approx(full.embedding, abs=1e-6)
    assert len(found.data[0].embedding) > 1


def test_responses(client: openai.OpenAI) -> None:
    first = client.responses.create(model="script", input="Hi")
    assert first.output_text == ANSWER
    second = client.responses.create(
        model="script", input="More", previous_response_id=first.id, max_output_tokens=2
    )
    assert second.status == "incomplete"
    assert second.incomplete_details
    assert second.incomplete_details.reason == "max_output_tokens"
    assert client.responses.retrieve(first.id).output_text == ANSWER
    client.responses.delete(first.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(first.id)


def test_a_response_in_a_stream(client: openai.OpenAI) -> None:
    with client.responses.stream(model="caller", input="Hi", tools=[FLAT]) as stream:
        kinds = [event.type for event in stream]
        found = stream.get_final_response()
    assert kinds[0] == "response.created"
    assert kinds[-1] == "response.completed"
    assert [item.type for item in found.output][:3] == ["reasoning", "message", "function_call"]
    assert found.output_text.strip() == "I look."


def test_a_structured_response(client: openai.OpenAI) -> None:
    found = client.responses.parse(model="random", input="Hi", text_format=Paint)
    assert found.output_parsed


def test_errors(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="model 'none' not found") as missing:
        client.chat.completions.create(model="none", messages=[USER])
    assert missing.value.code == "model_not_found"
    with pytest.raises(openai.BadRequestError, match="is too short") as short:
        client.chat.completions.create(model="script", messages=[])
    assert short.value.type == "invalid_request_error"
