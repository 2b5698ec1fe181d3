"""What is wrong with the folders that Puna works in, as far as its user should do something."""

import errno
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from desktop.core.paths import Paths, nearest_folder
from desktop.core.preferences import Preferences
from desktop.core.program import ProgramReplaced, was_replaced
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
        if was_replaced():
            found.append(program_replaced())
        found += self._of_models()
        if not any(each.code in ("folder_unwritable", "disk_full") for each in found):
            found += self._of_data()
        return found

    def _of_models(self) -> Iterator[Trouble]:
        chosen = self._preferences.started.models_folder
        folder = chosen or self._paths.models
        if os.path.isdir(folder) and not os.access(folder, os.R_OK | os.X_OK):
            yield models_unreadable(folder)
        elif chosen and not os.path.isdir(folder):
            yield models_missing(folder)

    def _of_data(self) -> Iterator[Trouble]:
        data = self._paths.data
        denied = PermissionError(errno.EACCES, "Permission denied")
        if not os.access(nearest_folder(data), os.W_OK | os.X_OK):
            yield unwritable(data, denied)
            return
        for file in (self._paths.apps_file, self._paths.history_file):
            if os.path.exists(file) and not os.access(file, os.R_OK | os.W_OK):
                yield unwritable(file, denied)
        if (free := _free_bytes(data)) is not None and free < LITTLE_BYTES:
            yield nearly_full(data, free)


def program_replaced() -> Trouble:
    return Trouble(
        code=ProgramReplaced.code,
        text="Puna was updated while it ran, so it loads no more models.",
        remedy="Start it again.",
        file=sys.executable,
    )


def unwritable(path: Path, error: OSError) -> Trouble:
    """Nothing is kept: no chats, no models, no list of programs; or not what is in that file."""
    if error.errno in _FULL:
        return nearly_full(path, _free_bytes(path) or 0)
    reason = "a file is in its place" if isinstance(error, FileExistsError) else error.strerror
    return Trouble(
        code="folder_unwritable",
        text=f"Puna cannot write into {path} ({reason or error}), so nothing is kept.",
        remedy="Give yourself the right to write there, or set PUNA_HOME to another folder.",
        file=str(path),
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


def models_unreadable(folder: Path) -> Trouble:
    return Trouble(
        code="models_unreadable",
        text=f"The folder of the models, {folder}, cannot be read (Permission denied).",
        remedy="Give yourself the right to read it, or choose another folder in the settings.",
        file=str(folder),
    )


def _free_bytes(folder: Path) -> int | None:
    """None: nobody knows."""
    try:
        return shutil.disk_usage(nearest_folder(folder)).free
    except OSError:
        return None
