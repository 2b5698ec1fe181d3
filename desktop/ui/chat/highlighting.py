"""Colours code, on a thread of its own: reading a lexer takes 40 ms, a long block some more."""

import time
from collections.abc import Callable
from enum import Enum
from functools import partial
from itertools import count
from typing import Any

from PySide6.QtCore import QObject, QThreadPool, Signal
from PySide6.QtGui import QColor, QPalette

from desktop.ui.look.theme import is_dark

TOKENS_A_TURN = 40
MAX_CHARACTERS = 200_000  # what is longer stays in one colour


class Ink(Enum):
    """What a piece of code is, with its colours on light and on dark."""

    KEYWORD = ("#8a2b8f", "#d19ae0")
    STRING = ("#1a6f45", "#8fd3a8")
    NUMBER = ("#8a5a00", "#e5c07b")
    COMMENT = ("#66707a", "#8b949e")
    NAME = ("#1f5fa8", "#7fb7f0")
    DECORATION = ("#0f6f77", "#6cc7cf")

    def color(self, palette: QPalette) -> QColor:
        light, dark = self.value
        return QColor(dark if is_dark(palette) else light)


Span = tuple[int, int, Ink]  # start, length in UTF-16 units, as Qt counts
Done = Callable[[list[Span]], None]


class Highlighter(QObject):
    """Finds the colours of blocks of code, one after the other."""

    _found = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._waiting: dict[int, Done] = {}
        self._tickets = count()
        self._found.connect(self._on_found)
        self.destroyed.connect(partial(self._pool.waitForDone, -1))

    def ask(self, code: str, language: str, done: Done) -> int:
        """`done` is called later, on this thread, unless `forget` comes first."""
        ticket = next(self._tickets)
        self._waiting[ticket] = done
        self._pool.start(partial(self._work, ticket, code, language))
        return ticket

    def forget(self, ticket: int) -> None:
        self._waiting.pop(ticket, None)

    @property
    def is_idle(self) -> bool:
        return not self._waiting

    def _work(self, ticket: int, code: str, language: str) -> None:
        wanted = ticket in self._waiting and len(code) <= MAX_CHARACTERS
        spans = spans_of(code, language) if wanted else []
        try:
            self._found.emit(ticket, spans)
        except RuntimeError:  # the window is gone
            return

    def _on_found(self, ticket: int, spans: list[Span]) -> None:
        done = self._waiting.pop(ticket, None)
        if done is not None:
            done(spans)


def spans_of(code: str, language: str) -> list[Span]:
    """The coloured pieces, in order; nothing for a language that is not known.

    >>> [(start, length, ink.name) for start, length, ink in spans_of("x = '1'", "python")]
    [(4, 3, 'STRING')]
    >>> spans_of("x = 1", "no such language")
    []
    """
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return []
    spans: list[Span] = []
    at = 0
    for number, (kind, text) in enumerate(lexer.get_tokens(code)):
        if number % TOKENS_A_TURN == 0:
            time.sleep(0)  # lets the windows' thread go on, which else waits 5 ms for its turn
        length = len(text) + sum(each > "\uffff" for each in text)
        ink = _ink(kind)
        if ink is not None and text.strip():
            if spans and spans[-1][2] is ink and spans[-1][0] + spans[-1][1] == at:
                spans[-1] = (spans[-1][0], spans[-1][1] + length, ink)
            else:
                spans.append((at, length, ink))
        at += length
    return spans


def _ink(kind: Any) -> Ink | None:
    from pygments.token import Comment, Keyword, Name, Number, Operator, String

    table: tuple[tuple[Any, Ink], ...] = (
        (Comment, Ink.COMMENT),
        (String, Ink.STRING),
        (Number, Ink.NUMBER),
        (Keyword, Ink.KEYWORD),
        (Operator.Word, Ink.KEYWORD),
        (Name.Decorator, Ink.DECORATION),
        (Name.Attribute, Ink.DECORATION),
        (Name.Builtin, Ink.DECORATION),
        (Name.Function, Ink.NAME),
        (Name.Class, Ink.NAME),
        (Name.Tag, Ink.NAME),
    )
    return next((ink for family, ink in table if kind in family), None)
