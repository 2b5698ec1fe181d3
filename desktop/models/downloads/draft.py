"""The partial file itself: reserved at once, written at any place, read behind the writers."""

import ctypes
import os
import struct
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

if sys.platform == "darwin":
    import fcntl

_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
_STEP_BYTES = 2**28
_SLOW_STEP_S = 0.1


class DraftFile:
    """Open from construction to `close`. All methods raise OSError; many threads may use it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, _FLAGS, 0o644)
        self._seeking = threading.Lock()

    def reserve(self, size: int, go_on: Callable[[], None]) -> None:
        """Give the file its size, and the room on the disk where the file system can do that.

        Args:
            go_on: Called now and then; what it raises ends the reservation.
        """
        os.ftruncate(self._file, size)
        if sys.platform == "darwin":
            _reserve_on_macos(self._file, size)
        elif sys.platform != "win32":
            for start in range(0, size, _STEP_BYTES):
                go_on()
                began_s = time.monotonic()
                os.posix_fallocate(self._file, start, min(_STEP_BYTES, size - start))
                if time.monotonic() - began_s > _SLOW_STEP_S:
                    break  # the C library is writing zeros, as the file system cannot reserve

    def cut(self, size: int) -> None:
        os.ftruncate(self._file, size)

    def write_at(self, data: bytes, offset: int) -> None:
        """Write all of it."""
        rest = memoryview(data)
        while rest:
            written = self._write(rest, offset)
            rest, offset = rest[written:], offset + written

    def read_at(self, count: int, offset: int) -> bytes:
        """At least one byte of what has been written there."""
        if sys.platform != "win32":
            data = os.pread(self._file, count, offset)
        else:
            with self._seeking:
                os.lseek(self._file, offset, os.SEEK_SET)
                data = os.read(self._file, count)
        if not data:
            raise OSError(f"the file became shorter than {offset + count} bytes")
        return data

    def begin_sync(self, offset: int, count: int) -> None:
        """Let the system begin to bring a part to the disk, so that `sync` finds little to do.

        By itself Linux would leave gigabytes for the end. Elsewhere nothing happens.
        """
        if sys.platform == "linux" and _sync_file_range:
            _sync_file_range(self._file, offset, count, _SYNC_FILE_RANGE_WRITE)

    def sync(self) -> None:
        """Return when everything is safe from a power cut."""
        os.fsync(self._file)

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
        self._file = -1

    def _write(self, data: memoryview, offset: int) -> int:
        if sys.platform != "win32":
            return os.pwrite(self._file, data, offset)
        with self._seeking:
            os.lseek(self._file, offset, os.SEEK_SET)
            return os.write(self._file, data)


if sys.platform == "linux":
    _SYNC_FILE_RANGE_WRITE = 2
    _sync_file_range = getattr(ctypes.CDLL(None), "sync_file_range", None)  # musl has none
    if _sync_file_range:
        _sync_file_range.argtypes = (ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint)

if sys.platform == "darwin":

    def _reserve_on_macos(file: int, size: int) -> None:
        """`F_PREALLOCATE` with a `struct fstore`: all of it, from the end of what is there."""
        missing = size - os.fstat(file).st_blocks * 512
        if missing > 0:
            f_preallocate, allocate_all, from_physical_end = 42, 4, 3
            request = struct.pack("=Iiqqq", allocate_all, from_physical_end, 0, missing, 0)
            fcntl.fcntl(file, f_preallocate, request)
