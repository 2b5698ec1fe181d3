"""Whether files are still those that they were."""

import os
from collections.abc import Iterable

Stamp = tuple[tuple[int, int, int], ...]
"""Of each file: which one it is, its length, and when it was written to."""

_GONE = (0, 0, 0)


def stamp_of(paths: Iterable[str]) -> Stamp:
    """Of the files as they are now; another one if any of them was replaced, changed or removed."""
    return tuple(_of(path) for path in paths)


def _of(path: str) -> tuple[int, int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return _GONE
    return found.st_ino, found.st_size, found.st_mtime_ns
