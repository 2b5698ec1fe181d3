"""Finds where a JSON object or list ends while it is still coming."""

import re

MAX_DEPTH = 200

_OUTSIDE = re.compile(r'["\[\]{}<]')
_INSIDE = re.compile(r'["\\]')
_CLOSING = {"{": "}", "[": "]"}


class JsonEnd:
    """Looks at each character once. `broken` is where the text stopped being JSON, or None."""

    def __init__(self) -> None:
        self._at = 0
        self._quoted = False
        self._open: list[str] = []
        self.broken: int | None = None

    @property
    def missing(self) -> str:
        """The brackets that are still to come."""
        return "".join(reversed(self._open))

    def find(self, text: str) -> int | None:
        """Where the value ends that `text` begins with; None as long as it does not.

        Args:
            text: The same as the last time, and more.
        """
        while self.broken is None:
            found = (_INSIDE if self._quoted else _OUTSIDE).search(text, self._at)
            if found is None:
                self._at = len(text)
                return None
            if found[0] == "\\":
                if found.end() == len(text):  # what it escapes is not here yet
                    self._at = found.start()
                    return None
                self._at = found.end() + 1
                continue
            self._at = found.end()
            if self._is_end(found[0], found.start()):
                return self._at
        return None

    def _is_end(self, sign: str, at: int) -> bool:
        if sign == '"':
            self._quoted = not self._quoted
        elif sign in _CLOSING:
            self._open.append(_CLOSING[sign])
            if len(self._open) > MAX_DEPTH:
                self.broken = at
        elif self._open and sign == self._open[-1]:
            self._open.pop()
        else:
            self.broken = at
        return not self._open and not self._quoted and self.broken is None
