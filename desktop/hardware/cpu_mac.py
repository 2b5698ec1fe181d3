"""The processor as macOS tells of it.

Source: sysctl(3) and sysctlbyname(3); "Determining instruction set characteristics" and
"Determining system capabilities" in Apple's documentation.
"""

import ctypes
from collections.abc import Callable

from desktop.hardware.cpu import Cores

Read = Callable[[str], bytes | None]

_ARM = {
    "hw.optional.AdvSIMD": "NEON",
    "hw.optional.arm.FEAT_FP16": "FP16_VA",
    "hw.optional.arm.FEAT_DotProd": "DOTPROD",
    "hw.optional.arm.FEAT_I8MM": "MATMUL_INT8",
    "hw.optional.arm.FEAT_SME": "SME",
}
_INTEL = {  # in the lists of `machdep.cpu`
    "SSE3": "SSE3",
    "SSSE3": "SSSE3",
    "AVX1.0": "AVX",
    "AVX2": "AVX2",
    "F16C": "F16C",
    "FMA": "FMA",
    "BMI2": "BMI2",
    "AVX512F": "AVX512",
    "AVX512VBMI": "AVX512_VBMI",
    "AVX512VNNI": "AVX512_VNNI",
}


def read_sysctl(name: str) -> bytes | None:
    """A value as the kernel has it; None: it does not know the name."""
    system = ctypes.CDLL(None)
    size = ctypes.c_size_t()
    if system.sysctlbyname(name.encode(), None, ctypes.byref(size), None, ctypes.c_size_t(0)):
        return None
    value = ctypes.create_string_buffer(size.value)
    if system.sysctlbyname(name.encode(), value, ctypes.byref(size), None, ctypes.c_size_t(0)):
        return None
    return value.raw[: size.value]


def mac_cores(read: Read = read_sysctl) -> Cores:
    """A process may run on all of them."""
    physical = number_in(read("hw.physicalcpu"))
    performance = number_in(read("hw.perflevel0.physicalcpu")) or physical
    return Cores(physical=physical, performance=performance, usable=performance)


def mac_name(read: Read = read_sysctl) -> str:
    return _text(read("machdep.cpu.brand_string"))


def mac_features(read: Read = read_sysctl) -> tuple[str, ...]:
    arm = tuple(feature for name, feature in _ARM.items() if number_in(read(name)))
    lists = (_text(read(f"machdep.cpu.{name}")) for name in ("features", "leaf7_features"))
    known = set(" ".join(lists).split())
    return arm or tuple(feature for word, feature in _INTEL.items() if word in known)


def number_in(value: bytes | None) -> int | None:
    """The kernel's numbers have four or eight bytes; None for none, and for 0."""
    return int.from_bytes(value, "little") or None if value else None


def _text(value: bytes | None) -> str:
    return (value or b"").rstrip(b"\0").decode("utf-8", "replace").strip()
