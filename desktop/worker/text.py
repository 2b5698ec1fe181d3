"""Bytes of tokens to text that may be sent: whole characters only, and nothing of a stop string."""

import codecs
from collections.abc import Sequence


class TextStream:
    """Joins the pieces of one answer.

    Text is held back only as long as it may still become a stop string, or lacks the rest of a
    character. Bytes that are not UTF-8 become U+FFFD; a character cut off by the end of the answer
    is dropped.

    >>> stream = TextStream(["END"])
    >>> stream.feed("é".encode()[:1]), stream.feed("é".encode()[1:] + b"E"), stream.feed(b"xEN")
    ('', 'é', 'Ex')
    >>> stream.feed(b"D more"), stream.stopped
    ('', True)
    """

    def __init__(self, stops: Sequence[str]) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._stops = [stop for stop in stops if stop]
        self._held = ""
        self.stopped = False
        self.stop_text = ""

    def feed(self, piece: bytes) -> str:
        """Text that became certain with this piece; after a stop string, nothing more."""
        text = self._decoder.decode(piece)
        if not self._stops:
            return text
        if self.stopped:
            return ""
        self._held += text
        found = [(at, stop) for stop in self._stops if (at := self._held.find(stop)) >= 0]
        if found:
            first, self.stop_text = min(found)
            self.stopped = True
            sure = self._held[:first]
            self._held = ""
            return sure
        keep = max(_overlap(self._held, stop) for stop in self._stops)
        cut = len(self._held) - keep
        sure, self._held = self._held[:cut], self._held[cut:]
        return sure

    def finish(self) -> str:
        """What was held back for a stop string that never came."""
        rest, self._held = self._held, ""
        return rest


def _overlap(text: str, stop: str) -> int:
    """Length of the longest end of `text` that begins `stop`.

    >>> _overlap("abcEN", "END"), _overlap("abc", "END"), _overlap("aab", "ab")
    (2, 0, 2)
    """
    for length in range(min(len(text), len(stop)), 0, -1):
        if text.endswith(stop[:length]):
            return length
    return 0
