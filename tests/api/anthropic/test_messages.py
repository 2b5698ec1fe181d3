"""`POST /v1/messages`: blocks in and out, events, endings, and how it refuses."""

import json
import re
from typing import Any

import httpx
import psutil
import pytest

from tests.api.served import WAIT_S, Json, Served

pytestmark = pytest.mark.slow

USER = {"role": "user", "content": "x"}
ASK = {"model": "script", "max_tokens": 100, "messages": [USER], "temperature": 0}
TOOL = {"name": "weather", "input_schema": {"type": "object", "properties": {"place": {}}}}
TIME = {"name": "time", "description": "Tells it."}


def whole(puna: Served, **fields: Any) -> Json:
    reply = puna.post("/v1/messages", ASK | fields)
    assert reply.status_code == 200, reply.text
    assert re.fullmatch("req_[0-9a-f]{24}", reply.headers["request-id"])
    return dict(reply.json())


def events(puna: Served, **fields: Any) -> list[Json]:
    """The events of a stream; each is named as its `type` says."""
    reply = puna.post("/v1/messages?beta=true", ASK | {"stream": True} | fields)
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "text/event-stream"
    assert reply.headers["cache-control"] == "no-cache"
    assert re.fullmatch("req_[0-9a-f]{24}", reply.headers["request-id"])
    found = []
    for text in reply.text.removesuffix("\n\n").split("\n\n"):
        name, data = text.split("\n")
        found.append(json.loads(data.removeprefix("data: ")))
        assert name == f"event: {found[-1]['type']}"
    return found


def refusal(puna: Served, body: Json | bytes, path: str = "/v1/messages") -> tuple[int, str, str]:
    """Status, type and text of an error in Anthropic's envelope."""
    reply = puna.post(path, body)
    found = reply.json()
    assert found["type"] == "error"
    assert found["request_id"] == reply.headers["request-id"]
    assert re.fullmatch("req_[0-9a-f]{24}", found["request_id"])
    return reply.status_code, found["error"]["type"], found["error"]["message"]


