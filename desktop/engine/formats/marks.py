"""Finds marks in a text that comes in pieces, cut anywhere."""

import re
from collections.abc import Iterable
from functools import lru_cache


class Marks:
    """Looks for any of several marks; of two that begin at the same place, for the longer one."""

    def __init__(self, marks: Iterable[str]) -> None:
        known = sorted({mark for mark in marks if mark}, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, known)) or r"(?!)")
        self._beginnings = {mark[:length] for mark in known for length in range(1, len(mark))}
        self._longest = max(map(len, known), default=0)

    def find(self, text: str, *, over: bool = False) -> tuple[int, str]:
        """Where the first mark begins, and the mark; or how much is certainly none, and nothing.

        Args:
            over: No more text will come, so that what has only begun is no mark.
        """
        found = self._pattern.search(text)
        if over:
            return (found.start(), found[0]) if found else (len(text), "")
        if found and text[found.start() :] not in self._beginnings:
            return found.start(), found[0]
        for at in range(max(len(text) - self._longest + 1, 0), len(text)):
            if text[at:] in self._beginnings:
                return at, ""
        return len(text), ""


@lru_cache(maxsize=64)
def marks_of(marks: tuple[str, ...]) -> Marks:
    """The same marks are looked for in every answer of a model."""
    return Marks(marks)
