"""Cores and instruction sets, as each system tells of them."""

import ctypes
import os
import struct
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from desktop.hardware.cpu import Cores, compute_threads, describe_processor
from desktop.hardware.cpu_linux import linux_cores, linux_features, linux_name
from desktop.hardware.cpu_mac import mac_cores, mac_features, mac_name
from desktop.hardware.cpu_windows import windows_cores, windows_features

RYZEN = """\
processor	: 0
vendor_id	: AuthenticAMD
model name	: AMD Ryzen 7 7840U w/ Radeon 780M Graphics
flags		: fpu pni ssse3 fma avx f16c bmi2 avx2 avx512f avx512vbmi avx512_vnni avx512_bf16

processor	: 1
model name	: another
"""
PI5 = """\
processor	: 0
BogoMIPS	: 108.00
Features	: fp asimd evtstrm aes crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp
CPU implementer	: 0x41
"""


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def topology(*cores: str) -> dict[str, str]:
    """Files of cores, each given as its logical processors: `0-1`, `4`."""
    files = {}
    for text in cores:
        first, _, last = text.partition("-")
        for number in range(int(first), int(last or first) + 1):
            files[f"sys/devices/system/cpu/cpu{number}/topology/core_cpus_list"] = f"{text}\n"
    return files


# Two fast cores with two threads each, four slow ones.
HYBRID = topology("0-1", "2-3", "4", "5", "6", "7") | {"sys/devices/cpu_core/cpus": "0-3\n"}
# As of a phone: one prime, three large, four small cores.
ARM = topology(*"01234567") | {
    f"sys/devices/system/cpu/cpu{number}/cpu_capacity": f"{capacity}\n"
    for number, capacity in enumerate((325, 325, 325, 325, 828, 828, 828, 1024))
}


@pytest.mark.parametrize(
    ("files", "allowed", "cores"),
    [
        (topology("0-1", "2-3"), {0, 1, 2, 3}, Cores(physical=2, performance=2, usable=2)),
        (topology("0-1", "2-3"), {0, 1}, Cores(physical=2, performance=2, usable=1)),
        (HYBRID, set(range(8)), Cores(physical=6, performance=2, usable=2)),
        (HYBRID, {3, 4, 5}, Cores(physical=6, performance=2, usable=1)),
        (HYBRID, {5, 6, 7}, Cores(physical=6, performance=2, usable=3)),
        (ARM, set(range(8)), Cores(physical=8, performance=4, usable=4)),
        ({}, {0, 1}, Cores()),
    ],
)
def test_linux_cores(
    tmp_path: Path, files: dict[str, str], allowed: set[int], cores: Cores
) -> None:
    assert linux_cores(write(tmp_path, files), allowed) == cores


def test_linux_name_and_features(tmp_path: Path) -> None:
    root = write(tmp_path, {"proc/cpuinfo": RYZEN})
    assert linux_name(root) == "AMD Ryzen 7 7840U w/ Radeon 780M Graphics"
    assert linux_features(root)[-4:] == ("AVX512", "AVX512_VBMI", "AVX512_VNNI", "AVX512_BF16")
    root = write(tmp_path, {"proc/cpuinfo": PI5})
    assert linux_name(root) == ""
    assert linux_features(root) == ("NEON", "FP16_VA", "DOTPROD")
    assert linux_features(tmp_path / "nowhere") == ()