def test_a_whole_message(puna: Served) -> None:
    found = whole(puna)
    assert re.fullmatch("msg_[0-9a-f]{24}", found.pop("id"))
    usage = found.pop("usage")
    assert found == {
        "type": "message",
        "role": "assistant",
        "model": "script",
        "content": [{"type": "text", "text": "Hello big world"}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
    }
    count = puna.post("/v1/messages/count_tokens", {"model": "script", "messages": [USER]}).json()
    assert list(count) == ["input_tokens"]
    assert usage["input_tokens"] + usage["cache_read_input_tokens"] == count["input_tokens"] > 10
    assert usage["cache_creation_input_tokens"] == 0
    assert usage["output_tokens"] == 4


def test_events_of_a_stream(puna: Served) -> None:
    start, ping, begin, *deltas, end, last, stop = events(puna)
    count = puna.post("/v1/messages/count_tokens", ASK).json()["input_tokens"]
    message = start["message"]
    assert start["type"] == "message_start"
    assert (message["content"], message["stop_reason"], message["stop_sequence"]) == (
        [],
        None,
        None,
    )
    assert message["usage"]["input_tokens"] == count
    assert message["usage"]["output_tokens"] == 0
    assert ping == {"type": "ping"}
    assert begin == {
        "type": "content_block_start",
        "index": 0,
        "content_block": {"type": "text", "text": ""},
    }
    texts = [each["delta"]["text"] for each in deltas]
    assert texts == ["Hello", " big", " world"]
    assert {each["delta"]["type"] for each in deltas} == {"text_delta"}
    assert end == {"type": "content_block_stop", "index": 0}
    assert last["type"] == "message_delta"
    assert last["delta"] == {"stop_reason": "end_turn", "stop_sequence": None}
    usage = last["usage"]
    assert usage["input_tokens"] + usage["cache_read_input_tokens"] == count
    assert usage["output_tokens"] == 4
    assert stop == {"type": "message_stop"}


@pytest.mark.parametrize(
    ("fields", "reason", "sequence", "text"),
    [
        ({"max_tokens": 2}, "max_tokens", None, "Hello big"),
        ({"stop_sequences": [" world"]}, "stop_sequence", " world", "Hello big"),
        ({"stop_sequences": ["nowhere"]}, "end_turn", None, "Hello big world"),
    ],
)
def test_endings(puna: Served, fields: Json, reason: str, sequence: str | None, text: str) -> None:
    found = whole(puna, **fields)
    assert (found["stop_reason"], found["stop_sequence"]) == (reason, sequence)
    assert found["content"] == [{"type": "text", "text": text}]
    assert events(puna, **fields)[-2]["delta"] == {"stop_reason": reason, "stop_sequence": sequence}


def test_an_empty_answer_has_an_empty_list_of_blocks(puna: Served) -> None:
    found = whole(puna, stop_sequences=["Hello"])
    assert found["content"] == []
    kinds = [each["type"] for each in events(puna, stop_sequences=["Hello"])]
    assert kinds == ["message_start", "ping", "message_delta", "message_stop"]


def test_what_a_models_own_stop_ends_is_no_stop_sequence(puna: Served) -> None:
    found = whole(puna, model="layered")
    assert found["stop_reason"] in ("end_turn", "max_tokens")
    assert found["stop_sequence"] is None


def test_thinking_text_and_calls_are_blocks(puna: Served) -> None:
    content = whole(puna, model="caller", tools=[TOOL, TIME])["content"]
    assert [block["type"] for block in content] == ["thinking", "text", "tool_use", "tool_use"]
    thinking, text, first, second = content
    assert (thinking["thinking"].strip(), thinking["signature"]) == ("Paris, then.", "")
    assert text["text"].strip() == "I look."
    assert (first["name"], first["input"]) == ("weather", {"place": "Paris", "days": 2})
    assert (second["name"], second["input"]) == ("time", {})
    assert first["id"] != second["id"]


def test_blocks_of_a_stream_come_one_after_the_other(puna: Served) -> None:
    found = events(puna, model="caller", tools=[TOOL, TIME])
    starts = [each for each in found if each["type"] == "content_block_start"]
    stops = [each["index"] for each in found if each["type"] == "content_block_stop"]
    assert [each["index"] for each in starts] == stops == [0, 1, 2, 3]
    assert starts[0]["content_block"] == {"type": "thinking", "thinking": "", "signature": ""}
    assert starts[2]["content_block"]["input"] == {}
    deltas = {each["delta"]["type"] for each in found if each["type"] == "content_block_delta"}
    assert deltas == {"thinking_delta", "text_delta", "input_json_delta"}
    parts = [each["delta"] for each in found if each.get("index") == 2 and "delta" in each]
    assert [json.loads(part["partial_json"]) for part in parts] == [{"place": "Paris", "days": 2}]
    assert found[-2]["delta"]["stop_reason"] == "tool_use"


def test_one_call_at_a_time(puna: Served) -> None:
    choice = {"type": "auto", "disable_parallel_tool_use": True}
    found = whole(puna, model="caller", tools=[TOOL, TIME], tool_choice=choice)
    calls = [block["name"] for block in found["content"] if block["type"] == "tool_use"]
    assert calls == ["weather"]
    assert found["stop_reason"] == "tool_use"


@pytest.mark.parametrize("choice", [{"type": "any"}, {"type": "tool", "name": "f"}])
def test_a_call_that_must_be_made(puna: Served, choice: Json) -> None:
    schema = {
        "type": "object",
        "properties": {"yes": {"type": "boolean"}},
        "required": ["yes"],
        "additionalProperties": False,
    }
    tools = [{"name": "f", "input_schema": schema}]
    found = whole(puna, model="chooser", tools=tools, tool_choice=choice, max_tokens=500)
    (call,) = found["content"]
    assert (call["type"], call["name"]) == ("tool_use", "f")
    assert list(call["input"]) == ["yes"]
    assert found["stop_reason"] == "tool_use"


def test_no_calls_where_none_are_wanted(puna: Served) -> None:
    found = whole(puna, model="caller", tools=[TOOL], tool_choice={"type": "none"})
    assert "tool_use" not in [block["type"] for block in found["content"]]


def test_thinking_can_be_switched_off(puna: Served) -> None:
    off = whole(puna, model="caller", thinking={"type": "disabled"})
    assert "thinking" not in [block["type"] for block in off["content"]]


@pytest.mark.parametrize(
    "fields",
    [
        {"thinking": {"type": "enabled", "budget_tokens": 1024}},
        {"thinking": {"type": "adaptive"}, "output_config": {"effort": "xhigh"}},
        {"metadata": {"user_id": "u"}, "service_tier": "auto", "container": None},
        {"system": [{"type": "text", "text": "Be.", "cache_control": {"type": "ephemeral"}}]},
        {"top_k": 5, "top_p": 0.5, "unknown": [1]},
        {"tool_choice": {"type": "auto"}, "tools": [], "mcp_servers": []},
        {"messages": [{"role": "User", "content": [{"type": "text", "text": "x"}]}]},
        {"messages": [USER, {"role": "system", "content": "s"}, USER]},
    ],
)
def test_what_is_accepted(puna: Served, fields: Json) -> None:
    assert whole(puna, **fields)["content"] == [{"type": "text", "text": "Hello big world"}]


def test_headers_are_neither_needed_nor_in_the_way(puna: Served) -> None:
    headers = {"x-api-key": "sk-ant-x", "anthropic-version": "2023-06-01", "anthropic-beta": "b"}
    reply = puna.http.post("/v1/messages", json=ASK, headers=headers)
    assert reply.status_code == 200


TOO_LATE = '"embedder" does not support chat'
OF_SCRIPT = "registry.ollama.ai/library/script:latest does not support tools"
URL_IMAGE = {"type": "image", "source": {"type": "url", "url": "http://x"}}
BAD_IMAGE = {"type": "image", "source": {"type": "base64", "data": "*"}}


def said(*blocks: Json) -> list[Json]:
    return [{"role": "user", "content": list(blocks)}]


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"model": ""}, "model is required"),
        ({"max_tokens": 0}, "max_tokens is required and must be positive"),
        ({"max_tokens": None}, "max_tokens is required and must be positive"),
        ({"messages": []}, "messages is required"),
        ({"model": "a b"}, "invalid model name"),
        ({"model": "embedder"}, TOO_LATE),
        ({"tools": [TOOL]}, OF_SCRIPT),
        ({"temperature": "hot"}, "MessagesRequest.temperature of type float64"),
        ({"top_k": 1.5}, "MessagesRequest.top_k of type int"),
        ({"messages": ["x"]}, "messages.0: must be an object"),
        ({"messages": [{"role": "tool"}]}, 'messages.0.role: must be "user", "assistant"'),
        ({"messages": [{"role": "user", "content": 1}]}, "messages.0.content: must be a string or"),
        ({"messages": said({"text": "x"})}, "messages.0.content.0: must be an object with a type"),
        ({"messages": said({"type": "text", "text": 1})}, "messages.0.content.0.text: must be"),
        ({"messages": said({"type": "image", "source": 1})}, "0.source: must be an object"),
        ({"messages": said(URL_IMAGE)},
         "invalid image source type: url. Only base64 images are supported."),
        ({"messages": said(BAD_IMAGE)}, "illegal base64 data at input byte 0"),
        ({"messages": said({"type": "tool_use", "name": "f"})},
         "tool_use block missing required 'id' field"),
        ({"messages": said({"type": "tool_use", "id": "i"})},
         "tool_use block missing required 'name' field"),
        ({"messages": said({"type": "document", "source": {"type": "url"}})},
         "invalid document source type: url."),
        ({"tools": [{"name": "f", "input_schema": "x"}]}, 'invalid input_schema for tool "f"'),
        ({"tools": [{"input_schema": {}}]}, "tools: each needs a name"),
        ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]},
         'tool "web_search" is of type "web_search_20250305"'),
        ({"mcp_servers": [{"type": "url", "name": "m", "url": "https://example.com"}]},
         "mcp_servers: Anthropic's servers would speak to them"),
        ({"tool_choice": {"type": "must"}}, "tool_choice.type: must be"),
        ({"tool_choice": {"type": "any"}}, 'tool_choice "any" needs tools to choose from'),
        ({"tool_choice": {"type": "tool", "name": "g"}, "tools": [TOOL]},
         'tool_choice names "g", which is none of the tools'),
        ({"output_config": {"format": {"type": "text"}}}, 'is not "json_schema"'),
    ],
)  # fmt: skip
def test_refusals(puna: Served, fields: Json, text: str) -> None:
    status, kind, found = refusal(puna, ASK | fields)
    assert (status, kind) == (400, "invalid_request_error")
    assert text in found


