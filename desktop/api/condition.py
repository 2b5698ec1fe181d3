"""What is wrong with the folders that Puna works in, as far as its user should do something."""

import errno
import os
import shutil
from pathlib import Path

from desktop.core.paths import Paths
from desktop.core.preferences import Preferences
from desktop.core.sizes import human_bytes
from desktop.core.troubles import Trouble

LITTLE_BYTES = 200 * 2**20  # too little for chats, logs and the system itself
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Condition:
    """Looks each time it is asked; a few calls of the system."""

    def __init__(self, preferences: Preferences, paths: Paths) -> None:
        self._preferences = preferences
        self._paths = paths

    def troubles(self) -> list[Trouble]:
        """Those of this run, then those of the folders now."""
        found = self._preferences.troubles.all
        folder = self._preferences.started.models_folder
        if folder and not folder.is_dir():
            found.append(models_missing(folder))
        data = self._paths.data
        if not any(each.code in ("folder_unwritable", "disk_full") for each in found):
            if data.is_dir() and not os.access(data, os.W_OK):
                found.append(unwritable(data, PermissionError(errno.EACCES, "Permission denied")))
            elif (free := _free_bytes(data)) is not None and free < LITTLE_BYTES:
                found.append(nearly_full(data, free))
        return found


def unwritable(folder: Path, error: OSError) -> Trouble:
    """Nothing is kept: no chats, no models, no list of programs."""
    if error.errno in _FULL:
        return nearly_full(folder, _free_bytes(folder) or 0)
    return Trouble(
        code="folder_unwritable",
        text=f"Puna cannot write into {folder} ({error.strerror or error}), so nothing is kept.",
        remedy="Give yourself the right to write there, or set PUNA_HOME to another folder.",
        file=str(folder),
    )


def nearly_full(folder: Path, free_bytes: int) -> Trouble:
    return Trouble(
        code="disk_full",
        text=f"The disk of {folder} is nearly full: {human_bytes(free_bytes)} are free.",
        remedy="Delete files, or remove models that you do not need.",
        file=str(folder),
    )


def models_missing(folder: Path) -> Trouble:
    return Trouble(
        code="models_missing",
        text=f"The folder of the models, {folder}, is not there.",
        remedy="Connect the disk that it is on, or choose another folder in the settings.",
        file=str(folder),
    )


def _free_bytes(folder: Path) -> int | None:
    """None: nobody knows."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
