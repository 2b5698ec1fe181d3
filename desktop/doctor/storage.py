"""Folders and databases on the disk. Nothing is changed."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from desktop.core.backups import Backups, check
from desktop.core.paths import Paths
from desktop.doctor.finding import Finding, gib

LITTLE_BYTES = 2**30


def folders(paths: Paths, models: Path, *, models_chosen: bool) -> Iterator[Finding]:
    """Args:
    models: Where the models are; `models_chosen`: by the user.
    """
    places = {"data": paths.data, "settings": paths.config, "logs": paths.state}
    for name, path in places.items():
        yield _folder(name, path)
    if models_chosen and not models.is_dir():
        yield Finding(
            name="models",
            value=str(models),
            problem="The folder of the models is not there.",
            remedy="Connect the disk that it is on, or choose another folder in the settings.",
        )
    else:
        yield _folder("models", models)


def _folder(name: str, path: Path) -> Finding:
    there = path
    while not there.exists() and there != there.parent:
        there = there.parent
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return Finding(
            name=name,
            value=str(path),
            problem=f"Puna cannot write into {path}.",
            remedy="Give yourself the right to write there, or set PUNA_HOME to another folder.",
        )
    try:
        free = shutil.disk_usage(there).free
    except OSError as error:
        return Finding(name=name, value=f"{path} (free space unknown: {error.strerror})")
    is_full = free < LITTLE_BYTES
    return Finding(
        name=name,
        value=f"{path} ({gib(free)} free)" + ("" if path.exists() else ", not made yet"),
        problem=f"The disk of {path} is nearly full." if is_full else "",
        remedy="Delete files, or remove models that you do not need." if is_full else "",
    )


def databases(paths: Paths, newest: dict[str, int]) -> Iterator[Finding]:
    """Args:
    newest: Version of each database that this Puna can read, by its file's stem.
    """
    for path in (paths.history_file, paths.apps_file, paths.activity_file):
        yield _database(path, newest.get(path.stem, 0), paths.backups)
    for aside in sorted(paths.data.glob("*.damaged-*")) + sorted(paths.config.glob("*.damaged-*")):
        if not aside.name.endswith(("-wal", "-shm", "-journal")):
            yield Finding(name="kept aside", value=str(aside))


def _database(path: Path, newest: int, backups: Path) -> Finding:
    if not path.exists():
        return Finding(name=path.stem, value="not made yet")
    kept = len(Backups(backups, path.stem).all())
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as opened:
            ((version,),) = opened.execute("PRAGMA user_version")
            check(opened)
    except sqlite3.DatabaseError as error:
        return Finding(
            name=path.stem,
            value="cannot be read",
            problem=f"{path} cannot be read: {error}.",
            remedy="Start Puna: a damaged file is kept aside, and its last backup takes its place."
            if kept
            else "Start Puna: a damaged file is kept aside, and a new one is begun.",
        )
    size = f"{path.stat().st_size / 2**20:.1f} MiB, {kept} backups"
    if newest and version > newest:
        return Finding(
            name=path.stem,
            value=size,
            problem=f"{path} was written by a newer version of Puna.",
            remedy="Install the newer version again.",
        )
    return Finding(name=path.stem, value=f"whole, {size}")
