"""`POST /v1/chat/completions`: what it answers, whole and streamed."""

import json
import re
import time
from typing import Any

import pytest

from tests.api.openai.asking import ANSWER, CHAT, TIME, USER, WEATHER, chat, chunks
from tests.api.served import Json, Served

pytestmark = pytest.mark.slow


def test_a_whole_answer(puna: Served) -> None:
    found = chat(puna)
    assert re.fullmatch(r"chatcmpl-[0-9a-f]{24}", found.pop("id"))
    assert abs(found.pop("created") - time.time()) < 60
    usage = found.pop("usage")
    assert found == {
        "object": "chat.completion",
        "model": "script",
        "system_fingerprint": "fp_ollama",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": ANSWER},
                "finish_reason": "stop",
            }
        ],
    }
    assert usage["completion_tokens"] == 4
    assert usage["prompt_tokens"] > 10
    assert usage["total_tokens"] == usage["prompt_tokens"] + 4
    assert usage["prompt_tokens_details"]["cached_tokens"] >= 0


def test_the_chunks_of_a_stream(puna: Served) -> None:
    found = chunks(puna)
    assert len({(each["id"], each["created"]) for each in found}) == 1
    for each in found:
        assert list(each) == ["id", "object", "created", "model", "system_fingerprint", "choices"]
        assert each["object"] == "chat.completion.chunk"
    assert [each["choices"] for each in found] == [
        [{"index": 0, "delta": delta, "finish_reason": reason}]
        for delta, reason in (
            ({"role": "assistant", "content": "Hello"}, None),
            ({"content": " big"}, None),
            ({"content": " world"}, None),
            ({}, "stop"),
        )
    ]


def test_usage_of_a_stream_comes_last_where_asked_for(puna: Served) -> None:
    *others, last = chunks(puna, stream_options={"include_usage": True})
    assert last["choices"] == []
    assert last["usage"] | {"prompt_tokens_details": 0} == chat(puna)["usage"] | {
        "prompt_tokens_details": 0
    }
    assert all("usage" not in each for each in others)


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_a_limit(puna: Served, name: str) -> None:
    body: Json = {name: 2}
    choice = chat(puna, **body)["choices"][0]
    assert (choice["message"]["content"], choice["finish_reason"]) == ("Hello big", "length")
    assert chunks(puna, **body)[-1]["choices"][0]["finish_reason"] == "length"


def test_the_newer_limit_counts(puna: Served) -> None:
    found = chat(puna, max_tokens=1, max_completion_tokens=2)
    assert found["usage"]["completion_tokens"] == 2


@pytest.mark.parametrize("stop", [" world", [" world", "none"], [1, None, " world"]])
def test_stop(puna: Served, stop: Any) -> None:
    choice = chat(puna, stop=stop)["choices"][0]
    assert (choice["message"]["content"], choice["finish_reason"]) == ("Hello big", "stop")


def text_of(puna: Served, **body: Any) -> str:
    body = {"model": "random", "max_tokens": 12} | body
    return str(chat(puna, **body)["choices"][0]["message"]["content"])


def test_seeds(puna: Served) -> None:
    assert text_of(puna, seed=1) == text_of(puna, seed=1) != text_of(puna, seed=2)


def test_temperature_and_top_p_are_one_unless_given(puna: Served) -> None:
    own = {"temperature": 1.0, "top_p": 1.0, "seed": 1}
    native = puna.chat("random", ("user", "x"), options=own | {"num_predict": 12})
    assert text_of(puna, seed=1) == native["message"]["content"]
    assert text_of(puna, seed=1, temperature=0) == text_of(puna, seed=2, temperature=0)
    assert text_of(puna, seed=1, top_p=0.01) == text_of(puna, temperature=0)


def test_penalties(puna: Served) -> None:
    plain = text_of(puna, temperature=0, max_tokens=40)
    for name in ("frequency_penalty", "presence_penalty"):
        assert text_of(puna, temperature=0, max_tokens=40, **{name: 2.0}) != plain


def test_ollama_s_options_may_be_sent_too(puna: Served) -> None:
    found = chat(puna, options={"num_predict": 1, "temperature": 0}, keep_alive="5m")
    assert found["usage"]["completion_tokens"] == 1
    found = chat(puna, options={"num_predict": 1}, max_tokens=2)
    assert found["usage"]["completion_tokens"] == 2


