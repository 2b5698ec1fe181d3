"""The input of a response, item by item, as the conversation that the engine takes.

What a model said in one turn comes as several items (thoughts, text, calls); they become one
message again.
"""

from collections.abc import Callable
from typing import Any

from desktop.api.ollama.conversation import Conversation
from desktop.api.openai.content import read_audio, read_image
from desktop.api.openai.messages import Message, read_arguments
from desktop.core.errors import RequestInvalid

Item = dict[str, Any]
_TEXTS = {"input_text": "text", "output_text": "text", "text": "text", "refusal": "refusal"}


def read_items(items: list[Any], instructions: str) -> Conversation:
    """All items, after the instructions.

    Raises:
        RequestInvalid: one of them cannot be read; the text says which.
    """
    reader = _Reader()
    if instructions:
        reader.conversation.messages.append({"role": "system", "content": instructions})
    for at, item in enumerate(items):
        try:
            reader.read(item)
        except RequestInvalid as error:
            raise RequestInvalid(f"input[{at}]: {error}") from error
    reader.close()
    return reader.conversation


class _Reader:
    """Reads items in order."""

    def __init__(self) -> None:
        self.conversation = Conversation()
        self._thoughts = ""  # of the message that comes next
        self._names: dict[str, str] = {}  # of functions, by the ids of their calls
        self._readers: dict[str, Callable[[Item], None]] = {
            "message": self._message,
            "function_call": self._call,
            "function_call_output": self._output,
            "reasoning": self._reasoning,
            "web_search_call": _skip,
        }

    def read(self, item: Any) -> None:
        if not isinstance(item, dict):
            raise RequestInvalid("an item must be an object")
        kind = _text(item, "type") or ("message" if "role" in item else "")
        if kind not in self._readers:
            raise RequestInvalid(f'unknown input item type: "{kind}"')
        self._readers[kind](item)

    def close(self) -> None:
        """Thoughts that nothing followed are a turn of their own."""
        if self._thoughts:
            self._assistant()

    def _message(self, item: Item) -> None:
        role = _text(item, "role").lower()
        if not role:
            raise RequestInvalid("a message must have a role")
        text, media = self._content(item.get("content"))
        if role == "assistant":
            message = self._assistant(joins_calls=True)
            message["content"] = "\n".join(filter(None, [message["content"], text]))
        else:
            self.close()
            role = "system" if role == "developer" else role
            message = {"role": role, "content": text}
            self.conversation.messages.append(message)
        if media:
            message["media"] = media

    def _call(self, item: Item) -> None:
        arguments = read_arguments(item.get("arguments"))
        if arguments is None:
            raise RequestInvalid("failed to parse function call arguments: no JSON object")
        id_, name = _text(item, "call_id") or _text(item, "id"), _text(item, "name")
        self._names[id_] = name
        call = {"id": id_, "function": {"name": name, "arguments": arguments}}
        self._assistant(joins_text=True).setdefault("tool_calls", []).append(call)

    def _output(self, item: Item) -> None:
        self.close()
        id_ = _text(item, "call_id")
        text, media = self._content(item.get("output"))
        message: Message = {"role": "tool", "content": text, "tool_call_id": id_}
        if name := self._names.get(id_):
            message["tool_name"] = name
        if media:
            message["media"] = media
        self.conversation.messages.append(message)

    def _reasoning(self, item: Item) -> None:
        """Our own items carry the thoughts in `encrypted_content`; others may have a summary."""
        thoughts = _text(item, "encrypted_content")
        for name in ("content", "summary"):
            parts = item.get(name)
            if not thoughts and isinstance(parts, list):
                texts = [part.get("text") for part in parts if isinstance(part, dict)]
                thoughts = "\n".join(text for text in texts if isinstance(text, str))
        self._thoughts += thoughts

    def _assistant(self, *, joins_calls: bool = False, joins_text: bool = False) -> Message:
        """The model's message that is being put together: the last one if the item belongs to it,
        else a new one."""
        messages = self.conversation.messages
        last = messages[-1] if messages else {"role": ""}
        if last["role"] == "assistant" and not self._thoughts:
            has_calls = "tool_calls" in last
            if joins_text or (joins_calls and has_calls):
                return last
        message: Message = {"role": "assistant", "content": ""}
        if self._thoughts:
            message["thinking"] = self._thoughts
            self._thoughts = ""
        messages.append(message)
        return message

    def _content(self, content: Any) -> tuple[str, list[int]]:
        """Text and places of the media."""
        if content is None or isinstance(content, str):
            return content or "", []
        if not isinstance(content, list):
            raise RequestInvalid("content must be a string or a list of parts")
        texts: list[str] = []
        files: list[bytes] = []
        for part in content:
            _read_part(part, texts, files)
        return "\n".join(texts), self.conversation.attach(files)


def _skip(_item: Item) -> None:
    """What the model was told of it is part of its text."""


def _read_part(part: Any, texts: list[str], files: list[bytes]) -> None:
    kind = _text(part, "type") if isinstance(part, dict) else ""
    if kind in _TEXTS:
        texts.append(_text(part, _TEXTS[kind]))
    elif kind == "input_image":
        image = part.get("image_url")
        files.append(read_image(image.get("url") if isinstance(image, dict) else image))
    elif kind == "input_audio":
        files.append(read_audio(part.get("input_audio")))
    elif kind == "input_file":
        raise RequestInvalid("file inputs are not currently supported")
    else:
        raise RequestInvalid(f"unknown content type: {kind}")


def _text(item: Item, name: str) -> str:
    value = item.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RequestInvalid(f"{name} must be a string")
    return value
