"""OpenAI's messages as the engine takes them.

The parts of a message stay one message: its texts as lines, its images and sounds beside them.
A `developer` is a `system`: most templates know only that.
"""

from typing import Any

import msgspec

from desktop.api.ollama.conversation import Conversation
from desktop.api.openai.content import read_audio, read_image
from desktop.core.errors import RequestInvalid

Message = dict[str, Any]


def read_messages(items: list[Any]) -> Conversation:
    """`messages` of a request.

    Raises:
        RequestInvalid: one of them cannot be read.
    """
    reader = _Reader()
    for item in items:
        reader.read(item)
    return reader.conversation


class _Reader:
    """Reads messages in order; remembers which function a call's id belongs to."""

    def __init__(self) -> None:
        self.conversation = Conversation()
        self._names: dict[str, str] = {}

    def read(self, item: Any) -> None:
        if not isinstance(item, dict):
            raise RequestInvalid("invalid message format")
        role = _text(item, "role").lower()
        message: Message = {"role": "system" if role == "developer" else role}
        calls = self._calls(item)
        content = item.get("content")
        if content is None and not calls:
            raise RequestInvalid("invalid message content type: <nil>")
        self._fill(message, content)
        if thinking := _text(item, "reasoning") or _text(item, "reasoning_content"):
            message["thinking"] = thinking
        if calls:
            message["tool_calls"] = calls
        if id_ := _text(item, "tool_call_id"):
            message["tool_call_id"] = id_
        if name := _text(item, "name") or self._names.get(id_, ""):
            message["tool_name"] = name
        self.conversation.messages.append(message)

    def _fill(self, message: Message, content: Any) -> None:
        """Set `content` and `media`."""
        message["content"] = content
        if content is None:
            message["content"] = ""
        elif isinstance(content, list):
            texts: list[str] = []
            files: list[bytes] = []
            for part in content:
                _read_part(part, texts, files)
            message["content"] = "\n".join(texts)
            if files:
                message["media"] = self.conversation.attach(files)
        elif not isinstance(content, str):
            raise RequestInvalid("invalid message content type")

    def _calls(self, item: Message) -> list[dict[str, Any]]:
        given = item.get("tool_calls") or []
        if not isinstance(given, list):
            raise RequestInvalid("invalid tool calls")
        calls = [_read_call(call) for call in given]
        self._names |= {call["id"]: call["function"]["name"] for call in calls}
        return calls


def _read_part(part: Any, texts: list[str], files: list[bytes]) -> None:
    kind = part.get("type") if isinstance(part, dict) else None
    if kind == "text" and isinstance(part.get("text"), str):
        texts.append(part["text"])
    elif kind == "image_url":
        image = part.get("image_url")
        files.append(read_image(image.get("url") if isinstance(image, dict) else image))
    elif kind == "input_audio":
        files.append(read_audio(part.get("input_audio")))
    else:
        raise RequestInvalid("invalid message format")


def _read_call(call: Any) -> dict[str, Any]:
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict):
        raise RequestInvalid("invalid tool calls")
    arguments = read_arguments(function.get("arguments"))
    if arguments is None:
        raise RequestInvalid("invalid tool call arguments")
    return {
        "id": _text(call, "id"),
        "function": {"name": _text(function, "name"), "arguments": arguments},
    }


def read_arguments(text: Any) -> dict[str, Any] | None:
    """A call's arguments out of their JSON text; None if it does not hold an object."""
    try:
        value = msgspec.json.decode(text) if isinstance(text, str) else None
    except (msgspec.DecodeError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _text(item: Message, name: str) -> str:
    value = item.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RequestInvalid(f"invalid message: {name} must be a string")
    return value
