"""A conversation in Anthropic's blocks as the engine takes it: texts, thoughts, calls, results,
images."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from desktop.api.ollama.conversation import Conversation
from desktop.api.replies import encode
from desktop.core.errors import RequestInvalid

Block = dict[str, Any]
ROLES = ("user", "assistant", "system")


@dataclass(slots=True)
class _Draft:
    """What the blocks of one message, or of one tool's result, amount to."""

    texts: list[str] = field(default_factory=list)
    thoughts: list[str] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    results: list[tuple[dict[str, Any], list[str]]] = field(default_factory=list)
    """Messages of their own, and the images in each."""
    images: list[str] = field(default_factory=list)
    """In base64."""

    def message(self, role: str) -> dict[str, Any]:
        """The message without its images and results."""
        message: dict[str, Any] = {"role": role, "content": "".join(self.texts)}
        if self.thoughts:
            message["thinking"] = "".join(self.thoughts)
        if self.calls:
            message["tool_calls"] = self.calls
        return message

    @property
    def is_results_only(self) -> bool:
        return bool(self.results) and not (self.texts or self.calls or self.images)


class BlockReader:
    """Reads a request's messages into `conversation`.

    Every method raises RequestInvalid for blocks that cannot be read; those of unknown types are
    left out, as are `redacted_thinking`s.
    """

    def __init__(self) -> None:
        self.conversation = Conversation()
        self._names: dict[str, str] = {}  # of the functions, by the ids of their calls
        self._readers: dict[str, Callable[[Block, _Draft, str], None]] = {
            "text": self._text,
            "thinking": self._thinking,
            "image": self._image,
            "document": self._document,
            "search_result": self._search_result,
            "tool_use": self._call,
            "server_tool_use": self._call,
            "tool_result": self._result,
            "web_search_tool_result": self._web_search_result,
        }

    def add_system(self, value: Any) -> None:
        """The `system` of the request: a text, or text blocks. Comes before the messages."""
        draft = _Draft()
        self._read(value, draft, "system", {"text"})
        if text := "".join(draft.texts):
            self.conversation.add({"role": "system", "content": text}, [])

    def add(self, message: Any, place: str) -> None:
        """One of `messages`. A tool's results come before the text beside them, and after the
        calls.

        Args:
            place: How errors name it, such as "messages.0".
        """
        if not isinstance(message, dict):
            raise RequestInvalid(f"{place}: must be an object with role and content")
        role = message.get("role")
        role = role.lower() if isinstance(role, str) else ""
        if role not in ROLES:
            raise RequestInvalid(f'{place}.role: must be "user", "assistant" or "system"')
        draft = _Draft()
        self._read(message.get("content"), draft, f"{place}.content", self._readers.keys())
        if role == "assistant":
            self.conversation.add(draft.message(role), draft.images)
        for result, images in draft.results:
            self.conversation.add(result, images)
        if role != "assistant" and not draft.is_results_only:
            self.conversation.add(draft.message(role), draft.images)

    def _read(self, content: Any, draft: _Draft, place: str, kinds: Collection[str]) -> None:
        """A text, or blocks of which those of `kinds` are read."""
        if content is None:
            return
        if isinstance(content, str):
            draft.texts.append(content)
            return
        if not isinstance(content, list):
            raise RequestInvalid(f"{place}: must be a string or a list of content blocks")
        for at, block in enumerate(content):
            if not isinstance(block, dict) or not isinstance(block.get("type"), str):
                raise RequestInvalid(f"{place}.{at}: must be an object with a type")
            if block["type"] in kinds:
                self._readers[block["type"]](block, draft, f"{place}.{at}")

    def _text(self, block: Block, draft: _Draft, place: str) -> None:
        draft.texts.append(_string(block, "text", place))

    def _thinking(self, block: Block, draft: _Draft, place: str) -> None:
        draft.thoughts.append(_string(block, "thinking", place))

    def _image(self, block: Block, draft: _Draft, place: str) -> None:
        source = _object(block, "source", place)
        if (kind := source.get("type")) != "base64":
            raise RequestInvalid(
                f"invalid image source type: {kind}. Only base64 images are supported."
            )
        draft.images.append(_string(source, "data", f"{place}.source"))

    def _document(self, block: Block, draft: _Draft, place: str) -> None:
        source = _object(block, "source", place)
        inner = _Draft()
        if (kind := source.get("type")) == "text":
            inner.texts.append(_string(source, "data", f"{place}.source"))
        elif kind == "content":
            self._read(source.get("content"), inner, f"{place}.source.content", {"text", "image"})
        else:
            raise RequestInvalid(
                f"invalid document source type: {kind}. Only text documents are supported."
            )
        heads = [_string(block, name, place) for name in ("title", "context")]
        draft.texts.append("\n".join([*filter(None, heads), *inner.texts]) + "\n\n")
        draft.images += inner.images

    def _search_result(self, block: Block, draft: _Draft, place: str) -> None:
        inner = _Draft()
        self._read(block.get("content"), inner, f"{place}.content", {"text"})
        heads = [_string(block, name, place) for name in ("title", "source")]
        draft.texts.append("\n".join([*filter(None, heads), *inner.texts]) + "\n\n")

    def _call(self, block: Block, draft: _Draft, place: str) -> None:
        id_, name = _string(block, "id", place), _string(block, "name", place)
        for field_, value in (("id", id_), ("name", name)):
            if not value:
                raise RequestInvalid(f"tool_use block missing required '{field_}' field")
        self._names[id_] = name
        arguments = _object(block, "input", place)
        draft.calls.append({"id": id_, "function": {"name": name, "arguments": arguments}})

    def _result(self, block: Block, draft: _Draft, place: str) -> None:
        inner = _Draft()
        kinds = {"text", "image", "document", "search_result"}
        self._read(block.get("content"), inner, f"{place}.content", kinds)
        text = "".join(inner.texts)
        if block.get("is_error") is True and not text.lower().startswith("error"):
            text = f"Error: {text or 'the tool failed.'}"
        draft.results.append((self._told(block, place, text), inner.images))

    def _web_search_result(self, block: Block, draft: _Draft, place: str) -> None:
        text = encode(block.get("content")).decode()
        draft.results.append((self._told(block, place, text), []))

    def _told(self, block: Block, place: str, text: str) -> dict[str, Any]:
        """What a tool answered, as a message."""
        id_ = _string(block, "tool_use_id", place)
        message = {"role": "tool", "content": text, "tool_call_id": id_}
        if name := self._names.get(id_):
            message["tool_name"] = name
        return message


def _string(block: Block, name: str, place: str) -> str:
    """A field's text; "" when absent."""
    value = block.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RequestInvalid(f"{place}.{name}: must be a string")
    return value


def _object(block: Block, name: str, place: str) -> dict[str, Any]:
    """A field's object; an empty one when absent."""
    value = block.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RequestInvalid(f"{place}.{name}: must be an object")
    return value