def test_several_answers_at_once(puna: Served) -> None:
    found = chat(puna, model="random", n=3, seed=5, max_tokens=8)
    texts = [choice["message"]["content"] for choice in found["choices"]]
    assert [choice["index"] for choice in found["choices"]] == [0, 1, 2]
    assert len(set(texts)) == 3
    assert texts[1] == text_of(puna, seed=6, max_tokens=8)
    assert found["usage"]["completion_tokens"] == 24
    alone = chat(puna, model="random", max_tokens=8)
    assert found["usage"]["prompt_tokens"] == alone["usage"]["prompt_tokens"]


def test_several_answers_in_one_stream(puna: Served) -> None:
    *found, last = chunks(puna, n=3, stream_options={"include_usage": True})
    assert last["usage"]["completion_tokens"] == 12
    for index in range(3):
        mine = [each["choices"][0] for each in found if each["choices"][0]["index"] == index]
        assert "".join(choice["delta"].get("content", "") for choice in mine) == ANSWER
        assert mine[0]["delta"]["role"] == "assistant"
        assert [choice["finish_reason"] for choice in mine] == [None, None, None, "stop"]


def test_log_probabilities(puna: Served) -> None:
    choice = chat(puna, logprobs=True, top_logprobs=2)["choices"][0]
    entries = choice["logprobs"]["content"]
    assert "".join(each["token"] for each in entries) == ANSWER
    for each in entries:
        assert each["logprob"] <= 0
        assert bytes(each["bytes"]).decode() == each["token"]
        assert len(each["top_logprobs"]) == 2
        assert each["top_logprobs"][0]["token"] == each["token"]
    streamed = [
        entry
        for each in chunks(puna, logprobs=True)
        for entry in (each["choices"][0].get("logprobs") or {"content": []})["content"]
    ]
    assert [each["token"] for each in streamed] == [each["token"] for each in entries]
    assert all(each["top_logprobs"] == [] for each in streamed)
    assert "logprobs" not in chat(puna, top_logprobs=2)["choices"][0]


def test_a_token_can_be_banned(puna: Served) -> None:
    free = text_of(puna, temperature=0, max_tokens=1)
    (token,) = puna.post("/api/tokenize", {"model": "random", "content": free}).json()["tokens"][
        -1:
    ]
    assert text_of(puna, temperature=0, max_tokens=1, logit_bias={str(token): -100}) != free


@pytest.mark.parametrize(
    "format_",
    [
        {"type": "json_object"},
        {"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object"}}},
    ],
)
def test_json(puna: Served, format_: Json) -> None:
    text = text_of(puna, response_format=format_, max_tokens=200, temperature=0)
    assert isinstance(json.loads(text), dict)


def test_a_schema_is_kept_to(puna: Served) -> None:
    schema = {
        "type": "object",
        "properties": {"colour": {"enum": ["red", "blue"]}, "many": {"type": "boolean"}},
        "required": ["colour", "many"],
        "additionalProperties": False,
    }
    format_ = {
        "type": "json_schema",
        "json_schema": {"name": "n", "strict": True, "schema": schema},
    }
    found = json.loads(text_of(puna, response_format=format_, max_tokens=200))
    assert found["colour"] in ("red", "blue")
    assert isinstance(found["many"], bool)


CALLS = [("weather", {"place": "Paris", "days": 2}), ("time", {})]


def test_calls_and_thoughts(puna: Served) -> None:
    choice = chat(puna, model="caller", tools=[WEATHER, TIME])["choices"][0]
    message = choice["message"]
    assert choice["finish_reason"] == "tool_calls"
    assert message["reasoning"].strip() == "Paris, then."
    assert message["content"].strip() == "I look."
    calls = message["tool_calls"]
    assert [
        (each["function"]["name"], json.loads(each["function"]["arguments"])) for each in calls
    ] == CALLS
    assert [each["index"] for each in calls] == [0, 1]
    assert all(each["type"] == "function" and each["id"] for each in calls)
    assert len({each["id"] for each in calls}) == 2


