"""Reads the primitive values of a GGUF file, front to back; `gguf.py` knows what they mean.

No length found in the file is believed: each is checked against the bytes that remain, and there
are bounds on what is kept in memory and on what is walked through item by item.
"""

import functools
import re
import struct
from typing import Protocol

from desktop.core.errors import ModelFileInvalid
from desktop.models.gguf_types import ARRAY, BOOL, SCALARS, STRING

MAX_TEXT_BYTES = 2**24  # one text; chat templates are the longest, some ten kilobytes
MAX_KEPT_BYTES = 2**26  # all texts of one file
MAX_WALKED_ITEMS = 8_000_000  # items that have to be walked; Gemma 4 has 777,050
MAX_NESTING = 4

_BLOCK_BYTES = 2**20
_LENGTH = struct.Struct("<Q")
_ARRAY_HEAD = struct.Struct("<IQ")

_GROUP = 256

Scalar = int | float | bool | str


@functools.cache
def _group_of_short_texts() -> re.Pattern[bytes]:
    """Matches `_GROUP` texts of 1 to 63 bytes with their lengths; twice as fast as a loop."""
    lengths = sorted(range(1, 64), key=lambda length: abs(length - 7))  # the usual ones first
    texts = (re.escape(bytes([length])) + rb"\0{7}.{%d}" % length for length in lengths)
    return re.compile(rb"(?s:(?:%s){%d}+)" % (b"|".join(texts), _GROUP))


class Readable(Protocol):
    """What a cursor needs of a file; a remote one can be read as well."""

    def seek(self, offset: int, /) -> int: ...

    def read(self, count: int, /) -> bytes:
        """Fewer than `count` bytes only at the end."""


class Cursor:
    """A place in an open file, with a window of bytes read ahead.

    Args:
        size: Bytes of the file.
        name: What errors call the file.
    """

    def __init__(self, file: Readable, size: int, name: str) -> None:
        self.size, self.name = size, name
        self._file = file
        self._start, self._block, self._at = 0, b"", 0
        self._kept = self._walked = 0

    @property
    def position(self) -> int:
        return self._start + self._at

    @property
    def remaining(self) -> int:
        return self.size - self.position

    def move(self, position: int) -> None:
        """Go on reading at `position`, counted from the file's first byte."""
        if not 0 <= position <= self.size:
            raise self._cut_short()
        at = position - self._start
        if 0 <= at <= len(self._block):
            self._at = at
        else:
            self._start, self._block, self._at = position, b"", 0

    def take(self, count: int) -> bytes:
        """The next `count` bytes."""
        if self._at + count > len(self._block):
            self._read_ahead(count)
        at = self._at
        self._at = at + count
        return self._block[at : self._at]

    def u32(self) -> int:
        return int.from_bytes(self.take(4), "little")

    def u64(self) -> int:
        return int.from_bytes(self.take(8), "little")

    def text(self) -> str:
        """A length and so many bytes; what is not UTF-8 in them is replaced."""
        length = self.u64()
        if length > self.remaining:
            raise self._cut_short()
        self._kept += length
        if length > MAX_TEXT_BYTES or self._kept > MAX_KEPT_BYTES:
            raise self.invalid("has a text that is too long for a header")
        return self.take(length).decode("utf-8", "replace")

    def scalar(self, kind: int) -> Scalar:
        """One value of a type that is not an array."""
        if kind == STRING:
            return self.text()
        layout = SCALARS.get(kind)
        if layout is None:
            raise self.invalid(f"has a value of the unknown type {kind} in its header")
        value: int | float = layout.unpack(self.take(layout.size))[0]
        return bool(value) if kind == BOOL else value

    def array_head(self) -> tuple[int, int]:
        """Type and number of an array's items."""
        kind, length = _ARRAY_HEAD.unpack(self.take(_ARRAY_HEAD.size))
        least = 8 if kind == STRING else 12 if kind == ARRAY else self._item_bytes(kind)
        if length * least > self.remaining:
            raise self._cut_short()
        return kind, length

    def skip_items(self, kind: int, length: int, depth: int = 1) -> None:
        """Pass over the items of an array whose head has been read."""
        if kind == STRING:
            self._skip_texts(length)
        elif kind == ARRAY:
            if depth >= MAX_NESTING:
                raise self.invalid("has lists nested too deeply in its header")
            self._count_walked(length)
            for _ in range(length):
                self.skip_items(*self.array_head(), depth + 1)
        else:
            self.move(self.position + length * self._item_bytes(kind))

    def items(self, kind: int, length: int, depth: int = 1) -> list[object]:
        """The items of an array whose head has been read."""
        self._count_walked(length)
        if kind == STRING:
            return [self.text() for _ in range(length)]
        if kind == ARRAY:
            if depth >= MAX_NESTING:
                raise self.invalid("has lists nested too deeply in its header")
            return [self.items(*self.array_head(), depth + 1) for _ in range(length)]
        data = self.take(length * self._item_bytes(kind))
        values = [value for (value,) in SCALARS[kind].iter_unpack(data)]
        return [bool(value) for value in values] if kind == BOOL else values

    def invalid(self, what: str) -> ModelFileInvalid:
        return ModelFileInvalid(f"{self.name} {what}.")

    def _skip_texts(self, count: int) -> None:
        """The one loop that matters for speed: vocabularies have up to a million texts."""
        self._count_walked(count)
        unpack, match_group = _LENGTH.unpack_from, _group_of_short_texts().match
        while count:
            self._read_ahead(8)
            block, at = self._block, self._at
            while count >= _GROUP and (group := match_group(block, at)):
                at = group.end()
                count -= _GROUP
            left = min(count, _GROUP)
            count -= left
            try:
                while left:
                    (length,) = unpack(block, at)
                    at += 8 + length
                    left -= 1
            except (struct.error, OverflowError):
                count += left  # the rest is not in this block
            self.move(self._start + at)

    def _read_ahead(self, count: int) -> None:
        """Have at least `count` bytes in the window."""
        if self._at + count <= len(self._block):
            return
        if count > self.remaining:
            raise self._cut_short()
        self._start, self._at = self.position, 0
        self._file.seek(self._start)
        self._block = self._file.read(max(count, _BLOCK_BYTES))
        if len(self._block) < count:
            raise self._cut_short()  # it has become shorter meanwhile

    def _item_bytes(self, kind: int) -> int:
        if kind not in SCALARS:
            raise self.invalid(f"has a list of the unknown type {kind} in its header")
        return SCALARS[kind].size

    def _count_walked(self, items: int) -> None:
        self._walked += items
        if self._walked > MAX_WALKED_ITEMS:
            raise self.invalid("has more list items in its header than any model needs")

    def _cut_short(self) -> ModelFileInvalid:
        return self.invalid(
            f"is cut short or damaged: it has {self.size} bytes, and its header goes on after them"
        )
