"""Divides an answer into what is drawn alike: running text, and blocks of code.

Works line by line while the text arrives: what is closed never changes again, so that only the last
segment has to be drawn anew.
"""

import re
from dataclasses import dataclass, field
from enum import Enum

LONG_TEXT = 900  # characters after which running text is closed at the next blank line
LONG_LIST = 1800  # and a list before its next item

_FENCE = re.compile(r"(?P<indent>\s*)(?P<fence>`{3,}|~{3,})\s*(?P<info>[^`]*)$")
_MAYBE_FENCE = re.compile(r"\s*(`{1,}|~{1,})[^`]*$")
_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])\s")
_BELONGS_TO_BEFORE = re.compile(r"\s|[-*+]\s|\d{1,9}[.)]\s|\||>")


class Kind(Enum):
    """How a segment is drawn."""

    TEXT = "text"  # Markdown without blocks of code
    CODE = "code"


@dataclass(slots=True, eq=False)
class Segment:
    """`closed`: nothing will be added."""

    kind: Kind
    language: str = ""
    closed: bool = False
    lines: list[str] = field(default_factory=list)
    pending: str = ""
    """The beginning of a line whose end has not arrived."""
    length: int = 0

    @property
    def text(self) -> str:
        return "\n".join([*self.lines, self.pending] if self.pending else self.lines)

    @property
    def is_empty(self) -> bool:
        return not self.pending.strip() and not any(line.strip() for line in self.lines)


class Segmenter:
    """Takes in pieces of text; `segments` is what they are so far, the last one perhaps open."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self._rest = ""  # a line that is not whole yet
        self._fence = ""
        self._indent = 0

    def feed(self, piece: str) -> None:
        *lines, self._rest = (self._rest + piece).split("\n")
        if self.segments:
            self.segments[-1].pending = ""
        for line in lines:
            self._take(line)
        self._show_rest()

    def finish(self) -> None:
        """The text is over: an open block of code ends here."""
        rest, self._rest = self._rest, ""
        if self.segments:
            self.segments[-1].pending = ""
        if rest:
            self._take(rest)
        if self.segments:
            self.segments[-1].closed = True

    def _take(self, line: str) -> None:
        line = line.removesuffix("\r")
        if self._fence:
            if self._closes(line):
                self.segments[-1].closed, self._fence = True, ""
            else:
                self._add(self._unindented(line))
            return
        opening = _FENCE.match(line)
        if opening:
            self._open(Kind.CODE, _language(opening["info"]))
            self._fence, self._indent = opening["fence"], len(opening["indent"])
            return
        if self._is_a_good_place_to_close(line):
            self.segments[-1].closed = True
        self._text().lines.append(line)
        self.segments[-1].length += len(line) + 1

    def _show_rest(self) -> None:
        """What is there of the last line, unless it may become a fence."""
        if not self._rest or _MAYBE_FENCE.match(self._rest):
            return
        if self._fence:
            self.segments[-1].pending = self._unindented(self._rest)
        else:
            self._text().pending = self._rest

    def _text(self) -> Segment:
        last = self.segments[-1] if self.segments else None
        if last is None or last.closed or last.kind is not Kind.TEXT:
            last = self._open(Kind.TEXT)
        return last

    def _open(self, kind: Kind, language: str = "") -> Segment:
        if self.segments:
            last = self.segments[-1]
            last.closed = True
            if last.kind is Kind.TEXT and last.is_empty:
                self.segments.pop()
        self.segments.append(Segment(kind, language))
        return self.segments[-1]

    def _add(self, line: str) -> None:
        self.segments[-1].lines.append(line)

    def _unindented(self, line: str) -> str:
        """Without the indentation of the fence, which stands in a list perhaps."""
        spaces = len(line) - len(line.lstrip(" "))
        return line[min(spaces, self._indent) :]

    def _closes(self, line: str) -> bool:
        bare = line.strip()
        return len(bare) >= len(self._fence) and set(bare) == {self._fence[0]}

    def _is_a_good_place_to_close(self, line: str) -> bool:
        last = self.segments[-1] if self.segments else None
        if last is None or last.kind is not Kind.TEXT or last.length < LONG_TEXT or not line:
            return False
        if _ITEM.match(line):
            return last.length >= LONG_LIST
        return not last.lines[-1].strip() and not _BELONGS_TO_BEFORE.match(line)


def _language(info: str) -> str:
    """The first word behind a fence.

    >>> _language("python title=x"), _language("{.c++}"), _language("")
    ('python', 'c++', '')
    """
    words = info.split()
    return words[0].strip("{}.").split(",")[0] if words else ""


def segments_of(text: str) -> list[Segment]:
    """A whole text.

    >>> [(each.kind.value, each.text) for each in segments_of("a\\n```py\\nb\\n```\\nc")]
    [('text', 'a'), ('code', 'b'), ('text', 'c')]
    """
    segmenter = Segmenter()
    segmenter.feed(text)
    segmenter.finish()
    return segmenter.segments
