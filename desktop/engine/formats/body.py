"""What stands between the marks of a call, read while it comes."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from desktop.engine.events import ToolCall

MAX_HEAD = 256  # characters by which it must be clear whether a call has begun


@dataclass(frozen=True, slots=True)
class Part:
    """What became of some text."""

    calls: tuple[ToolCall, ...] = ()
    rest: str | None = None
    """The body is over, and this comes after it; None: it goes on."""
    failed: bool = False
    """It was no call after all; `rest` then has everything that was read."""


class Body(Protocol):
    """Reads one call, or several in a row."""

    def feed(self, text: str) -> Part:
        """Takes the next characters."""

    def finish(self) -> Part:
        """The answer is over; `rest` is not None."""


Decode = Callable[[str], Sequence[ToolCall]]


class Enclosed:
    """A body that can only be read as a whole, up to its closing mark.

    Args:
        closing: The mark.
        decode: Makes the calls; none: it was no call.
        head: Matches whatever a call may begin with, however short.
        last: What may stand right before the closing mark, which else is part of some value. With
            it, the mark may be missing at the end of the answer.
    """

    def __init__(
        self, closing: str, decode: Decode, head: re.Pattern[str], last: tuple[str, ...] = ()
    ) -> None:
        self._closing = closing
        self._decode = decode
        self._head = head
        self._last = last
        self._raw = ""
        self._at = 0

    def feed(self, text: str) -> Part:
        fresh = len(self._raw) < MAX_HEAD
        self._raw += text
        if fresh and not self._head.fullmatch(self._raw[:MAX_HEAD]):
            return Part(rest=self._raw, failed=True)
        while (end := self._raw.find(self._closing, self._at)) >= 0:
            self._at = end + 1
            if not self._last or self._raw[:end].rstrip().endswith(self._last):
                return self._read(end)
        self._at = max(self._at, len(self._raw) - len(self._closing) + 1)
        return Part()

    def finish(self) -> Part:
        end = self._raw.find(self._closing)
        if end < 0 and self._raw.rstrip().endswith(self._last or ()):
            end = len(self._raw)
        return self._read(end) if end >= 0 else Part(rest=self._raw, failed=True)

    def _read(self, end: int) -> Part:
        calls = tuple(self._decode(self._raw[:end]))
        if not calls:
            return Part(rest=self._raw, failed=True)
        return Part(calls, self._raw[end + len(self._closing) :])


class Either:
    """One of several bodies, by the first character that is no space."""

    def __init__(self, choose: Callable[[str], Body]) -> None:
        self._choose = choose
        self._chosen: Body | None = None
        self._spaces = ""

    def feed(self, text: str) -> Part:
        if self._chosen is None:
            text = self._spaces + text
            if not (first := text.lstrip()[:1]):
                self._spaces = text
                return Part()
            self._chosen = self._choose(first)
        return self._chosen.feed(text)

    def finish(self) -> Part:
        return self._chosen.finish() if self._chosen else Part(rest=self._spaces, failed=True)
