"""Tells for one `stat` per path whether anything changed on the disk since it was read."""

import os
import time
from collections.abc import Callable, Sequence
from typing import TypeAlias

Stamp: TypeAlias = tuple[int, int, int]  # mtime in ns, size, inode

# Times of change are coarse: two changes shortly after each other may have the same one. So what
# changed just before it was looked at is looked at again.
SETTLED_NS = 2 * 10**9
# Some file systems (FAT under Windows) keep no times of folders.
TRUSTED_NS = 30 * 10**9


def stamp_of(path: str) -> Stamp | None:
    """None if there is nothing, or nothing that can be seen. Links are followed."""
    try:
        stat = os.stat(path)
    except (OSError, ValueError):
        return None
    return (stat.st_mtime_ns, stat.st_size, stat.st_ino)


class Watch:
    """Paths as they were right before they were read.

    Args:
        clock: Nanoseconds since 1970, as files have them.
    """

    def __init__(self, clock: Callable[[], int] = time.time_ns) -> None:
        self._clock = clock
        self._began_ns = clock()
        self._seen: list[tuple[str, Stamp | None]] = []
        self._below: dict[str, list[tuple[str, int, int, int]]] = {}
        self._settled = True

    def look(self, path: str, base: str = "") -> Stamp | None:
        """The path's stamp, which counts from now on; to be called before the path is read.

        Args:
            base: A folder above it. Paths that have one are compared faster.
        """
        stamp = stamp_of(path)
        self.add(path, stamp, base)
        return stamp

    def add(self, path: str, stamp: Stamp | None, base: str = "") -> None:
        """As `look`, with a stamp that is known already."""
        if stamp and not self.is_settled(stamp):
            self._settled = False
        if stamp is None or not base or os.stat not in os.supports_dir_fd:
            self._seen.append((path, stamp))
        else:
            self._below.setdefault(base, []).append((path[len(base) + 1 :], *stamp))

    def is_settled(self, stamp: Stamp) -> bool:
        """Whether a later change would show in the stamp."""
        return stamp[0] <= self._began_ns - SETTLED_NS

    def is_quiet(self) -> bool:
        """Whether all that was read would be read alike now."""
        if not self._settled or not self._seen:
            return False
        if not 0 <= self._clock() - self._began_ns < TRUSTED_NS:
            return False
        if any(stamp_of(path) != stamp for path, stamp in self._seen):
            return False
        return all(_are_same(base, seen) for base, seen in self._below.items())


def _are_same(base: str, seen: Sequence[tuple[str, int, int, int]]) -> bool:
    """Whether paths below a folder still have their stamps.

    From an open folder on, the system has less of a path to go, which takes half the time.
    """
    try:
        folder = os.open(base, os.O_RDONLY)
    except OSError:
        return False
    try:
        stat = os.stat
        for tail, mtime_ns, size, inode in seen:
            now = stat(tail, dir_fd=folder)
            if now.st_mtime_ns != mtime_ns or now.st_size != size or now.st_ino != inode:
                return False
    except OSError:
        return False
    finally:
        os.close(folder)
    return True
