"""How OpenAI's messages become a prompt."""

import base64
from typing import Any

import pytest

from desktop.api.openai.messages import read_messages
from desktop.core.errors import RequestInvalid
from tests.api.served import Json

PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)
IMAGE = "data:image/png;base64," + base64.b64encode(PNG).decode()
SOUND = {"data": base64.b64encode(b"RIFF").decode(), "format": "wav"}
BAD_ARGUMENTS: list[Any] = ["", "{", "[1]", None, {}]
CALL: Json = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"b":1}'}}


def test_texts_in_parts_stay_one_message() -> None:
    parts = [
        {"type": "text", "text": "Look:"},
        {"type": "image_url", "image_url": {"url": IMAGE}},
        {"type": "image_url", "image_url": IMAGE.replace("image/png", "")},
        {"type": "input_audio", "input_audio": SOUND},
        {"type": "text", "text": "Well?"},
    ]
    found = read_messages(
        [{"role": "user", "content": parts[:2]}, {"role": "user", "content": parts[2:]}]
    )
    assert found.messages == [
        {"role": "user", "content": "Look:", "media": [0]},
        {"role": "user", "content": "Well?", "media": [1, 2]},
    ]
    assert found.media == [PNG, PNG, b"RIFF"]


def test_a_developer_is_a_system() -> None:
    found = read_messages([{"role": "Developer", "content": "Be kind."}])
    assert found.messages == [{"role": "system", "content": "Be kind."}]


@pytest.mark.parametrize("content", ["Sun", [{"type": "text", "text": "Sun"}]])
def test_a_call_and_its_result(content: Any) -> None:
    found = read_messages(
        [
            {"role": "assistant", "content": None, "reasoning": "hm", "tool_calls": [CALL]},
            {"role": "tool", "tool_call_id": "c1", "content": content},
            {"role": "tool", "name": "g", "tool_call_id": "c1", "content": content},
        ]
    )
    called = {"id": "c1", "function": {"name": "f", "arguments": {"b": 1}}}
    result = {"role": "tool", "content": "Sun", "tool_call_id": "c1"}
    assert found.messages == [
        {"role": "assistant", "content": "", "thinking": "hm", "tool_calls": [called]},
        result | {"tool_name": "f"},
        result | {"tool_name": "g"},
    ]


def part(**fields: Any) -> Json:
    return {"role": "user", "content": [fields]}


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (1, "invalid message format"),
        ({"role": "user"}, "invalid message content type: <nil>"),
        ({"role": "user", "content": 1}, "invalid message content type"),
        ({"role": 1, "content": ""}, "invalid message: role must be a string"),
        (part(type="video"), "invalid message format"),
        (part(type="text"), "invalid message format"),
        ({"role": "user", "content": ["x"]}, "invalid message format"),
        (part(type="image_url", image_url="http://example.org/a.png"),
         "image URLs are not currently supported, please use base64 encoded data instead"),
        (part(type="image_url", image_url={}), "invalid image input"),
        (part(type="image_url", image_url="data:image/tiff;base64,aGk="), "invalid image input"),
        (part(type="image_url", image_url="data:;base64,a?"),
         "invalid image input: illegal base64 data at input byte 1"),
        (part(type="input_audio"), "invalid input_audio format"),
        (part(type="input_audio", input_audio={}), "invalid input_audio format: missing data"),
        (part(type="input_audio", input_audio={"data": "a?"}),
         "invalid input_audio base64 data: illegal base64 data at input byte 1"),
        ({"role": "assistant", "tool_calls": 1}, "invalid tool calls"),
        ({"role": "assistant", "tool_calls": [1]}, "invalid tool calls"),
        *(
            ({"role": "assistant",
              "tool_calls": [{"function": {"name": "f", "arguments": arguments}}]},
             "invalid tool call arguments")
            for arguments in BAD_ARGUMENTS
        ),
    ],
)  # fmt: skip
def test_refusals(message: Any, text: str) -> None:
    with pytest.raises(RequestInvalid) as found:
        read_messages([message])
    assert str(found.value) == text
