"""The processor as Windows tells of it.

Source: `GetLogicalProcessorInformationEx`, `PROCESSOR_RELATIONSHIP` and `IsProcessorFeaturePresent`
in Microsoft's documentation.
"""

import ctypes
import struct
from collections.abc import Iterator
from typing import Any

from desktop.hardware.cpu import Cores

_CORES = 0  # RelationProcessorCore
_HEADER = struct.Struct("<II")  # relationship, size of the record
_CORE = struct.Struct("<BB20xH")  # flags, efficiency class, number of groups
_GROUP = struct.Struct("<QH6x")  # mask, number of the group
_FEATURES = {  # PF_…_AVAILABLE
    13: "SSE3",
    36: "SSSE3",
    39: "AVX",
    40: "AVX2",
    41: "AVX512",
    19: "NEON",
    43: "DOTPROD",
    46: "SVE",
}


def load_kernel() -> Any:
    """Windows' `kernel32`."""
    return ctypes.WinDLL("kernel32")  # type: ignore[attr-defined,unused-ignore]


def windows_cores(kernel: Any = None) -> Cores:
    """On machines of more than 64 logical processors a process begins in one group of them.

    Args:
        kernel: Of tests.
    """
    kernel = kernel or load_kernel()
    cores = list(_cores(_records(kernel)))
    if not cores:
        return Cores()
    best = max(efficiency for efficiency, _mask in cores)
    allowed = _allowed(kernel)
    fast = [mask for efficiency, mask in cores if efficiency == best]
    usable = [mask for mask in fast if mask & allowed]
    if not usable:
        usable = [mask for _efficiency, mask in cores if mask & allowed]
    return Cores(physical=len(cores), performance=len(fast), usable=len(usable) or None)


def windows_features(kernel: Any = None) -> tuple[str, ...]:
    kernel = kernel or load_kernel()
    return tuple(
        name for number, name in _FEATURES.items() if kernel.IsProcessorFeaturePresent(number)
    )


def windows_name() -> str:
    import winreg

    place = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"
    registry: Any = winreg
    try:
        with registry.OpenKey(registry.HKEY_LOCAL_MACHINE, place) as key:
            return str(registry.QueryValueEx(key, "ProcessorNameString")[0]).strip()
    except OSError:
        return ""


def _records(kernel: Any) -> bytes:
    """Empty if Windows refuses."""
    size = ctypes.c_ulong(0)
    kernel.GetLogicalProcessorInformationEx(_CORES, None, ctypes.byref(size))
    records = ctypes.create_string_buffer(size.value or 1)
    if not kernel.GetLogicalProcessorInformationEx(_CORES, records, ctypes.byref(size)):
        return b""
    return records.raw[: size.value]


def _cores(records: bytes) -> Iterator[tuple[int, int]]:
    """Of each core, how fast its kind is (more is faster), and its logical processors."""
    at = 0
    while at + _HEADER.size <= len(records):
        relation, size = _HEADER.unpack_from(records, at)
        if relation == _CORES:
            _flags, efficiency, groups = _CORE.unpack_from(records, at + _HEADER.size)
            yield efficiency, _mask(records, at + _HEADER.size + _CORE.size, groups)
        at += max(size, _HEADER.size)


def _mask(records: bytes, at: int, groups: int) -> int:
    """Those of the first group: a core is in one only."""
    mask, group = _GROUP.unpack_from(records, at) if groups else (0, 0)
    return int(mask) << (64 * int(group))


def _allowed(kernel: Any) -> int:
    """Logical processors that we may run on; all, if we are in several groups."""
    ours, all_ = ctypes.c_size_t(), ctypes.c_size_t()
    process = ctypes.c_void_p(-1)  # ourselves
    found = kernel.GetProcessAffinityMask(process, ctypes.byref(ours), ctypes.byref(all_))
    return int(ours.value) if found and ours.value else -1
