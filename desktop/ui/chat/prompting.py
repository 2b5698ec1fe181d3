"""What is sent to a model: the turns that are shown, and what the user set beside them."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from desktop.client.chat import Message
from desktop.history.records import Manner, Medium, Turn

TOKEN_CHARACTERS = 3.5  # of a token, about: until the model has counted
IMAGE_TOKENS = 700  # likewise
FENCE = "````"


class File(Protocol):
    """What the user attached: a text, or an image."""

    @property
    def name(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def image_bytes(self) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class Terms:
    """How the user wants to be answered."""

    model: str
    system: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    think: bool | str | None = None
    manner: Manner | None = None
    """As the user chose it, whatever the model can do: what a new chat keeps."""

    @property
    def ask(self) -> dict[str, Any]:
        """The fields of a request that follow from it."""
        ask: dict[str, Any] = {"options": dict(self.options)} if self.options else {}
        return ask if self.think is None else ask | {"think": self.think}


def media_of(files: Iterable[File]) -> list[Medium]:
    """Attachments as the history keeps them."""
    media = []
    for file in files:
        data = file.image_bytes or file.text.encode()
        mime = image_kind(data) if file.image_bytes else "text/plain"
        media.append(Medium(name=file.name, mime=mime, size=len(data), data=data))
    return media


def image_kind(data: bytes) -> str:
    """
    >>> image_kind(b"\\x89PNG..."), image_kind(b"what")
    ('image/png', 'image/*')
    """
    starts = {b"\x89PNG": "png", b"\xff\xd8": "jpeg", b"GIF8": "gif", b"RIFF": "webp"}
    return next(
        (f"image/{kind}" for start, kind in starts.items() if data.startswith(start)), "image/*"
    )


def messages_of(
    turns: Sequence[Turn], media: Mapping[int, Sequence[Medium]], system: str = ""
) -> tuple[list[Message], list[int]]:
    """The messages of a request, and the turns they are (without the system's).

    Args:
        media: With their bytes, by the turn's id.
    """
    messages: list[Message] = [{"role": "system", "content": system}] if system.strip() else []
    ids = []
    for turn in turns:
        message = _message(turn, media.get(turn.id, ()))
        if message is not None:
            messages.append(message)
            ids.append(turn.id)
    return messages, ids


def _message(turn: Turn, media: Sequence[Medium]) -> Message | None:
    """None: a failed answer, of which there is nothing to tell."""
    images = [each.data for each in media if each.data and each.mime.startswith("image/")]
    texts = [each for each in media if each.data and not each.mime.startswith("image/")]
    parts = [
        f"{each.name}:\n\n{FENCE}\n{(each.data or b'').decode(errors='replace')}\n{FENCE}"
        for each in texts
    ]
    content = "\n\n".join([*parts, turn.content] if turn.content else parts)
    if not content and not images and not turn.tool_calls:
        return None
    message: Message = {"role": turn.role, "content": content}
    if images:
        message["images"] = [base64.b64encode(each).decode() for each in images]
    if turn.tool_calls and turn.role == "assistant":
        message["tool_calls"] = turn.tool_calls
    return message


def opened(prompt: str, thinking: str, content: str) -> str:
    """A rendered prompt with the beginning of its answer, for the model to go on."""
    bare = prompt.rstrip()
    if bare.endswith("<|start|>assistant"):  # gpt-oss says first which channel it speaks on
        return f"{prompt}<|channel|>final<|message|>{content}"
    if bare.endswith("<think>"):
        return f"{prompt}{thinking.strip()}\n</think>\n\n{content}"
    if not content and thinking:
        return f"{prompt}<think>\n{thinking.strip()}\n</think>\n\n"
    return prompt + content


def estimated_tokens(text: str, files: Iterable[File] = ()) -> int:
    """About so many tokens, where the model has not counted yet."""
    characters, images = len(text), 0
    for file in files:
        characters += len(file.text)
        images += bool(file.image_bytes)
    return round(characters / TOKEN_CHARACTERS) + images * IMAGE_TOKENS
