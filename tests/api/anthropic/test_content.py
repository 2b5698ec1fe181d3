"""What blocks become for the engine."""

from typing import Any

import pytest

from desktop.api.anthropic.content import BlockReader

CALL = {"type": "tool_use", "id": "t1", "name": "weather", "input": {"z": 1, "a": 2}}


def read(*messages: Any, system: Any = None) -> list[dict[str, Any]]:
    reader = BlockReader()
    reader.add_system(system)
    for at, message in enumerate(messages):
        reader.add(message, f"messages.{at}")
    return reader.conversation.messages


def user(*blocks: Any) -> dict[str, Any]:
    return {"role": "user", "content": list(blocks)}


def result(content: Any, **fields: Any) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": "t1", "content": content} | fields


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words, "cache_control": {"type": "ephemeral"}}


@pytest.mark.parametrize("system", ["Be kind.", [text("Be "), text("kind.")]])
def test_the_system_text_comes_first(system: Any) -> None:
    assert read({"role": "user", "content": "x"}, system=system) == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "x"},
    ]


@pytest.mark.parametrize("system", [None, "", []])
def test_no_system_text_is_no_message(system: Any) -> None:
    assert read(user(text("a"), text("b")), system=system) == [{"role": "user", "content": "ab"}]


def test_a_turn_with_thoughts_and_a_call() -> None:
    said = [{"type": "thinking", "thinking": "hm", "signature": "s"}, text("I look."), CALL]
    said.append({"type": "redacted_thinking", "data": "x"})
    assert read({"role": "assistant", "content": said}) == [
        {
            "role": "assistant",
            "content": "I look.",
            "thinking": "hm",
            "tool_calls": [
                {"id": "t1", "function": {"name": "weather", "arguments": {"z": 1, "a": 2}}}
            ],
        }
    ]


def test_results_come_before_the_text_beside_them_and_know_their_tool() -> None:
    told = read({"role": "assistant", "content": [CALL]}, user(text("And?"), result("11 C")))
    assert told[1:] == [
        {"role": "tool", "content": "11 C", "tool_call_id": "t1", "tool_name": "weather"},
        {"role": "user", "content": "And?"},
    ]
    assert len(read(user(result("11 C")))) == 1  # no empty message behind it


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "Error: the tool failed."),
        ("no such place", "Error: no such place"),
        ([text("Error 404")], "Error 404"),
    ],
)
def test_failures_of_tools_are_told_as_such(content: Any, words: str) -> None:
    assert read(user(result(content, is_error=True)))[0]["content"] == words


def test_documents_are_their_text() -> None:
    source = {"type": "text", "media_type": "text/plain", "data": "Once."}
    parts = {"type": "content", "content": [text("Twice.")]}
    found = read(
        user(
            {"type": "document", "title": "Tale", "context": "Old", "source": source},
            {"type": "document", "source": parts},
            {"type": "search_result", "title": "T", "source": "http://x", "content": [text("c")]},
            text("Sum up."),
        )
    )
    assert found[0]["content"] == "Tale\nOld\nOnce.\n\nTwice.\n\nT\nhttp://x\nc\n\nSum up."


def test_what_other_servers_found() -> None:
    search = {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {}}
    hits = {"type": "web_search_tool_result", "tool_use_id": "s1", "content": [{"url": "u"}]}
    found = read({"role": "assistant", "content": [search, hits, text("So.")]})
    assert found[0]["tool_calls"][0]["id"] == "s1"
    assert found[0]["content"] == "So."
    assert found[1]["tool_name"] == "web_search"
    assert found[1]["content"] == '[{"url":"u"}]'


def test_images_belong_to_their_message() -> None:
    image = {"type": "image", "source": {"type": "base64", "data": "iVBORw0KGgo="}}
    found = read({"role": "assistant", "content": [CALL]}, user(result([image]), image, image))
    assert [message.get("media") for message in found] == [None, [0], [1, 2]]


def test_unknown_blocks_are_left_out() -> None:
    assert read(user({"type": "novel", "x": 1}, text("x"))) == [{"role": "user", "content": "x"}]
