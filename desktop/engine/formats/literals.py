"""Values as some models write them that do not use JSON: Python's literals, and Gemma's objects,
whose texts stand between marks of their own."""

import re
from typing import Any

from desktop.engine.formats.calls import read_json

MAX_DEPTH = 100

_WORDS = {"true": True, "false": False, "null": None, "none": None}
_NAME = re.compile(r"[^\W\d][\w.\-]*")
_KEY = re.compile(r"[\w.$\-]+")
_BARE = re.compile(r"[^,\]})]+")
_ESCAPE = re.compile(r"\\(U[0-9a-fA-F]{8}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "0": "\0", "\n": ""}


class Literals:
    """Reads values and calls out of a text, from `at` on.

    Everything raises ValueError for what cannot be read.

    Args:
        quote: What stands on both sides of a text, beside Python's quotes.
    """

    def __init__(self, text: str, quote: str = "") -> None:
        self._text = text
        self._quote = quote
        self.at = 0

    def call(self) -> tuple[str, dict[str, Any]]:
        """`name(key=value, …)`; values without a key are refused."""
        name = self._match(_NAME)
        return name, self._pairs("(", "=", ")", MAX_DEPTH)

    def named_object(self) -> tuple[str, dict[str, Any]]:
        """`name{key:value, …}`."""
        name = self._match(_NAME)
        return name, self._pairs("{", ":", "}", MAX_DEPTH)

    def skip(self, sign: str) -> bool:
        """Pass over spaces and, if it comes next, a sign; whether it did."""
        while self._text[self.at : self.at + 1].isspace():
            self.at += 1
        if not sign or not self._text.startswith(sign, self.at):
            return False
        self.at += len(sign)
        return True

    def _value(self, depth: int) -> Any:
        if depth <= 0:
            raise ValueError("nested too deeply")
        if self._quote and self.skip(self._quote):
            return self._until_quote()
        for quote in ('"""', "'''", '"', "'"):
            if self.skip(quote):
                return self._string(quote)
        if self._text.startswith("{", self.at):
            return self._pairs("{", ":", "}", depth)
        for opening, closing in (("[", "]"), ("(", ")")):
            if self.skip(opening):
                return self._items(closing, depth)
        return self._bare()

    def _pairs(self, opening: str, between: str, closing: str, depth: int) -> dict[str, Any]:
        self._need(opening)
        pairs: dict[str, Any] = {}
        while not self.skip(closing):
            key = self._key()
            self._need(between)
            pairs[key] = self._value(depth - 1)
            if not self.skip(","):
                self._need(closing)
                break
        return pairs

    def _items(self, closing: str, depth: int) -> list[Any]:
        items = []
        while not self.skip(closing):
            items.append(self._value(depth - 1))
            if not self.skip(","):
                self._need(closing)
                break
        return items

    def _key(self) -> str:
        if self._quote and self.skip(self._quote):
            return self._until_quote()
        for quote in ('"', "'"):
            if self.skip(quote):
                return self._string(quote)
        return self._match(_KEY)

    def _until_quote(self) -> str:
        end = self._text.find(self._quote, self.at)
        if end < 0:
            raise ValueError("a text has no end")
        text, self.at = self._text[self.at : end], end + len(self._quote)
        return text

    def _string(self, quote: str) -> str:
        start = self.at
        while not self._text.startswith(quote, self.at):
            self.at += 2 if self._text.startswith("\\", self.at) else 1
            if self.at >= len(self._text):
                raise ValueError("a text has no end")
        text = _ESCAPE.sub(_unescaped, self._text[start : self.at])
        self.at += len(quote)
        return text.encode("utf-8", "replace").decode()

    def _bare(self) -> Any:
        """A number, a word that means a value, or a text without quotes."""
        text = self._match(_BARE).strip()
        if text.lower() in _WORDS:
            return _WORDS[text.lower()]
        try:
            return read_json(text)
        except ValueError:
            return text

    def _need(self, sign: str) -> None:
        if not self.skip(sign):
            raise ValueError(f"{sign} is missing")

    def _match(self, pattern: re.Pattern[str]) -> str:
        self.skip("")
        found = pattern.match(self._text, self.at)
        if not found:
            raise ValueError("something is missing")
        self.at = found.end()
        return found[0]


def _unescaped(found: re.Match[str]) -> str:
    sign = found[1]
    if len(sign) > 1:
        return chr(int(sign[1:], 16))
    return _ESCAPES.get(sign, sign)
