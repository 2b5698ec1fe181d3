"""What Ollama's two routes say beside text: thinking, calls, log-probabilities, forms, prompts."""

import json
import math
from typing import Any

import pytest

from tests.api.served import Json, Served

pytestmark = pytest.mark.slow

USER = {"role": "user", "content": "x"}
CALL_ID = r"call_[a-z0-9]{8}"


def tool(name: str) -> Json:
    schema = {"type": "object", "properties": {"place": {"type": "string"}}}
    return {"type": "function", "function": {"name": name, "parameters": schema}}


TOOLS = [tool("weather"), tool("time")]


def without_ids(calls: list[Json]) -> list[Json]:
    assert len({call["id"] for call in calls}) == len(calls)
    assert all(len(call["id"]) == 13 and call["id"].startswith("call_") for call in calls)
    return [call["function"] for call in calls]


CALLS = [
    {"index": 0, "name": "weather", "arguments": {"place": "Paris", "days": 2}},
    {"index": 1, "name": "time", "arguments": {}},
]


def test_thinking_text_and_calls_come_apart(puna: Served) -> None:
    body = {"model": "caller", "messages": [USER], "tools": TOOLS}
    *chunks, last = puna.lines("/api/chat", body)
    messages = [chunk["message"] for chunk in chunks]
    assert "".join(each.get("thinking", "") for each in messages) == "Paris, then."
    assert "".join(each["content"] for each in messages).strip() == "I look."
    calls = [call for each in messages for call in each.get("tool_calls", [])]
    assert without_ids(calls) == CALLS
    assert [len(each.get("tool_calls", [])) for each in messages].count(1) == 2  # one by one
    assert last["message"] == {"role": "assistant", "content": ""}
    assert (last["done"], last["done_reason"]) == (True, "stop")


def test_a_whole_answer_has_all_of_it(puna: Served) -> None:
    message = puna.chat("caller", ("user", "x"), tools=TOOLS)["message"]
    assert message["thinking"].strip() == "Paris, then."
    assert message["content"].strip() == "I look."
    assert without_ids(message["tool_calls"]) == CALLS
    json_text = json.dumps(message["tool_calls"][0]["function"]["arguments"])
    assert json_text == '{"place": "Paris", "days": 2}'  # the order the model chose


def test_generate_tells_thinking_apart(puna: Served) -> None:
    found = puna.generate("caller", "x")
    assert found["thinking"].strip() == "Paris, then."
    assert found["response"].strip().startswith("I look.")


@pytest.mark.parametrize("route", ["chat", "generate"])
def test_thinking_that_was_not_asked_for_is_left_out(puna: Served, route: str) -> None:
    found = (
        puna.chat("caller", ("user", "x"), think=False)["message"]
        if route == "chat"
        else puna.generate("caller", "x", think=False)
    )
    assert "thinking" not in found
    assert "think>" not in json.dumps(found)


def test_raw_prompts_are_answered_as_the_model_speaks(puna: Served) -> None:
    found = puna.generate("caller", "x", raw=True)
    assert found["response"].startswith("<think> Paris")


def test_history_reaches_the_template(puna: Served) -> None:
    """Arguments keep their order; results have their place."""
    call = {"function": {"name": "weather", "arguments": {"z": 1, "a": "ä"}}}
    messages = [
        USER,
        {"role": "assistant", "thinking": "hm", "tool_calls": [call]},
        {"role": "tool", "tool_name": "weather", "content": "11 C"},
    ]
    body = {"model": "caller", "messages": messages, "tools": TOOLS, "_debug_render_only": True}
    text = puna.whole("/api/chat", body)["_debug_info"]["rendered_template"]
    assert text.startswith('<tools>{"type": "function", "function": {"name": "weather"')
    assert '<think>hm</think><tool_call>weather {"z": 1, "a": "ä"}</tool_call><|im_end|>' in text
    assert text.endswith("<|im_start|>tool\n11 C<|im_end|>\n<|im_start|>assistant\n")


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]}, "cannot unmarshal"),
        ({"tool_calls": [{"function": 1}]}, "cannot unmarshal number"),
        ({"images": ["A"]}, "illegal base64 data at input byte"),
    ],
)
def test_messages_that_are_none(puna: Served, message: Json, text: str) -> None:
    body = {"model": "caller", "messages": [USER | message]}
    status, found = puna.refusal("/api/chat", body)
    assert status == 400
    assert text in found


