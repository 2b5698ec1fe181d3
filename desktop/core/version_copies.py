"""Copies of settings and databases as an earlier Puna left them, made before a later one changes
them: one folder for each version, the newest three, for 30 days.
"""

import logging
import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from desktop.core.backups import copy_database
from desktop.core.paths import Paths
from desktop.core.version import PUNA_VERSION
from desktop.core.whole_file import write_whole

log = logging.getLogger(__name__)

KEPT = 3
KEPT_S = 30 * 86_400.0
ROOM = 3  # copies are only made where their size is free this many times
_FOLDER = "before-update-from-"


def keep_before_update(
    paths: Paths, version: str = PUNA_VERSION, now: Callable[[], float] = time.time
) -> Path | None:
    """Call at every start, before anything of Puna's is opened; nearly always there is nothing to
    do. Returns the folder of the copies, if some were made. What was fetched for the update goes.

    What cannot be copied is told in the log: it is no reason not to start.
    """
    _prune(paths.backups, now)
    stamp = paths.data / "version"
    before = _text(stamp)
    if before == version:
        return None
    _remove_fetched(paths.updates)
    files = [path for path in _files(paths) if os.path.isfile(path)]
    made = None
    try:
        if files:
            made = _copied(files, paths.backups / f"{_FOLDER}{before or 'unknown'}")
            _prune(paths.backups, now)
        write_whole(stamp, version.encode())
    except OSError as error:
        log.warning("no copies from before the update: %s", error)
    return made


def _files(paths: Paths) -> list[Path]:
    """The journal of requests is not worth it: it forgets by itself."""
    return [
        paths.settings_file,
        paths.choices_file,
        paths.origins_file,
        paths.apps_file,
        paths.history_file,
        paths.downloads_file,
    ]


def _copied(files: list[Path], folder: Path) -> Path | None:
    import sqlite3

    needed = ROOM * sum(path.stat().st_size for path in files)
    draft = folder.with_name(f".{folder.name}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True, mode=0o700)
    if shutil.disk_usage(draft).free < needed:
        draft.rmdir()
        log.warning("no copies from before the update: the disk is nearly full")
        return None
    for path in files:
        try:
            if path.suffix == ".sqlite":
                copy_database(path, draft / path.name)
            else:
                shutil.copy2(path, draft / path.name)
        except (sqlite3.Error, OSError) as error:
            log.warning("%s is not copied: %s", path, error)
    shutil.rmtree(folder, ignore_errors=True)
    draft.replace(folder)
    log.info("copies from before the update are in %s", folder)
    return folder


def _prune(parent: Path, now: Callable[[], float]) -> None:
    """Those that are too many or too old: chats that were deleted since are still in them."""
    with suppress(OSError):
        made = {path: path.stat().st_mtime for path in parent.glob(f"{_FOLDER}*")}
        for number, path in enumerate(sorted(made, key=lambda each: -made[each])):
            if number >= KEPT or now() - made[path] > KEPT_S:
                shutil.rmtree(path)


def _remove_fetched(folder: Path) -> None:
    """All but what is remembered of feeds."""
    with suppress(OSError):
        for path in folder.iterdir():
            if path.suffix != ".json":
                with suppress(OSError):  # the installer that has started us may still run
                    path.unlink()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