def test_bodies_that_are_none(puna: Served) -> None:
    assert refusal(puna, b"") == (400, "invalid_request_error", "EOF")
    assert refusal(puna, b"{")[2] == "unexpected EOF"
    assert refusal(puna, b"null")[2] == "model is required"
    assert refusal(puna, b"{}", "/v1/messages/count_tokens")[2] == "model is required"


def test_a_damaged_model(puna: Served) -> None:
    reply = puna.post("/v1/messages", ASK | {"model": "garbage"})
    assert (reply.status_code, reply.json()["error"]["code"]) == (500, "file_damaged")


def test_a_model_that_is_not_listed(puna: Served) -> None:
    headers = {"anthropic-version": "2023-06-01"}
    reply = puna.http.get("/v1/models/claude-none", headers=headers)
    assert reply.status_code == 404
    assert reply.json()["error"]["type"] == "not_found_error"
    assert reply.json()["request_id"] == reply.headers["request-id"]
    assert "request_id" not in puna.http.get("/v1/models/claude-none").json()


def test_an_unknown_model(puna: Served) -> None:
    found = refusal(puna, ASK | {"model": "claude-none"})
    assert found == (404, "not_found_error", "model 'claude-none' not found")


def test_a_failure_on_the_way_is_an_event(puna: Served) -> None:
    """The worker dies under a stream."""
    worker = puna.load("endless", options={"num_ctx": 512})
    body = ASK | {"model": "endless", "stream": True, "max_tokens": 100_000}
    with (
        httpx.Client(base_url=puna.url, trust_env=False, timeout=WAIT_S) as http,
        http.stream("POST", "/v1/messages", json=body) as reply,
    ):
        lines = reply.iter_lines()
        while "text_delta" not in next(lines):
            pass
        psutil.Process(worker).kill()
        *_, name, data, _empty = lines
    assert name == "event: error"
    found = json.loads(data.removeprefix("data: "))
    assert (found["type"], found["error"]["code"]) == ("error", "worker_died")
    assert re.fullmatch("req_[0-9a-f]{24}", found["request_id"])


def test_a_schema_for_the_answer(puna: Served) -> None:
    schema: Json = {"type": "object", "properties": {"a": {"type": "boolean"}}, "required": ["a"]}
    schema["additionalProperties"] = False
    config = {"format": {"type": "json_schema", "schema": schema}}
    found = whole(puna, model="random", temperature=1, output_config=config)
    assert list(json.loads(found["content"][0]["text"])) == ["a"]