def test_calls_and_thoughts_in_a_stream(puna: Served) -> None:
    found = [each["choices"][0] for each in chunks(puna, model="caller", tools=[WEATHER, TIME])]
    deltas = [choice["delta"] for choice in found]
    assert deltas[0]["role"] == "assistant"
    assert not any("role" in delta for delta in deltas[1:])
    assert "".join(delta.get("reasoning", "") for delta in deltas).strip() == "Paris, then."
    assert "".join(delta.get("content", "") for delta in deltas).strip() == "I look."
    calls = [call for delta in deltas for call in delta.get("tool_calls", [])]
    assert [
        (each["function"]["name"], json.loads(each["function"]["arguments"])) for each in calls
    ] == CALLS
    assert [each["index"] for each in calls] == [0, 1]
    assert all("content" in delta for delta in deltas if "tool_calls" in delta)
    assert [choice["finish_reason"] for choice in found][-1] == "tool_calls"


def test_one_call_may_be_enough(puna: Served) -> None:
    found = chat(puna, model="caller", tools=[WEATHER, TIME], parallel_tool_calls=False)
    (call,) = found["choices"][0]["message"]["tool_calls"]
    assert call["function"]["name"] == "weather"
    assert found["choices"][0]["finish_reason"] == "tool_calls"


def test_no_call_is_looked_for_where_none_may_be(puna: Served) -> None:
    choice = chat(puna, model="caller", tools=[WEATHER], tool_choice="none")["choices"][0]
    assert "tool_calls" not in choice["message"]
    assert choice["finish_reason"] == "stop"


@pytest.mark.parametrize(
    "choice", ["required", {"type": "function", "function": {"name": "weather"}}]
)
def test_a_call_can_be_demanded(puna: Served, choice: Any) -> None:
    schema = {
        "type": "object",
        "properties": {"place": {"enum": ["Rome", "Oslo"]}},
        "required": ["place"],
        "additionalProperties": False,
    }
    tools = [{"type": "function", "function": {"name": "weather", "parameters": schema}}]
    if choice != "required":
        tools.append(TIME)
    found = chat(
        puna, model="chooser", tools=tools, tool_choice=choice, max_tokens=200, think=False
    )
    (call,) = found["choices"][0]["message"]["tool_calls"]
    assert call["function"]["name"] == "weather"
    assert json.loads(call["function"]["arguments"])["place"] in ("Rome", "Oslo")
    assert found["choices"][0]["finish_reason"] == "tool_calls"


@pytest.mark.parametrize(
    "fields",
    [
        {"reasoning_effort": "none"},
        {"reasoning": {"effort": "none"}},
        {"think": False},
        {"chat_template_kwargs": {"enable_thinking": False}},
    ],
)
def test_no_thoughts_where_none_are_wanted(puna: Served, fields: Json) -> None:
    message = chat(puna, model="caller", **fields)["choices"][0]["message"]
    assert "reasoning" not in message
    assert "<think>" not in message["content"]


@pytest.mark.parametrize(
    "effort", ["", "minimal", "low", "medium", "high", "xhigh", "ultra", "max"]
)
def test_efforts(puna: Served, effort: str) -> None:
    message = chat(puna, model="caller", reasoning_effort=effort)["choices"][0]["message"]
    assert message["reasoning"]


def test_the_prompt_can_be_looked_at(puna: Served) -> None:
    found = chat(puna, _debug_render_only=True)
    assert found["_debug_info"]["rendered_template"].startswith("<|im_start|>user\nx<|im_end|>")
    assert found["usage"]["completion_tokens"] == 0


def test_a_prompt_that_was_cut_says_so(puna: Served) -> None:
    said = [{"role": "user", "content": "many words " * 50}] * 6
    body: Json = {"model": "random", "messages": said, "max_tokens": 2, "options": {"num_ctx": 512}}
    assert chat(puna, **body)["puna"]["truncated"]["messages"] > 0
    last = chunks(puna, **body)[-1]
    assert last["puna"]["truncated"]["messages"] > 0
    assert last["choices"][0]["finish_reason"] == "length"
    assert "puna" not in chat(puna)


def test_names_are_echoed_as_written(puna: Served) -> None:
    assert chat(puna, model="SCRIPT:latest")["model"] == "SCRIPT:latest"
    assert puna.post(CHAT, {"MODEL": "script", "Messages": [USER]}).status_code == 200
