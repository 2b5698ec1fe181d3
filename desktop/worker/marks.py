"""Texts such as `<think>` that change how an answer goes on, and the tokens around them."""

from collections.abc import Sequence


class Mark:
    """A text in an answer, however it is cut into tokens.

    Args:
        text: Without blanks around it; not empty.
        pieces: Every token's bytes. Looking through 262 k of them takes a tenth of a second.

    >>> mark = Mark("<a>", [b"<", b"<a", b" <", b"a>", b">", b"> ", b">b", b"x"])
    >>> mark.continuing
    [[0, 1, 2], [3], [4, 5, 6]]
    >>> mark.overrunning
    [[], [], [6]]
    """

    def __init__(self, text: str, pieces: Sequence[bytes]) -> None:
        self.text = text.encode()
        self.continuing: list[list[int]] = [[] for _ in self.text]
        """After so many bytes of the text: tokens that go on with it, or beyond its end."""
        self.overrunning: list[list[int]] = [[] for _ in self.text]
        """After so many bytes of the text: tokens that end it and then say something else."""
        places: dict[int, list[int]] = {}
        for place, byte in enumerate(self.text):
            places.setdefault(byte, []).append(place)
        for token, piece in enumerate(pieces):
            bare = piece.lstrip()
            if not bare:
                continue
            for place in places.get(bare[0], ()):
                if place == 0 or len(bare) == len(piece):
                    self._note(token, bare, place)
            if self.text in piece and not bare.startswith(self.text):
                self._note_end(token, piece.partition(self.text)[2], 0)

    def _note(self, token: int, piece: bytes, place: int) -> None:
        rest = self.text[place:]
        if rest.startswith(piece):
            self.continuing[place].append(token)
        elif piece.startswith(rest):
            self.continuing[place].append(token)
            self._note_end(token, piece[len(rest) :], place)

    def _note_end(self, token: int, beyond: bytes, place: int) -> None:
        if beyond.strip():
            self.overrunning[place].append(token)

    def begun(self, written: bytes) -> list[int]:
        """How many bytes of the text the end of `written` may be; always 0 as well.

        >>> Mark("aab", []).begun(b"xaa")
        [0, 1, 2]
        """
        lengths = range(1, min(len(self.text), len(written) + 1))
        return [0, *(length for length in lengths if written.endswith(self.text[:length]))]
