"""Items of a response as a conversation; what is kept of responses."""

from typing import Any

import pytest

from desktop.api.openai.response_input import read_items
from desktop.api.openai.response_store import ResponseStore, Stored
from desktop.core.errors import RequestInvalid, ResponseNotFound
from tests.api.openai.test_messages import IMAGE, PNG
from tests.api.served import Json


def said(role: str, text: str) -> Json:
    return {"type": "message", "role": role, "content": [{"type": "input_text", "text": text}]}


def call(id_: str) -> Json:
    return {"type": "function_call", "call_id": id_, "name": "f", "arguments": '{"a":1}'}


def result(id_: str) -> Json:
    output = [{"type": "input_text", "text": "Sun"}]
    return {"type": "function_call_output", "call_id": id_, "output": output}


def called(id_: str) -> Json:
    return {"id": id_, "function": {"name": "f", "arguments": {"a": 1}}}


def answered(id_: str) -> Json:
    return {"role": "tool", "content": "Sun", "tool_call_id": id_, "tool_name": "f"}


def test_a_whole_turn_becomes_one_message() -> None:
    thoughts = {"type": "reasoning", "summary": [], "encrypted_content": "hm"}
    items = [
        {"role": "developer", "content": "Short."},
        said("user", "Q"),
        thoughts,
        said("assistant", "I look."),
        call("1"),
        call("2"),
        result("1"),
        result("2"),
        {"type": "web_search_call", "id": "ws"},
        said("assistant", "Fine."),
        said("user", "Thanks"),
    ]
    assert read_items(items, "Be kind.").messages == [
        {"role": "system", "content": "Be kind."},
        {"role": "system", "content": "Short."},
        {"role": "user", "content": "Q"},
        {
            "role": "assistant",
            "content": "I look.",
            "thinking": "hm",
            "tool_calls": [called("1"), called("2")],
        },
        answered("1"),
        answered("2"),
        {"role": "assistant", "content": "Fine."},
        {"role": "user", "content": "Thanks"},
    ]


def test_a_text_between_a_call_and_its_result_belongs_to_the_call() -> None:
    found = read_items([call("1"), said("assistant", "Wait."), result("1")], "").messages
    assert found == [
        {"role": "assistant", "content": "Wait.", "tool_calls": [called("1")]},
        answered("1"),
    ]


def test_answers_that_follow_each_other_stay_apart() -> None:
    found = read_items([said("assistant", "A"), said("assistant", "B")], "").messages
    assert [each["content"] for each in found] == ["A", "B"]


def test_thoughts_of_others_are_in_their_summaries() -> None:
    thoughts = {"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]}
    (message,) = read_items([thoughts], "").messages
    assert message == {"role": "assistant", "content": "", "thinking": "hm"}


def test_images() -> None:
    parts = [{"type": "input_image", "image_url": IMAGE}, {"type": "input_text", "text": "Well?"}]
    found = read_items([{"role": "user", "content": parts}], "")
    assert found.messages == [{"role": "user", "content": "Well?", "media": [0]}]
    assert found.media == [PNG]


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ({"type": "message", "content": "x"}, "a message must have a role"),
        ({"role": "user", "content": 1}, "content must be a string or a list of parts"),
        ({"role": "user", "content": [1]}, "unknown content type: "),
        ({"role": "user", "content": [{"type": "x"}]}, "unknown content type: x"),
        ({"role": "user", "content": [{"type": "input_text", "text": 1}]},
         "text must be a string"),
        ({"role": "user", "content": [{"type": "input_file"}]},
         "file inputs are not currently supported"),
        ({"role": "user", "content": [{"type": "input_image", "image_url": "https://x"}]},
         "image URLs are not currently supported, please use base64 encoded data instead"),
        (call("1") | {"arguments": "{"},
         "failed to parse function call arguments: no JSON object"),
        (call("1") | {"name": 1}, "name must be a string"),
    ],
)  # fmt: skip
def test_refusals(item: Any, text: str) -> None:
    with pytest.raises(RequestInvalid) as found:
        read_items([item], "")
    assert str(found.value) == f"input[0]: {text}"


def stored(id_: str, text: str = "") -> Stored:
    return Stored({"id": id_}, [text])


def test_the_oldest_responses_are_forgotten() -> None:
    store = ResponseStore(responses=2)
    assert all(store.put(stored(id_)) for id_ in "abc")
    with pytest.raises(ResponseNotFound):
        store.get("a")
    assert store.get("c").response == {"id": "c"}


def test_responses_take_so_much_memory_and_no_more() -> None:
    store = ResponseStore(size_bytes=100)
    assert store.put(stored("a", "x" * 40))
    assert store.put(stored("b", "x" * 60))
    assert not store.put(stored("c", "x" * 100))
    assert store.get("b")
    for id_ in "ac":
        with pytest.raises(ResponseNotFound):
            store.get(id_)
    store.remove("b")
    assert store.put(stored("d", "x" * 80))
