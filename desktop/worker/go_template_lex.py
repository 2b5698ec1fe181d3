"""Cuts a template in Go's language into texts and the tokens of its `{{ actions }}`.

White space inside an action is a token of its own, since `.a.b` and `.a .b` differ.
"""

import re
from typing import Any, NamedTuple

from desktop.core.errors import TemplateFailed

SPACES = " \t\r\n"
_CLOSE = re.compile(r"([ \t\r\n]-)?}}")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_TERMINATED = r"(?=[ \t\r\n.,|:)(]|}}|\Z)"
_TOKEN = re.compile(
    r"(?P<space>(?:[ \t\r\n](?!-}}))+)"
    r'|(?P<string>"(?:[^"\\\n]|\\[^\n])*")'
    r"|(?P<raw>`[^`]*`)"
    r"|(?P<character>'(?:[^'\\\n]|\\[^\n])+')"
    r"|(?P<number>[+-]?(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+"
    r"|(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?)(?!\w))"
    rf"|(?P<variable>\$\w*){_TERMINATED}"
    rf"|\.(?P<field>[^\W\d]\w*){_TERMINATED}"
    rf"|(?P<dot>\.){_TERMINATED}"
    rf"|(?P<word>[^\W\d]\w*){_TERMINATED}"
    r"|(?P<sign>:=|[=|(),])"
)
_PIECE = re.compile(
    r"(?P<plain>[^\\]+)|\\(?:(?P<simple>[abfnrtv\\\"'])|(?P<octal>[0-7]{3})"
    r"|x(?P<byte>[0-9a-fA-F]{2})|u(?P<short>[0-9a-fA-F]{4})|U(?P<long>[0-9a-fA-F]{8}))"
)
_SIMPLE = dict(zip("abfnrtv\\\"'", b"\a\b\f\n\r\t\v\\\"'", strict=True))
_MAX_INTEGER = 2**63


class Token(NamedTuple):
    """`kind` is "text", "open", "close", "space", "constant", "variable", "field", "dot", "word",
    "end of file", or the sign itself."""

    kind: str
    value: Any
    line: int


def failed(line: int, problem: str) -> TemplateFailed:
    """The error for a template that is broken at this line."""
    return TemplateFailed(f"the template failed at line {line}: {problem}")


def tokenize(source: str) -> list[Token]:
    """All tokens, the last of kind "end of file". Raises TemplateFailed."""
    return _Lexer(source).run()


class _Lexer:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._line = 1
        self._trim = False  # the last action ended with ` -}}`
        self._tokens: list[Token] = []

    def run(self) -> list[Token]:
        source = self._source
        while (opening := source.find("{{", self._at)) >= 0:
            inside = opening + 2
            marker = source[inside : inside + 1] == "-"
            trim = marker and source[inside + 1 : inside + 2] in tuple(SPACES)
            self._text(opening, trim_end=trim)
            self._move(inside + 2 if trim else inside)
            if source.startswith("/*", self._at):
                self._comment()
            else:
                self._action()
        self._text(len(source), trim_end=False)
        self._add("end of file", None)
        return self._tokens

    def _text(self, end: int, *, trim_end: bool) -> None:
        text = self._source[self._at : end]
        text = text.lstrip(SPACES) if self._trim else text
        text = text.rstrip(SPACES) if trim_end else text
        if text:
            self._add("text", text)
        self._move(end)

    def _comment(self) -> None:
        comment = _COMMENT.match(self._source, self._at)
        if comment is None:
            raise failed(self._line, "unclosed comment")
        self._move(comment.end())
        if not self._closed():
            raise failed(self._line, "comment ends before closing delimiter")

    def _action(self) -> None:
        self._add("open", None)
        while not self._closed():
            found = _TOKEN.match(self._source, self._at)
            if found is None:
                raise failed(self._line, self._problem())
            kind, text = str(found.lastgroup), found[str(found.lastgroup)]
            try:
                self._add(*_token(kind, text))
            except ValueError as error:
                raise failed(self._line, str(error)) from error
            self._move(found.end())
        self._add("close", None)

    def _closed(self) -> bool:
        closing = _CLOSE.match(self._source, self._at)
        if closing is None:
            return False
        self._trim = closing[1] is not None
        self._move(closing.end())
        return True

    def _problem(self) -> str:
        """Why there is no token here."""
        rest = self._source[self._at : self._at + 20]
        if not rest:
            return "unclosed action"
        if rest[0] in "\"`'":
            return "unterminated quoted string"
        return f"unexpected {rest.splitlines()[0]!r} in action"

    def _add(self, kind: str, value: Any) -> None:
        self._tokens.append(Token(kind, value, self._line))

    def _move(self, at: int) -> None:
        self._line += self._source.count("\n", self._at, at)
        self._at = at


def _token(kind: str, text: str) -> tuple[str, Any]:
    """Kind and value. Raises ValueError for a malformed constant."""
    match kind:
        case "string":
            return "constant", unquote(text[1:-1], '"')
        case "raw":
            return "constant", text[1:-1].replace("\r", "")
        case "character":
            character = unquote(text[1:-1], "'")
            if len(character) != 1:
                raise ValueError(f"malformed character constant: {text}")
            return "constant", ord(character)
        case "number":
            return "constant", _number(text)
        case "sign":
            return text, text
    return kind, text


def unquote(body: str, quote: str) -> str:
    r"""The text that is meant by the inside of a quoted string.

    >>> unquote(r"a\tb\u00e9\xc3\xa9", '"')
    'a\tbéé'
    """
    raw, at = bytearray(), 0
    while at < len(body):
        piece = _PIECE.match(body, at)
        if piece is None or piece["simple"] in {'"', "'"} - {quote}:
            raise ValueError(f"malformed escape in {quote}{body}{quote}")
        raw += _bytes(piece)
        at = piece.end()
    return raw.decode("utf-8", "replace")


def _bytes(piece: re.Match[str]) -> bytes:
    if piece["plain"] is not None:
        return piece["plain"].encode("utf-8", "replace")
    if piece["simple"]:
        return bytes([_SIMPLE[piece["simple"]]])
    if piece["octal"] or piece["byte"]:
        return bytes([int(piece["octal"], 8) if piece["octal"] else int(piece["byte"], 16)])
    return chr(int(piece["short"] or piece["long"], 16)).encode("utf-8")


def _number(text: str) -> int | float:
    """As Go reads it: a leading zero means octal.

    >>> _number("017"), _number("-0x1F"), _number("1_000"), _number("2.50"), _number("1e3")
    (15, -31, 1000, 2.5, 1000.0)
    """
    digits = text.lstrip("+-")
    if not digits.lower().startswith("0x") and any(letter in digits for letter in ".eE"):
        return float(text)
    if re.fullmatch(r"0_?[0-7][0-7_]*", digits):
        text = text.replace("0", "0o", 1)
    number = int(text, 0)
    if not -_MAX_INTEGER <= number < _MAX_INTEGER:
        raise ValueError(f"integer overflow: {text}")
    return number
