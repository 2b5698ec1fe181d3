"""Whether a file fits on its disk, in words if it does not."""

import errno
from collections.abc import Callable
from pathlib import Path

from desktop.core.errors import AppError, DiskFull, DownloadFailed
from desktop.core.sizes import human_bytes

FreeBytes = Callable[[Path], int]  # of the disk that a folder is on
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def occupied_bytes(path: Path) -> int:
    """What a file takes of its disk already; holes take nothing."""
    try:
        stat = path.stat()
    except OSError:
        return 0
    blocks: int | None = getattr(stat, "st_blocks", None)  # Windows does not tell
    return stat.st_size if blocks is None else blocks * 512


def check_room(path: Path, size: int, spare: int, free_bytes: FreeBytes) -> None:
    """Raises DiskFull: a file of `size` bytes, and `spare` more, do not fit."""
    needed = max(0, size - occupied_bytes(path)) + spare
    free = free_bytes(path.parent)
    if free < needed:
        raise DiskFull(
            f"There is not enough room in {path.parent}:"
            f" {human_bytes(needed)} are needed, {human_bytes(free)} are free."
        )


def write_failure(error: OSError, path: Path, missing: int | None, free: int) -> AppError:
    """Why a draft could not be written to.

    Args:
        missing: Bytes that have not arrived yet; None: not known.
    """
    if error.errno in _NO_ROOM:
        more = "more is" if missing is None else f"{human_bytes(missing)} are"
        return DiskFull(
            f"There is no room left in {path.parent}: {more} needed, {human_bytes(free)} are free."
        )
    return DownloadFailed(f"{path} cannot be written: {error.strerror or error}.")
