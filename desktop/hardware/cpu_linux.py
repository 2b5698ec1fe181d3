"""The processor as Linux tells of it, in `/sys/devices` and `/proc/cpuinfo`.

Source: Linux, Documentation/ABI/testing/sysfs-devices-system-cpu; `cpu_core` is there on Intel's
processors of two kinds of cores (tools/perf/Documentation/intel-hybrid.txt).
"""

from collections.abc import Iterator
from pathlib import Path

from desktop.hardware.cpu import Cores
from desktop.hardware.kernel_files import text_of

_SLOW_SHARE = 0.5
"""Of the fastest core's capacity: below it, ARM's small cores; above, its middle and large ones."""

_FEATURES = {  # as `/proc/cpuinfo` has them, x86 and ARM
    "pni": "SSE3",
    "ssse3": "SSSE3",
    "avx": "AVX",
    "avx_vnni": "AVX_VNNI",
    "avx2": "AVX2",
    "f16c": "F16C",
    "fma": "FMA",
    "bmi2": "BMI2",
    "avx512f": "AVX512",
    "avx512vbmi": "AVX512_VBMI",
    "avx512_vnni": "AVX512_VNNI",
    "avx512_bf16": "AVX512_BF16",
    "amx_int8": "AMX_INT8",
    "asimd": "NEON",
    "asimdhp": "FP16_VA",
    "asimddp": "DOTPROD",
    "i8mm": "MATMUL_INT8",
    "sve": "SVE",
    "sme": "SME",
}


def linux_cores(root: Path, allowed: set[int]) -> Cores:
    """Cores that are switched on.

    Args:
        root: Where `sys` is.
        allowed: Logical processors, by number, that this process may run on.
    """
    core_of = dict(_siblings(root))
    if not core_of:
        return Cores()
    fast = _fast(root, core_of) or set(core_of)
    ours = allowed & set(core_of)
    usable = {core_of[number] for number in ours & fast} or {core_of[number] for number in ours}
    return Cores(
        physical=len(set(core_of.values())),
        performance=len({core_of[number] for number in fast}),
        usable=len(usable) or None,
    )


def linux_name(root: Path) -> str:
    """Empty on most ARM systems: these tell numbers only."""
    return _entry(root, ("model name",))


def linux_features(root: Path) -> tuple[str, ...]:
    """Those of the first core."""
    flags = set(_entry(root, ("flags", "Features")).split())
    return tuple(name for flag, name in _FEATURES.items() if flag in flags)


def _siblings(root: Path) -> Iterator[tuple[int, str]]:
    """Of each logical processor, all that share its core, as a text."""
    for folder in (root / "sys/devices/system/cpu").glob("cpu[0-9]*"):
        for name in ("core_cpus_list", "thread_siblings_list"):  # the second one before Linux 5.4
            if text := text_of(folder / "topology" / name):
                yield int(folder.name.removeprefix("cpu")), text
                break


def _fast(root: Path, core_of: dict[int, str]) -> set[int]:
    """Logical processors of performance cores; empty: nothing tells of different kinds."""
    if listed := text_of(root / "sys/devices/cpu_core/cpus"):
        return set(_numbers(listed)) & set(core_of)
    folder = root / "sys/devices/system/cpu"
    texts = {number: text_of(folder / f"cpu{number}/cpu_capacity") for number in core_of}
    capacities = {number: int(text) for number, text in texts.items() if text.isdigit()}
    least = _SLOW_SHARE * max(capacities.values(), default=0)
    return {number for number, capacity in capacities.items() if capacity >= least}


def _numbers(text: str) -> Iterator[int]:
    """
    >>> list(_numbers("0-3,8"))
    [0, 1, 2, 3, 8]
    """
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first.isdigit() and (last or first).isdigit():
            yield from range(int(first), int(last or first) + 1)


def _entry(root: Path, names: tuple[str, ...]) -> str:
    """The first core's; the file has as many parts as there are logical processors."""
    try:
        with (root / "proc/cpuinfo").open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                name, _, value = line.partition(":")
                if name.strip() in names:
                    return value.strip()
    except OSError:
        return ""
    return ""