@pytest.mark.skipif(sys.platform != "linux", reason="reads the files of Linux")
@pytest.mark.parametrize(
    ("files", "threads"),
    [
        ({}, None),
        ({"proc/self/cgroup": "0::/puna\n"}, None),
        (
            {"proc/self/cgroup": "0::/puna\n", "sys/fs/cgroup/puna/cpu.max": "150000 100000\n"},
            1,
        ),
        ({"proc/self/cgroup": "0::/puna\n", "sys/fs/cgroup/cpu.max": "20000 100000\n"}, 1),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "max 100000\n"}, None),
        (
            {
                "proc/self/cgroup": "1:cpu,cpuacct:/box\n",
                "sys/fs/cgroup/cpu/box/cpu.cfs_quota_us": "100000\n",
                "sys/fs/cgroup/cpu/box/cpu.cfs_period_us": "100000\n",
            },
            1,
        ),
    ],
)
def test_a_container_with_a_share_of_the_processors(
    tmp_path: Path, files: dict[str, str], threads: int | None
) -> None:
    allowed = sorted(os.sched_getaffinity(0))
    root = write(tmp_path, files | topology(*map(str, allowed)))
    assert compute_threads(root, "linux") == (len(allowed) if threads is None else threads)


def test_this_machine() -> None:
    facts = describe_processor()
    assert facts.physical_cores
    assert 1 <= compute_threads() <= facts.physical_cores
    assert compute_threads(platform="freebsd") >= 1


def test_a_mac_with_two_kinds_of_cores() -> None:
    values = {
        "hw.physicalcpu": (8).to_bytes(4, "little"),
        "hw.perflevel0.physicalcpu": (4).to_bytes(4, "little"),
        "machdep.cpu.brand_string": b"Apple M2\0",
        "hw.optional.AdvSIMD": (1).to_bytes(4, "little"),
        "hw.optional.arm.FEAT_DotProd": (1).to_bytes(4, "little"),
        "hw.optional.arm.FEAT_SME": (0).to_bytes(4, "little"),
    }
    assert mac_cores(values.get) == Cores(physical=8, performance=4, usable=4)
    assert mac_name(values.get) == "Apple M2"
    assert mac_features(values.get) == ("NEON", "DOTPROD")


def test_an_older_mac() -> None:
    values = {
        "hw.physicalcpu": (4).to_bytes(4, "little"),
        "machdep.cpu.features": b"FPU SSE SSE3 SSSE3 FMA AVX1.0 F16C\0",
        "machdep.cpu.leaf7_features": b"BMI1 AVX2 BMI2\0",
    }
    assert mac_cores(values.get) == Cores(physical=4, performance=4, usable=4)
    assert mac_features(values.get) == ("SSE3", "SSSE3", "AVX", "AVX2", "F16C", "FMA", "BMI2")


def record(efficiency: int, mask: int, group: int = 0) -> bytes:
    """`SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX` of one core."""
    return struct.pack("<IIBB20xHQH6x", 0, 48, 1, efficiency, 1, mask, group)


class Kernel:
    """`kernel32.dll` of a processor with two fast cores and four slow ones."""

    def __init__(self, affinity: int = 0xFF) -> None:
        masks = [(1, 0x03), (1, 0x0C), (0, 0x10), (0, 0x20), (0, 0x40), (0, 0x80)]
        self._records = b"".join(record(*each) for each in masks)
        self._affinity = affinity

    def GetLogicalProcessorInformationEx(self, relation: int, room: Any, size: Any) -> int:
        size._obj.value = len(self._records)
        if room is None:
            return 0
        ctypes.memmove(room, self._records, len(self._records))
        return 1

    def GetProcessAffinityMask(self, process: Any, ours: Any, all_: Any) -> int:
        ours._obj.value = self._affinity
        return 1

    def IsProcessorFeaturePresent(self, number: int) -> int:
        return int(number in (13, 36, 39, 40))


def test_windows_cores() -> None:
    assert windows_cores(Kernel()) == Cores(physical=6, performance=2, usable=2)
    assert windows_cores(Kernel(0x71)) == Cores(physical=6, performance=2, usable=1)
    assert windows_cores(Kernel(0x70)) == Cores(physical=6, performance=2, usable=3)
    assert windows_features(Kernel()) == ("SSE3", "SSSE3", "AVX", "AVX2")
    refusing = SimpleNamespace(GetLogicalProcessorInformationEx=lambda *_: 0)
    assert windows_cores(refusing) == Cores()
