"""The machine's main memory, or the part of it that this process may use.

A container, or a service with `MemoryMax=`, has a limit of its own (Linux control groups, both
versions).
"""

from collections.abc import Iterator
from pathlib import Path

import psutil

ROOT = Path("/")
_UNLIMITED = 2**60  # version 1 writes a huge number instead of "max"


def total_bytes(root: Path = ROOT) -> int:
    """All of it, used or not.

    Args:
        root: Where `proc` and `sys` are.
    """
    limits = [limit for limit, _used in _groups(root)]
    return min([int(psutil.virtual_memory().total), *limits])


def available_bytes(root: Path = ROOT) -> int:
    """What can be had now without taking it from other programs."""
    left = [max(limit - used, 0) for limit, used in _groups(root)]
    return min([int(psutil.virtual_memory().available), *left])


def _groups(root: Path) -> Iterator[tuple[int, int]]:
    """Limit, and what is used of it, of every control group around us that has one."""
    files = (
        ("", root / "sys/fs/cgroup", ("memory.max", "memory.current", "inactive_file")),
        (
            "memory",
            root / "sys/fs/cgroup/memory",
            ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
        ),
    )
    for controller, mount, (limit_file, used_file, cached) in files:
        for folder in _folders(root, controller, mount):
            limit = _number(folder / limit_file)
            if limit is not None and 0 < limit < _UNLIMITED:
                used = (_number(folder / used_file) or 0) - _entry(folder / "memory.stat", cached)
                yield limit, max(used, 0)


def _folders(root: Path, controller: str, mount: Path) -> Iterator[Path]:
    """Our control group's folder, and those of all groups that it is in."""
    for line in _text(root / "proc/self/cgroup").splitlines():
        _tree, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controller not in controllers.split(",") or ".." in path:
            continue
        parts = [part for part in path.split("/") if part]
        for depth in range(len(parts), -1, -1):
            yield mount.joinpath(*parts[:depth])


def _number(path: Path) -> int | None:
    """None for "max", and where there is no such file."""
    text = _text(path).strip()
    return int(text) if text.isascii() and text.isdigit() else None


def _entry(path: Path, name: str) -> int:
    """Bytes of one line of `memory.stat`; file caches count as used, but are given up at need."""
    for line in _text(path).splitlines():
        key, _, value = line.partition(" ")
        if key == name and value.isascii() and value.isdigit():
            return int(value)
    return 0


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
