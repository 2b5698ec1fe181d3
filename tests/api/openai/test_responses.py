"""`/v1/responses`: its object, its events, and going on from an earlier one."""

import json
from typing import Any

import pytest

from tests.api.openai.asking import ANSWER, RESPONSES, TIME, WEATHER, events, refusal, whole
from tests.api.served import Json, Served

pytestmark = pytest.mark.slow

FLAT = [{"type": "function", **each["function"]} for each in (WEATHER, TIME)]
PART = {"type": "output_text", "text": ANSWER, "annotations": [], "logprobs": []}

BAD_INPUTS: list[Any] = [None, [], 1, {}]


def respond(puna: Served, **body: Any) -> Json:
    return whole(puna, RESPONSES, **{"input": "x"} | body)


def text_of(response: Json) -> str:
    return "".join(
        part["text"]
        for item in response["output"]
        if item["type"] == "message"
        for part in item["content"]
    )


def test_a_whole_response(puna: Served) -> None:
    found = respond(puna)
    assert found.pop("id").startswith("resp_")
    assert found.pop("created_at") <= found.pop("completed_at")
    usage = found.pop("usage")
    assert usage["total_tokens"] == usage["input_tokens"] + 4
    assert usage["output_tokens_details"] == {"reasoning_tokens": 0}
    (item,) = found.pop("output")
    assert item.pop("id").startswith("msg_")
    assert item == {
        "type": "message",
        "status": "completed",
        "role": "assistant",
        "content": [PART],
    }
    assert found == {
        "object": "response",
        "status": "completed",
        "incomplete_details": None,
        "model": "script",
        "previous_response_id": None,
        "instructions": None,
        "error": None,
        "tools": [],
        "tool_choice": "auto",
        "truncation": "auto",
        "parallel_tool_calls": True,
        "text": {"format": {"type": "text"}},
        "top_p": 0.9,
        "presence_penalty": 0.0,
        "frequency_penalty": 0.0,
        "top_logprobs": 0,
        "temperature": 1.0,
        "reasoning": None,
        "max_output_tokens": None,
        "max_tool_calls": None,
        "store": True,
        "background": False,
        "service_tier": "default",
        "metadata": {},
        "safety_identifier": None,
        "prompt_cache_key": None,
    }


def test_what_is_asked_for_is_echoed(puna: Served) -> None:
    asked: Json = {
        "instructions": "Be kind.",
        "truncation": "disabled",
        "parallel_tool_calls": False,
        "top_p": 0.5,
        "temperature": 0.25,
        "max_output_tokens": 50,
        "store": False,
        "metadata": {"a": "b"},
        "tool_choice": "none",
        "reasoning": {"effort": "none", "summary": None},
        "text": {"format": {"type": "text"}},
        "prompt_cache_key": "k",
    }
    found = respond(puna, **asked)
    assert {name: found[name] for name in asked} == asked


def test_a_limit_makes_it_incomplete(puna: Served) -> None:
    found = respond(puna, max_output_tokens=2)
    assert found["status"] == "incomplete"
    assert found["incomplete_details"] == {"reason": "max_output_tokens"}
    assert found["output"][0]["status"] == "incomplete"
    assert text_of(found) == "Hello big"
    name, data = events(puna, RESPONSES, input="x", max_output_tokens=2)[-1]
    assert name == data["type"] == "response.incomplete"
    assert data["response"]["status"] == "incomplete"


