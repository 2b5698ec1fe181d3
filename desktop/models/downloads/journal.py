"""The journal beside a partial file: which bytes of it have arrived, and check sums of them.

A block of 4096 bytes holds the head as JSON; then each piece has a record of 16 bytes. It is
written after the bytes it speaks of: killing the program leaves it true, after a power cut the
check sums tell.
"""

import os
import struct
import sys
import zlib
from pathlib import Path
from typing import NamedTuple, Self

import msgspec

from desktop.core.errors import DraftBusy
from desktop.models.downloads.identity import Identity

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

SUFFIX = ".journal"
HEAD_BYTES = 4096
MAX_PIECES = 2**24
SAMPLE_STEP = 64
_RECORD = struct.Struct("<IIQ")
_ARRIVED = struct.Struct("<II")
_SEAL = struct.Struct("<Q")
_LOCKED_BYTE = 2**40  # far behind the end: Windows keeps others from reading what is locked
_FLAGS = os.O_RDWR | getattr(os, "O_BINARY", 0)


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What the partial file is a part of. `piece_bytes` is 0 where the server serves no parts, and
    nothing can be continued.
    """

    version: int = 1
    url: str
    """Without its query, which may be secret."""
    size: int | None
    etag: str = ""
    modified: str = ""
    digest: str = ""
    piece_bytes: int

    @property
    def identity(self) -> Identity:
        return Identity(size=self.size, etag=self.etag, modified=self.modified)

    @property
    def pieces(self) -> int:
        return -(-self.size // self.piece_bytes) if self.size and self.piece_bytes else 0

    def length_of(self, index: int) -> int:
        """Bytes of a piece."""
        assert self.size is not None
        return min(self.piece_bytes, self.size - index * self.piece_bytes)


class Record(NamedTuple):
    """What is known of a piece.

    `received` of its bytes, counted from the first, are in the file. `samples` is the CRC-32 of
    those among them whose place in the file is a multiple of `SAMPLE_STEP`: enough to find blocks
    that the disk has lost, for a hundredth of the time that all bytes take. `seal` is the
    beginning of the SHA-256 of the whole file up to the end of this piece; 0: not hashed yet.
    """

    received: int = 0
    samples: int = 0
    seal: int = 0


class Journal:
    """Open and locked from construction to `close`.

    Raises:
        DraftBusy: another transfer has it open.
        OSError: it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = self._opened()

    def head(self) -> Head | None:
        """None: nothing has been begun, or the journal is damaged."""
        return _head(_read(self._file, HEAD_BYTES, 0))

    def records(self, head: Head) -> list[Record]:
        """Of each piece; impossible ones count as empty."""
        return _records(_read(self._file, head.pieces * _RECORD.size, HEAD_BYTES), head)

    def begin(self, head: Head) -> None:
        """Forget everything; from now on it speaks of another file."""
        data = msgspec.json.encode(head).ljust(HEAD_BYTES - 1) + b"\n"
        if len(data) > HEAD_BYTES:
            head = msgspec.structs.replace(head, url=head.url[:200], etag="", modified="")
            data = msgspec.json.encode(head).ljust(HEAD_BYTES - 1) + b"\n"
        os.ftruncate(self._file, 0)
        _write(self._file, data + bytes(_RECORD.size * head.pieces), 0)
        os.fsync(self._file)

    def note(self, index: int, received: int, samples: int) -> None:
        """So many bytes of a piece are in the file."""
        _write(self._file, _ARRIVED.pack(received, samples), _place(index))

    def seal(self, index: int, seal: int) -> None:
        """A piece has been hashed, and all before it; or, if 0, has to be hashed again."""
        _write(self._file, _SEAL.pack(seal), _place(index) + _ARRIVED.size)

    def remove(self) -> None:
        """The file is complete, or given up."""
        self.close()
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
        self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _opened(self) -> int:
        while True:
            file = os.open(self.path, _FLAGS | os.O_CREAT, 0o644)
            try:
                _lock(file)
            except OSError as error:
                os.close(file)
                raise DraftBusy(f"{self.path.name} is in use by another download.") from error
            if os.fstat(file).st_nlink:
                return file
            os.close(file)  # its owner finished, and removed it, between our two steps


def peek(path: Path) -> tuple[Head, int] | None:
    """Head and number of bytes that are there, without locking; None if there is no journal."""
    try:
        data = path.read_bytes()[: HEAD_BYTES + MAX_PIECES * _RECORD.size]
    except OSError:
        return None
    head = _head(data[:HEAD_BYTES])
    if head is None:
        return None
    return head, sum(record.received for record in _records(data[HEAD_BYTES:], head))


def _head(data: bytes) -> Head | None:
    try:
        head = msgspec.json.decode(data, type=Head)
    except (msgspec.MsgspecError, UnicodeError):
        return None
    sound = head.version == 1 and 0 <= head.piece_bytes < 2**32 and (head.size or 0) >= 0
    return head if sound and head.pieces <= MAX_PIECES else None


def samples_of(data: bytes, place: int, before: int = 0) -> int:
    """Continue the check sum of samples with the bytes at this place of the file.

    >>> whole = bytes(range(200))
    >>> samples_of(whole[70:], 70, samples_of(whole[:70], 0)) == samples_of(whole, 0)
    True
    """
    return zlib.crc32(data[-place % SAMPLE_STEP :: SAMPLE_STEP], before)


def _place(index: int) -> int:
    return HEAD_BYTES + index * _RECORD.size


def _records(data: bytes, head: Head) -> list[Record]:
    data = data[: head.pieces * _RECORD.size].ljust(head.pieces * _RECORD.size, b"\0")
    found = map(Record._make, _RECORD.iter_unpack(data))
    return [
        record if record.received <= head.length_of(index) else Record()
        for index, record in enumerate(found)
    ]


def _read(file: int, count: int, offset: int) -> bytes:
    os.lseek(file, offset, os.SEEK_SET)
    return os.read(file, count)


def _write(file: int, data: bytes, offset: int) -> None:
    if sys.platform == "win32":
        os.lseek(file, offset, os.SEEK_SET)
        os.write(file, data)
    else:
        os.pwrite(file, data, offset)


def _lock(file: int) -> None:
    """Until the file is closed, or the program ends in whatever way. Raises OSError."""
    if sys.platform == "win32":
        os.lseek(file, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
