"""Puts an answer's pieces together: neighbours of one kind become one, and the space around marks
goes with the marks."""

from collections.abc import Sequence

from desktop.engine.events import Piece, ToolCall


class Stretch:
    """Thinking or text, without the spaces that only set it apart from marks."""

    def __init__(self) -> None:
        self._space = ""
        self._said = False
        self._marked = False

    @property
    def begun(self) -> bool:
        return self._said

    @property
    def at_line_start(self) -> bool:
        return not self._said or "\n" in self._space

    def say(self, text: str) -> str:
        """What can be handed out; spaces wait until something follows."""
        text = self._space + text
        if self._marked and not self._said:
            text = text.lstrip()
        said = text.rstrip()
        self._space = text[len(said) :]
        if said:
            self._said, self._marked = True, False
        return said

    def mark(self) -> None:
        """A mark stands here."""
        self._marked = True

    def finish(self) -> str:
        """Spaces at the end, unless they came with a mark."""
        return "" if self._marked else self._space


class Pieces:
    """Collects what one `feed` or `finish` hands out."""

    def __init__(self) -> None:
        self._pieces: list[Piece] = []

    def add(self, *, text: str = "", thinking: str = "") -> None:
        last = self._pieces[-1] if self._pieces else Piece()
        if text and last.text:
            self._pieces[-1] = Piece(last.text + text)
        elif thinking and last.thinking:
            self._pieces[-1] = Piece(thinking=last.thinking + thinking)
        elif text or thinking:
            self._pieces.append(Piece(text, thinking))

    def call(self, calls: Sequence[ToolCall]) -> None:
        if calls:
            self._pieces.append(Piece(calls=tuple(calls)))

    def all(self) -> list[Piece]:
        return self._pieces