def test_the_events_of_a_text(puna: Served) -> None:
    found = events(puna, RESPONSES, input="x")
    assert all(name == data["type"] for name, data in found)
    assert [data["sequence_number"] for _, data in found] == list(range(len(found)))
    assert [name.removeprefix("response.") for name, _ in found] == [
        "created",
        "in_progress",
        "output_item.added",
        "content_part.added",
        *["output_text.delta"] * 3,
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "completed",
    ]
    data = [each for _, each in found]
    for each in data[:2]:
        assert each["response"]["status"] == "in_progress"
        assert each["response"]["output"] == []
    assert [each["delta"] for each in data[4:7]] == ["Hello", " big", " world"]
    for each in data[3:9]:
        assert (each["output_index"], each["content_index"]) == (0, 0)
        assert each["item_id"] == data[2]["item"]["id"]
    assert data[2]["item"]["content"] == []
    assert data[3]["part"] == PART | {"text": ""}
    assert (data[7]["text"], data[8]["part"]) == (ANSWER, PART)
    assert data[9]["item"]["status"] == "completed"
    assert data[10]["response"]["output"] == [data[9]["item"]]
    assert data[10]["response"]["usage"]["output_tokens"] == 4


def test_thoughts_text_and_calls_are_items(puna: Served) -> None:
    found = respond(puna, model="caller", tools=FLAT)
    thoughts, message, *calls = found["output"]
    assert thoughts["type"] == "reasoning"
    assert thoughts["summary"][0]["type"] == "summary_text"
    assert thoughts["summary"][0]["text"] == thoughts["encrypted_content"]
    assert thoughts["encrypted_content"].strip() == "Paris, then."
    assert message["content"][0]["text"].strip() == "I look."
    assert [(each["name"], json.loads(each["arguments"])) for each in calls] == [
        ("weather", {"place": "Paris", "days": 2}),
        ("time", {}),
    ]
    for each in calls:
        assert (each["type"], each["status"]) == ("function_call", "completed")
        assert each["id"].startswith("fc_")
        assert each["call_id"]
    assert found["tools"] == FLAT


def test_the_events_of_thoughts_and_calls(puna: Served) -> None:
    found = events(puna, RESPONSES, model="caller", input="x", tools=FLAT)
    names = [name.removeprefix("response.") for name, _ in found]
    order = list(dict.fromkeys(names))
    assert order == [
        "created",
        "in_progress",
        "output_item.added",
        "reasoning_summary_part.added",
        "reasoning_summary_text.delta",
        "reasoning_summary_text.done",
        "reasoning_summary_part.done",
        "output_item.done",
        "content_part.added",
        "output_text.delta",
        "output_text.done",
        "content_part.done",
        "function_call_arguments.delta",
        "function_call_arguments.done",
        "completed",
    ]
    done = [data for name, data in found if name == "response.output_item.done"]
    assert [each["output_index"] for each in done] == [0, 1, 2, 3]
    assert [each["item"] for each in done] == found[-1][1]["response"]["output"]
    delta = next(data for name, data in found if name.endswith("arguments.delta"))
    assert json.loads(delta["delta"]) == {"place": "Paris", "days": 2}
    assert delta["item_id"] == done[2]["item"]["id"]


def test_tools_that_no_model_here_has_are_left_out(puna: Served) -> None:
    space = {"type": "namespace", "name": "home", "tools": [FLAT[1]]}
    tools = [{"type": "web_search"}, FLAT[0], space]
    found = respond(puna, model="caller", tools=tools)
    assert found["tools"] == [FLAT[0], space]
    text = 'tool_choice names "time", which is none of the tools'
    body = {"model": "caller", "input": "x", "tools": tools}
    choice = {"type": "function", "name": "time"}
    assert refusal(puna, RESPONSES, body | {"tool_choice": choice}) == (400, text)


def test_a_call_can_be_demanded(puna: Served) -> None:
    body: Json = {"model": "chooser", "tools": [FLAT[1]], "max_output_tokens": 100, "think": False}
    for choice in ("required", {"type": "function", "name": "time"}):
        found = respond(puna, **body, tool_choice=choice)
        assert [each["name"] for each in found["output"]] == ["time"]
        assert found["tool_choice"] == choice


