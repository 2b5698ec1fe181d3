"""The graphics adapters that Windows' kernel knows: names, memory, places on the bus.

Source: `D3DKMTEnumAdapters2` and `D3DKMTQueryAdapterInfo` in Microsoft's documentation;
`d3dkmthk.h`.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from desktop.hardware.gpu import bus_id

_SEGMENT_SIZE, _ADDRESS, _REGISTRY, _TYPE, _DEVICE_IDS = 3, 6, 8, 15, 31  # KMTQAITYPE_…
_SOFTWARE, _INTEGRATED = 0x4, 0x20  # bits of D3DKMT_ADAPTERTYPE
_MAKERS = {0x10DE: "nvidia", 0x1002: "amd", 0x8086: "intel"}
_MOST = 64


class _Info(ctypes.Structure):
    """`D3DKMT_ADAPTERINFO`."""

    _fields_ = (
        ("handle", ctypes.c_uint32),
        ("luid_low", ctypes.c_uint32),
        ("luid_high", ctypes.c_int32),
        ("sources", ctypes.c_uint32),
        ("precise", ctypes.c_int32),
    )


class _List(ctypes.Structure):
    """`D3DKMT_ENUMADAPTERS2`."""

    _fields_ = (("count", ctypes.c_uint32), ("adapters", ctypes.POINTER(_Info)))


class _Query(ctypes.Structure):
    """`D3DKMT_QUERYADAPTERINFO`."""

    _fields_ = (
        ("handle", ctypes.c_uint32),
        ("type", ctypes.c_int32),
        ("data", ctypes.c_void_p),
        ("size", ctypes.c_uint32),
    )


class _Names(ctypes.Structure):
    """`D3DKMT_ADAPTERREGISTRYINFO`, in UTF-16."""

    _fields_ = (("adapter", ctypes.c_char * 520), ("others", ctypes.c_char * 1560))


@dataclass(frozen=True, slots=True)
class Adapter:
    """One that is no software."""

    luid: str
    """Its number until Windows starts anew, as counters have it: `0x00000000_0x0000d1b8`."""
    name: str
    maker: str
    id: str
    """Its place on the bus; empty if it has none."""
    integrated: bool
    own_bytes: int
    """Memory that belongs to it alone."""
    shared_bytes: int
    """Main memory that it may take."""


def load_gdi() -> Any:
    """Windows' library with the kernel's graphics functions."""
    return ctypes.WinDLL("gdi32")  # type: ignore[attr-defined,unused-ignore]


def adapters(gdi: Any = None) -> list[Adapter]:
    """Those that are there now; empty if Windows refuses.

    Args:
        gdi: Of tests.
    """
    gdi = gdi or load_gdi()
    room = (_Info * _MOST)()
    found = _List(_MOST, room)
    if gdi.D3DKMTEnumAdapters2(ctypes.byref(found)):
        return []
    return [each for info in room[: found.count] for each in _described(gdi, info)]


def _described(gdi: Any, info: _Info) -> Iterator[Adapter]:
    try:
        kind = _words(gdi, info, _TYPE, 1)[0]
        if kind & _SOFTWARE:
            return
        bus, device, function = _words(gdi, info, _ADDRESS, 3)
        own, reserved, shared = _sizes(gdi, info)
        yield Adapter(
            luid=f"0x{info.luid_high & 0xFFFFFFFF:08x}_0x{info.luid_low:08x}",
            name=_name(gdi, info),
            maker=_MAKERS.get(_words(gdi, info, _DEVICE_IDS, 7)[1], ""),
            id=bus_id(f"0000:{bus:02x}:{device:02x}.{function:x}") if function < 8 else "",
            integrated=bool(kind & _INTEGRATED) or not own,
            own_bytes=own + reserved,
            shared_bytes=shared,
        )
    finally:
        handle = ctypes.c_uint32(info.handle)
        gdi.D3DKMTCloseAdapter(ctypes.byref(handle))


def _words(gdi: Any, info: _Info, what: int, count: int) -> list[int]:
    """All bits set where Windows does not know."""
    values = (ctypes.c_uint32 * count)()
    if not _ask(gdi, info, what, values):
        return [0] if what == _TYPE else [0xFFFFFFFF] * count
    return list(values)


def _sizes(gdi: Any, info: _Info) -> list[int]:
    """Own memory, main memory that is reserved for it, main memory that it may take: in bytes."""
    values = (ctypes.c_uint64 * 3)()
    return list(values) if _ask(gdi, info, _SEGMENT_SIZE, values) else [0, 0, 0]


def _name(gdi: Any, info: _Info) -> str:
    names = _Names()
    if not _ask(gdi, info, _REGISTRY, names):
        return ""
    raw = ctypes.string_at(ctypes.addressof(names), 520)
    return raw.decode("utf-16-le", "replace").partition("\0")[0].strip()


def _ask(gdi: Any, info: _Info, what: int, values: Any) -> bool:
    address = ctypes.cast(ctypes.pointer(values), ctypes.c_void_p)
    query = _Query(info.handle, what, address, ctypes.sizeof(values))
    return not gdi.D3DKMTQueryAdapterInfo(ctypes.byref(query))
