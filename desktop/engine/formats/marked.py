"""Answers in which marks tell thinking, text and calls apart; a row of `families.py` says which."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from desktop.engine.events import Piece
from desktop.engine.formats.body import Body, Part
from desktop.engine.formats.format import Parser, Situation
from desktop.engine.formats.marks import marks_of
from desktop.engine.formats.pieces import Pieces, Stretch

_CONTROL = "|｜[]"  # no ordinary text has these in a mark

Place = Literal["start", "text", "thinking"]


@dataclass(frozen=True, slots=True)
class Opening:
    """A mark that begins a call."""

    mark: str
    body: Callable[[Situation], Body]
    first: bool = False
    """Only where the text begins."""
    own_line: bool = False
    """Only where a line begins."""
    kept: bool = False
    """The body reads the mark, too."""
    ordinary: bool = False
    """It may as well be part of a text: where no call follows, it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """The format.

    Args:
        again: Thinking may come at any place, not only at the beginning.
        framing: Marks around the text.
        dropped: Marks that say nothing a reader wants to know, or that only count inside of calls.
            Without tools, those that may be ordinary text are.
    """

    thinking: tuple[str, str] = ("", "")
    again: bool = False
    openings: tuple[Opening, ...] = ()
    framing: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()

    @property
    def markers(self) -> tuple[str, ...]:
        opening = tuple(each.mark for each in self.openings if not each.ordinary)
        marks = (*self.thinking, *self.framing, *opening, *self.dropped)
        return tuple(dict.fromkeys(mark for mark in marks if mark))

    def parser(self, situation: Situation) -> Parser:
        return _MarkedParser(self, situation)


class _MarkedParser:
    def __init__(self, format_: Marked, situation: Situation) -> None:
        self._situation = situation
        self._opening, self._closing = format_.thinking
        looked_for = format_.openings if situation.tool_names else ()
        self._calls = {each.mark: each for each in looked_for}
        dropped = [*format_.dropped]
        if not looked_for:
            marks = (*dropped, *(each.mark for each in format_.openings if not each.ordinary))
            dropped = [mark for mark in marks if any(sign in mark for sign in _CONTROL)]
        dropped += format_.framing
        anywhere = [each.mark for each in looked_for if not each.first]
        again = [self._opening, self._closing] if format_.again else []
        self._marks = {
            "start": marks_of((*self._calls, *format_.thinking, *dropped)),
            "text": marks_of((*anywhere, *again, *dropped)),
            "thinking": marks_of((*anywhere, *format_.thinking, *dropped)),
        }
        opened = self._opening and situation.prompt_end.rstrip().endswith(self._opening.rstrip())
        self._place: Place = "thinking" if opened else "start"
        self._text = Stretch()
        self._thought = Stretch()
        self._thought.mark()
        self._held = ""
        self._body: Body | None = None
        self._begun: Opening | None = None
        self._back: Place = "text"

    def feed(self, text: str) -> Sequence[Piece]:
        self._held += text
        pieces = Pieces()
        while self._step(pieces, over=False):
            pass
        return pieces.all()

    def finish(self) -> Sequence[Piece]:
        pieces = Pieces()
        while self._step(pieces, over=True):
            pass
        pieces.add(text=self._text.finish())
        return pieces.all()

    def _step(self, pieces: Pieces, *, over: bool) -> bool:
        """Go on by one mark; False: more of the answer has to come first."""
        if self._body:
            text, self._held = self._held, ""
            part = self._body.feed(text)
            if over and part.rest is None:
                pieces.call(part.calls)
                part = self._body.finish()
            return self._after(part, pieces)
        if self._place == "start":
            return self._begin(pieces, over=over)
        at, mark = self._marks[self._place].find(self._held, over=over)
        self._say(self._held[:at], pieces)
        self._held = self._held[at:]
        if mark:
            self._take(mark, pieces)
        return bool(mark)

    def _begin(self, pieces: Pieces, *, over: bool) -> bool:
        """Nothing but spaces so far, or since thinking or calls ended."""
        begun = self._held.lstrip()
        at, mark = self._marks["start"].find(begun, over=over)
        if at == 0 and not mark and not over:  # all of it is the beginning of a mark, or nothing
            return False
        if at == 0 and mark:
            self._say(self._held[: len(self._held) - len(begun)], pieces)
            self._held = begun
            self._take(mark, pieces)
            return True
        self._place = "text"
        return True

    def _take(self, mark: str, pieces: Pieces) -> None:
        """Act on the mark that comes next."""
        self._held = self._held[len(mark) :]
        if call := self._calls.get(mark):
            self._open(call, pieces)
        elif mark == self._opening and self._place == "thinking" and self._thought.begun:
            self._say(mark, pieces)
        elif mark == self._opening:
            self._text.mark()
            self._place = "thinking"
        elif mark == self._closing:
            self._text.mark()
            self._thought = Stretch()
            self._thought.mark()
            self._place = "start"
        else:
            self._text.mark()

    def _open(self, call: Opening, pieces: Pieces) -> None:
        if call.own_line and self._place != "start" and not self._text.at_line_start:
            self._say(call.mark, pieces)
            return
        if not call.ordinary:
            self._text.mark()
        self._back = "thinking" if self._place == "thinking" else "text"
        self._body, self._begun = call.body(self._situation), call
        if call.kept or call.first:
            self._held = call.mark + self._held

    def _after(self, part: Part, pieces: Pieces) -> bool:
        """Go on after a body has read something."""
        pieces.call(part.calls)
        if part.calls:
            self._text.mark()
        if part.rest is None:
            return False
        self._held, self._body = part.rest, None
        self._place = self._back if part.failed else "start"
        call = self._begun
        if part.failed and call and not call.first:
            if call.kept:
                self._held = self._held.removeprefix(call.mark)
            if call.ordinary or self._back == "thinking":
                self._say(call.mark, pieces)
        return True

    def _say(self, text: str, pieces: Pieces) -> None:
        if self._place == "thinking":
            pieces.add(thinking=self._thought.say(text))
        else:
            pieces.add(text=self._text.say(text))