def test_the_prompt_may_be_looked_at(puna: Served) -> None:
    expected = "<|im_start|>user\nx<|im_end|>\n<|im_start|>assistant\n"
    body: Json = {"model": "script", "_debug_render_only": True}
    chat = puna.whole("/api/chat", body | {"messages": [USER]})
    generate = puna.whole("/api/generate", body | {"prompt": "x"})
    for found in (chat, generate):
        assert found["_debug_info"] == {"rendered_template": expected}
        assert "eval_count" not in found


# ---- forms


SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string", "maxLength": 8}, "age": {"type": "integer"}},
    "required": ["name", "age"],
    "additionalProperties": False,
}


@pytest.mark.parametrize("route", ["chat", "generate"])
def test_an_answer_follows_a_schema(puna: Served, route: str) -> None:
    options = {"seed": 3, "temperature": 1, "num_predict": 200}
    if route == "chat":
        found = puna.chat("random", ("user", "x"), format=SCHEMA, options=options)
        text = found["message"]["content"]
    else:
        found = puna.generate("random", "x", format=SCHEMA, options=options)
        text = found["response"]
    value = json.loads(text)
    assert set(value) == {"name", "age"}
    assert isinstance(value["age"], int)
    assert found["done_reason"] == "stop"


def test_any_json(puna: Served) -> None:
    options = {"seed": 1, "temperature": 1, "num_predict": 40}
    text = puna.generate("random", "x", format="json", options=options)["response"]
    assert text.lstrip().startswith("{")


@pytest.mark.parametrize("schema", [{"type": "nothing"}, {"$ref": "#/nowhere"}, {"$ref": "#"}])
def test_schemas_that_cannot_be_followed(puna: Served, schema: Json) -> None:
    body = {"model": "random", "prompt": "x", "format": schema}
    status, text = puna.refusal("/api/generate", body)
    assert status == 400
    assert text.startswith("the JSON schema of the answer cannot be followed: ")


# ---- log-probabilities


@pytest.mark.parametrize("route", ["chat", "generate"])
@pytest.mark.parametrize("tops", [0, 3])
def test_log_probabilities(puna: Served, route: str, tops: int) -> None:
    body: Json = {"model": "random", "logprobs": True, "top_logprobs": tops}
    body |= {"options": {"num_predict": 10, "temperature": 0}}
    body |= {"messages": [USER]} if route == "chat" else {"prompt": "x"}
    whole = puna.whole(f"/api/{route}", body)
    streamed = [entry for line in puna.lines(f"/api/{route}", body) for entry in _logprobs(line)]
    assert len(whole["logprobs"]) == len(streamed) == 10
    text = whole["message"]["content"] if route == "chat" else whole["response"]
    assert b"".join(bytes(entry["bytes"]) for entry in whole["logprobs"]).decode() == text
    for entry in whole["logprobs"]:
        assert entry["logprob"] <= 0
        assert bytes(entry["bytes"]).decode("utf-8", "replace") == entry["token"]
        _check_tops(entry, tops)


def _logprobs(line: Json) -> list[Json]:
    found: list[Json] = line.get("logprobs", [])
    return found


def _check_tops(entry: Json, tops: int) -> None:
    if not tops:
        assert "top_logprobs" not in entry
        return
    best = [each["logprob"] for each in entry["top_logprobs"]]
    assert len(best) == tops
    assert best == sorted(best, reverse=True)
    assert math.isclose(best[0], entry["logprob"], abs_tol=1e-4)  # greedy


def test_nobody_is_told_probabilities_unasked(puna: Served) -> None:
    found: dict[str, Any] = puna.generate("random", "x", options={"num_predict": 2})
    assert "logprobs" not in found
    body = {"model": "random", "prompt": "x", "top_logprobs": 2, "options": {"num_predict": 2}}
    assert "logprobs" not in puna.whole("/api/generate", body)


@pytest.mark.parametrize("seed", range(6))
def test_a_form_beside_tools_gives_a_call_or_the_form(puna: Served, seed: int) -> None:
    options = {"seed": seed, "temperature": 1, "num_predict": 200}
    parameters: Json = {"type": "object", "properties": {"at": {"$ref": "#/$defs/a"}}}
    parameters |= {"$defs": {"a": {"enum": [1, 2]}}, "required": ["at"]}
    function = {"name": "go", "parameters": parameters}
    tools = [{"type": "function", "function": function}]
    fields: Json = {"format": SCHEMA, "tools": tools, "options": options, "think": False}
    message = puna.chat("chooser", ("user", "x"), **fields)["message"]
    if calls := message.get("tool_calls"):
        assert message["content"] == ""
        assert calls[0]["function"]["arguments"]["at"] in (1, 2)
    else:
        assert set(json.loads(message["content"])) == {"name", "age"}
