"""What this machine can compute with: cores, and the instructions that they know."""

import os
import sys
from pathlib import Path

import msgspec
import psutil

from desktop.hardware.control_groups import processors

ROOT = Path("/")


class Cores(msgspec.Struct, frozen=True, kw_only=True):
    """None: the system does not tell."""

    physical: int | None = None
    performance: int | None = None
    """Those of them that are made for speed; all, if they are of one kind."""
    usable: int | None = None
    """Performance cores that this process may run on; any others only if it may run on none of
    these."""


class ProcessorFacts(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What does not change while Puna runs. What the system does not tell is not there."""

    name: str = ""
    """Its maker's."""
    physical_cores: int | None = None
    performance_cores: int | None = None
    features: tuple[str, ...] = ()
    """Instruction sets that matter here, in llama.cpp's words: `AVX2`, `F16C`, `DOTPROD`."""


def compute_threads(root: Path = ROOT, platform: str = sys.platform) -> int:
    """Threads for llama.cpp: physical performance cores this process may use; at least one.

    Hyperthreads share the arithmetic units that matrix products keep busy, so they only get in
    each other's way; slow cores make the fast ones wait after each product. More threads than a
    container has processors' time would be stopped in turn.
    """
    usable = _cores(root, platform).usable
    if usable is None:
        usable = psutil.cpu_count(logical=False) or psutil.cpu_count() or 1
    limit = processors(root) if platform == "linux" else None
    return max(1, usable if limit is None else min(usable, int(limit)))


def describe_processor(root: Path = ROOT, platform: str = sys.platform) -> ProcessorFacts:
    """May take some milliseconds: where there are many cores, Linux tells of each."""
    name, features = _name_and_features(root, platform)
    cores = _cores(root, platform)
    return ProcessorFacts(
        name=name,
        physical_cores=cores.physical or psutil.cpu_count(logical=False),
        performance_cores=cores.performance,
        features=features,
    )


def _cores(root: Path, platform: str) -> Cores:
    if platform == "linux":
        from desktop.hardware.cpu_linux import linux_cores

        return linux_cores(root, os.sched_getaffinity(0))
    if platform == "darwin":
        from desktop.hardware.cpu_mac import mac_cores

        return mac_cores()
    if platform == "win32":
        from desktop.hardware.cpu_windows import windows_cores

        return windows_cores()
    return Cores()


def _name_and_features(root: Path, platform: str) -> tuple[str, tuple[str, ...]]:
    if platform == "linux":
        from desktop.hardware.cpu_linux import linux_features, linux_name

        return linux_name(root), linux_features(root)
    if platform == "darwin":
        from desktop.hardware.cpu_mac import mac_features, mac_name

        return mac_name(), mac_features()
    if platform == "win32":
        from desktop.hardware.cpu_windows import windows_features, windows_name

        return windows_name(), windows_features()
    return "", ()