def test_a_schema_is_kept_to(puna: Served) -> None:
    schema = {"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"],
              "additionalProperties": False}  # fmt: skip
    format_ = {"type": "json_schema", "name": "n", "schema": schema, "strict": True}
    found = respond(puna, model="random", text={"format": format_}, max_output_tokens=100)
    assert isinstance(json.loads(text_of(found))["ok"], bool)
    assert found["text"] == {"format": format_}


def test_log_probabilities(puna: Served) -> None:
    wanted = {"include": ["message.output_text.logprobs"], "top_logprobs": 2}
    (item,) = respond(puna, **wanted)["output"]
    entries = item["content"][0]["logprobs"]
    assert [each["token"] for each in entries] == ["Hello", " big", " world"]
    assert all(len(each["top_logprobs"]) == 2 for each in entries)


def test_going_on_from_an_earlier_response(puna: Served) -> None:
    body: Json = {"model": "random", "max_output_tokens": 5, "temperature": 0}
    first = respond(puna, **body, input="Hi", instructions="Be kind.")
    second = respond(puna, **body, input="More", previous_response_id=first["id"])
    third = respond(puna, **body, input=[{"role": "user", "content": "Then?"}],
                    previous_response_id=second["id"])  # fmt: skip
    said = [
        {"role": "user", "content": "Hi"},
        *first["output"],
        {"role": "user", "content": "More"},
        *second["output"],
        {"role": "user", "content": "Then?"},
    ]
    alone = respond(puna, **body, input=said)
    assert third["previous_response_id"] == second["id"]
    assert text_of(third) == text_of(alone)
    assert third["usage"]["input_tokens"] == alone["usage"]["input_tokens"]


def test_a_stored_response_can_be_read_and_deleted(puna: Served) -> None:
    found = respond(puna)
    path = f"{RESPONSES}/{found['id']}"
    assert puna.http.get(path).json() == found
    deleted = {"id": found["id"], "object": "response", "deleted": True}
    assert puna.http.delete(path).json() == deleted
    for reply in (puna.http.get(path), puna.http.delete(path)):
        assert reply.status_code == 404
        assert reply.json()["error"]["code"] == "response_not_found"
    _, last = events(puna, RESPONSES, input="x")[-1]
    assert puna.http.get(f"{RESPONSES}/{last['response']['id']}").json() == last["response"]


def test_what_is_not_to_be_stored_is_not(puna: Served) -> None:
    found = respond(puna, store=False)
    body = {"model": "script", "input": "x", "previous_response_id": found["id"]}
    text = f"Previous response with id '{found['id']}' not found."
    assert refusal(puna, RESPONSES, body) == (404, text)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        *(
            ({"input": value}, "input must be a string or a list of items that is not empty")
            for value in BAD_INPUTS
        ),
        ({"input": [1]}, "input[0]: an item must be an object"),
        ({"input": [{}]}, 'input[0]: unknown input item type: ""'),
        ({"input": [{"type": "spell"}]}, 'input[0]: unknown input item type: "spell"'),
        ({"input": [{"type": ["message"]}]}, "input[0]: type must be a string"),
        ({"input": [{"role": "user", "content": [{"type": []}]}]},
         "input[0]: type must be a string"),
        ({"conversation": "conv_1"},
         '"conversation" is not supported; send "previous_response_id" instead'),
        ({"prompt": {"id": "pmpt_1"}},
         '"prompt" is not supported; send its text as "instructions" instead'),
        ({"tools": 1}, "tools must be a list of objects"),
        ({"tools": [{"type": "namespace"}]}, "tools[0] must have a name and tools"),
        ({"tools": [{"type": "function", "name": ""}]},
         "tools[0].name must be a string that is not empty"),
        ({"text": {"format": {"type": "json_schema"}}},
         'the response format must be "text", "json_object", or "json_schema" with a schema'),
    ],
)  # fmt: skip
def test_refusals(puna: Served, fields: Json, text: str) -> None:
    assert refusal(puna, RESPONSES, {"model": "script", "input": "x"} | fields) == (400, text)
