"""The machine's main memory, or the part of it that this process may use.

A container, or a service with `MemoryMax=`, has a limit of its own.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import psutil

from desktop.hardware.control_groups import groups
from desktop.hardware.kernel_files import number_of, text_of

ROOT = Path("/")
_UNLIMITED = 2**60  # version 1 writes a huge number instead of "max"


def total_bytes(root: Path = ROOT) -> int:
    """All of it, used or not.

    Args:
        root: Where `proc` and `sys` are.
    """
    limits = [limit for limit, _used in _groups(root)]
    return min([int(psutil.virtual_memory().total), *limits])


def available_bytes(root: Path = ROOT, *, mapped_bytes: int = 0) -> int:
    """What can be had now without taking it from other programs.

    Args:
        mapped_bytes: Of files that processes of ours have mapped and keep reading. Linux counts
            these as available; it could drop them, but would have to read them again and again.
    """
    left = [max(limit - used, 0) for limit, used in _groups(root)]
    mapped = mapped_bytes if sys.platform == "linux" else 0
    return min([max(int(psutil.virtual_memory().available) - mapped, 0), *left])


def oom_kills(root: Path = ROOT) -> int | None:
    """How many processes the system has killed since it started because memory had run out, ours or
    others; None: it does not tell."""
    for line in text_of(root / "proc/vmstat").splitlines():
        name, _, number = line.partition(" ")
        if name == "oom_kill" and number.isascii() and number.isdigit():
            return int(number)
    return None


def _groups(root: Path) -> Iterator[tuple[int, int]]:
    """Limit, and what is used of it, of every control group around us that has one."""
    files = (
        ("", ("memory.max", "memory.current", "inactive_file")),
        ("memory", ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")),
    )
    for controller, (limit_file, used_file, cached) in files:
        for folder in groups(root, controller):
            limit = number_of(folder / limit_file)
            if limit is not None and 0 < limit < _UNLIMITED:
                used = (number_of(folder / used_file) or 0) - _entry(folder / "memory.stat", cached)
                yield limit, max(used, 0)


def _entry(path: Path, name: str) -> int:
    """Bytes of one line of `memory.stat`; file caches count as used, but are given up at need."""
    for line in text_of(path).splitlines():
        key, _, value = line.partition(" ")
        if key == name and value.isascii() and value.isdigit():
            return int(value)
    return 0
