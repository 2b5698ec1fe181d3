"""Folders and databases on the disk. Nothing is changed."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from desktop.core.backups import Backups, check
from desktop.core.kept_file import FileDamaged, KeptFile
from desktop.core.paths import Paths, nearest_folder
from desktop.doctor.finding import Finding, gib

LITTLE_BYTES = 2**30


def folders(paths: Paths, models: Path, *, models_chosen: bool) -> Iterator[Finding]:
    """Args:
    models: Where the models are; `models_chosen`: by the user.
    """
    places = {"data": paths.data, "settings": paths.config, "logs": paths.state}
    for name, path in places.items():
        yield _folder(name, path)
    if models_chosen and not os.path.isdir(models):
        yield Finding(
            name="models",
            value=str(models),
            problem="The folder of the models is not there.",
            remedy="Connect the disk that it is on, or choose another folder in the settings.",
        )
    else:
        yield _folder("models", models)


def _folder(name: str, path: Path) -> Finding:
    there = nearest_folder(path)
    in_its_place = [each for each in (path, *path.parents) if os.path.isfile(each)]
    if in_its_place or not os.access(there, os.W_OK | os.X_OK):
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
        value=f"{path} ({gib(free)} free)" + ("" if there == path else ", not made yet"),
        problem=f"The disk of {path} is nearly full." if is_full else "",
        remedy="Delete files, or remove models that you do not need." if is_full else "",
    )


def databases(paths: Paths, newest: dict[str, int]) -> Iterator[Finding]:
    """Args:
    newest: Version of each database that this Puna can read, by its file's stem.
    """
    for path in (paths.history_file, paths.apps_file, paths.activity_file):
        yield _database(path, newest.get(path.stem, 0), paths.backups)
    for path in (paths.choices_file, paths.origins_file, paths.downloads_file):
        yield from _damaged_list(path)
    for aside in _kept_aside(paths):
        if not aside.name.endswith(("-wal", "-shm", "-journal")):
            yield Finding(name="kept aside", value=str(aside))


def _kept_aside(paths: Paths) -> list[Path]:
    found = set[Path]()
    for folder in (paths.data, paths.config):
        with suppress(OSError):
            found |= set(folder.glob("*.damaged-*"))
    return sorted(found)


def _damaged_list(path: Path) -> Iterator[Finding]:
    """Small files, of which only damage is worth a word."""
    try:
        KeptFile(path, object).read()
    except FileDamaged as error:
        yield Finding(
            name=path.name,
            value="damaged",
            problem=f"{path} is damaged: {error}.",
            remedy="Start Puna: the file is kept aside, and its last good copy, or nothing, takes"
            " its place.",
        )
    except OSError as error:
        if os.access(path.parent, os.X_OK):  # else that is told
            yield Finding(
                name=path.name,
                value="cannot be read",
                problem=f"{path} cannot be read: {error.strerror or error}.",
                remedy="Give yourself the right to read this file.",
            )


def _database(path: Path, newest: int, folder: Path) -> Finding:
    if not os.path.exists(path):
        return Finding(name=path.stem, value="not made yet")
    backups = Backups(folder, path.stem)
    kept = len(backups.all())
    try:
        backups.refuse_emptied(path)
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as opened:
            ((version,),) = opened.execute("PRAGMA user_version")
            check(opened)
    except sqlite3.OperationalError as error:
        return Finding(
            name=path.stem,
            value="cannot be opened",
            problem=f"{path} cannot be opened: {error}.",
            remedy="Give yourself the right to read and write this file, or end what uses it.",
        )
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
    if not os.access(path, os.W_OK):
        return Finding(
            name=path.stem,
            value=size,
            problem=f"Puna cannot write into {path}.",
            remedy="Give yourself the right to write there.",
        )
    if newest and version > newest:
        return Finding(
            name=path.stem,
            value=size,
            problem=f"{path} was written by a newer version of Puna.",
            remedy="Install the newer version again.",
        )
    return Finding(name=path.stem, value=f"whole, {size}")
