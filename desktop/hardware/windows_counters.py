"""Windows' performance counters (PDH): the figures that its own Task Manager shows.

Source: "Using the PDH functions" in Microsoft's documentation; `pdh.h` and `pdhmsg.h`.
"""

import ctypes
from collections.abc import Iterator, Sequence
from typing import Any

_AS_DOUBLE, _WHOLE = 0x200, 0x8000  # PDH_FMT_DOUBLE | PDH_FMT_NOCAP100: parts of parts may add up
_MORE_DATA = 0x800007D2
_VALID = (0, 1)  # PDH_CSTATUS_VALID_DATA, PDH_CSTATUS_NEW_DATA


class _Item(ctypes.Structure):
    """`PDH_FMT_COUNTERVALUE_ITEM_W`."""

    _fields_ = (
        ("name", ctypes.c_wchar_p),
        ("status", ctypes.c_uint32),
        ("value", ctypes.c_double),
    )


def load_pdh() -> Any:
    """Windows' library of counters."""
    return ctypes.WinDLL("pdh")  # type: ignore[attr-defined,unused-ignore]


class Counters:
    """Some counters that are read together, each with all its instances. Not thread-safe.

    Args:
        paths: In English, on every Windows: `\\GPU Engine(*)\\Utilization Percentage`.
        pdh: Of tests.

    Raises:
        OSError: Windows refuses.
    """

    def __init__(self, paths: Sequence[str], pdh: Any = None) -> None:
        self._pdh = pdh or load_pdh()
        self._query = ctypes.c_void_p()
        self._check(self._pdh.PdhOpenQueryW(None, None, ctypes.byref(self._query)))
        self._handles = dict(self._added(paths))

    def read(self) -> dict[str, dict[str, float]]:
        """By path and instance. A rate has none at the first reading; a counter that this machine
        does not have is not there."""
        if self._code(self._pdh.PdhCollectQueryData(self._query)):
            return {}
        return {path: dict(self._values(handle)) for path, handle in self._handles.items()}

    def _added(self, paths: Sequence[str]) -> Iterator[tuple[str, ctypes.c_void_p]]:
        for path in paths:
            handle = ctypes.c_void_p()
            add = self._pdh.PdhAddEnglishCounterW
            if not self._code(add(self._query, ctypes.c_wchar_p(path), None, ctypes.byref(handle))):
                yield path, handle

    def _values(self, handle: ctypes.c_void_p) -> Iterator[tuple[str, float]]:
        size, count = ctypes.c_uint32(0), ctypes.c_uint32(0)
        ask = self._pdh.PdhGetFormattedCounterArrayW
        where = (handle, _AS_DOUBLE | _WHOLE, ctypes.byref(size), ctypes.byref(count))
        if self._code(ask(*where, None)) != _MORE_DATA:
            return
        room = ctypes.create_string_buffer(size.value)  # the names stand behind the items
        if self._code(ask(*where, room)):
            return
        for item in ctypes.cast(room, ctypes.POINTER(_Item))[: count.value]:
            if item.status in _VALID and item.name:
                yield item.name, item.value

    def _check(self, status: int) -> None:
        if code := self._code(status):
            raise OSError(f"Windows' performance counters cannot be read (0x{code:08x})")

    @staticmethod
    def _code(status: int) -> int:
        """ctypes takes a status for a signed number."""
        return status & 0xFFFFFFFF
