"""Numbers of a JSON text in the making: how long the one that is being written has become."""

import re

MAX_DIGITS = 16  # in a row, as llama.cpp has it: a model that cannot stop would write them for ever

_STEP = re.compile(rb'\\.?|"|[0-9]+|[^"\\0-9]+', re.DOTALL)


class NumberWatch:
    r"""Follows a JSON text, however it is cut.

    >>> watch = NumberWatch()
    >>> watch.read(b'{"a1": "22222222222222222222", "b": 123456789'), watch.full
    (None, False)
    >>> watch.read(b"0123456"), watch.full
    (None, True)
    >>> watch.read(b"."), watch.full
    (None, False)
    """

    def __init__(self) -> None:
        self._in_string = False
        self._escaped = False  # a backslash was the last byte
        self._digits = 0

    @property
    def full(self) -> bool:
        """No digit should follow."""
        return self._digits >= MAX_DIGITS

    def read(self, piece: bytes) -> None:
        """Some more of the text."""
        if self._escaped and piece:
            self._escaped = False
            piece = piece[1:]
        for step in _STEP.findall(piece):
            is_number = step[:1].isdigit() and not self._in_string
            self._digits = self._digits + len(step) if is_number else 0
            if step == b'"':
                self._in_string = not self._in_string
            elif step == b"\\":
                self._escaped = True
