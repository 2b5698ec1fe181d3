"""Answers of models that mark nothing: all of it is text."""

from collections.abc import Sequence

from desktop.engine.events import Piece
from desktop.engine.formats.format import Parser, Situation


class Plain:
    """The format, and, having no state, its parser."""

    markers: tuple[str, ...] = ()
    thinking: tuple[str, str] = ("", "")

    def parser(self, situation: Situation) -> Parser:
        return self

    def feed(self, text: str) -> Sequence[Piece]:
        return (Piece(text),) if text else ()

    def finish(self) -> Sequence[Piece]:
        return ()
