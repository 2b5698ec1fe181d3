"""JSON as Go's decoder reads it, down to the words of its complaints, which clients match on.

Python's decoder does the reading. Where it gives up, `complaint` goes through the text again as
Go's scanner would; where it takes more than Go does, or reads it differently, hooks refuse or mend.
"""

import json
import math
import re
from collections.abc import Callable
from typing import Any, NoReturn

from desktop.core.errors import RequestInvalid
from desktop.models.modelfile import go_quoted

MAX_DEPTH = 10_000
_TOO_DEEP = "exceeded max depth"
_CUT_SHORT = "unexpected EOF"

_SPACES = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*')
_DIGITS = re.compile(r"[0-9]*")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_LITERALS = {"t": "true", "f": "false", "n": "null"}


def decode(text: str) -> Any:
    """The first JSON value of a text; what follows it is ignored.

    Integers beyond 64 bits come as floats. Half a surrogate pair becomes U+FFFD.

    Raises:
        RequestInvalid: in Go's words.
    """
    try:
        value, _end = _DECODER.raw_decode(text)
        return _mended(value) if _SURROGATE_ESCAPE.search(text) else value
    except ValueError as error:
        raise RequestInvalid(complaint(text)) from error
    except RecursionError as error:
        raise RequestInvalid(_TOO_DEEP) from error


def complaint(text: str) -> str:
    """What Go says about a text that is not JSON.

    >>> complaint('{"a":1,}'), complaint('{"a"')
    ("invalid character '}' looking for beginning of object key string", 'unexpected EOF')
    """
    try:
        _Scanner(text).scan()
    except _Complaint as found:
        return str(found)
    return _CUT_SHORT


class _Complaint(Exception):
    """Ends the scan; its text is the answer."""


class _Scanner:
    """Goes through one value of a text, without recursion, to the first mistake."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._open: list[str] = []  # brackets

    def scan(self) -> None:
        """Raises _Complaint; returns after a complete value."""
        step: Callable[[], Any] | None = self._value
        while step:
            self._at = _end_of(_SPACES, self._text, self._at)
            step = step()

    # Each step reads one token and returns the step that follows; None after the whole value.

    def _value(self) -> Any:
        sign = self._peek()
        if sign in "{[":
            return self._begin(sign)
        if sign == '"':
            self._string()
        elif sign in "-0123456789":
            self._number()
        elif sign in _LITERALS:
            self._literal(_LITERALS[sign])
        else:
            self._refuse("looking for beginning of value")
        return self._after()

    def _begin(self, bracket: str) -> Any:
        self._at += 1
        self._open.append(bracket)
        if len(self._open) > MAX_DEPTH:
            raise _Complaint(_TOO_DEEP)
        return self._first_key if bracket == "{" else self._first_item

    def _first_item(self) -> Any:
        return self._end() if self._peek() == "]" else self._value()

    def _first_key(self) -> Any:
        return self._end() if self._peek() == "}" else self._key()

    def _key(self) -> Any:
        if self._peek() != '"':
            self._refuse("looking for beginning of object key string")
        self._string()
        return self._colon

    def _colon(self) -> Any:
        if self._peek() != ":":
            self._refuse("after object key")
        self._at += 1
        return self._value

    def _end(self) -> Any:
        self._at += 1
        self._open.pop()
        return self._after()

    def _after(self) -> Any:
        if not self._open:
            return None
        return self._after_member if self._open[-1] == "{" else self._after_item

    def _after_member(self) -> Any:
        return self._comma_or("}", self._key, "after object key:value pair")

    def _after_item(self) -> Any:
        return self._comma_or("]", self._value, "after array element")

    def _comma_or(self, bracket: str, following: Callable[[], Any], where: str) -> Any:
        sign = self._peek()
        if sign == bracket:
            return self._end()
        if sign != ",":
            self._refuse(where)
        self._at += 1
        return following

    def _string(self) -> None:
        self._at = _end_of(_STRING, self._text, self._at)
        if self._peek() == '"':
            self._at += 1
            return
        if self._peek() != "\\":
            self._refuse("in string literal")
        self._at += 1
        if self._peek() != "u":
            self._refuse("in string escape code")
        self._at += 1
        while self._peek() in "0123456789abcdefABCDEF":
            self._at += 1
        self._refuse("in \\u hexadecimal character escape")

    def _number(self) -> None:
        if self._peek() == "-":
            self._at += 1
        if self._text[self._at : self._at + 1] == "0":
            self._at += 1
        else:
            self._digits("in numeric literal")
        if self._text[self._at : self._at + 1] == ".":
            self._at += 1
            self._digits("after decimal point in numeric literal")
        if self._text[self._at : self._at + 1] in ("e", "E"):
            self._at += 1
            if self._peek() in "+-":
                self._at += 1
            self._digits("in exponent of numeric literal")

    def _digits(self, where: str) -> None:
        if self._peek() not in "0123456789":
            self._refuse(where)
        self._at = _end_of(_DIGITS, self._text, self._at)

    def _literal(self, word: str) -> None:
        for expected in word:
            if self._peek() != expected:
                self._refuse(f"in literal {word} (expecting {quoted(expected)})")
            self._at += 1

    def _peek(self) -> str:
        if self._at >= len(self._text):
            raise _Complaint(_CUT_SHORT)
        return self._text[self._at]

    def _refuse(self, where: str) -> NoReturn:
        raise _Complaint(f"invalid character {quoted(self._peek())} {where}")


def quoted(sign: str) -> str:
    r"""A character as Go names it in errors: by its first byte.

    >>> print(quoted("x"), quoted("'"), quoted('"'), quoted("é"), quoted("\n"))
    'x' '\'' '"' 'Ã' '\n'
    """
    if sign in "'\"":
        return "'\\''" if sign == "'" else "'\"'"
    return "'" + go_quoted(chr(sign.encode("utf-8", "replace")[0]))[1:-1] + "'"


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_mended(item) for item in value]
    if isinstance(value, dict):
        return {_mended(name): _mended(item) for name, item in value.items()}
    return value


def _integer(digits: str) -> int | float:
    if len(digits) <= 20:
        number = int(digits)
        if -(2**63) <= number < 2**63:
            return number
    return _float(digits)


def _float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise RequestInvalid(
            f"json: cannot unmarshal number {digits:.40} into Go value of type float64"
        )
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_float, parse_constant=_refuse_constant)
