"""Walks through other people's folders: bounded, in no circles, whatever vanishes meanwhile."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

log = logging.getLogger(__name__)

MAX_DEPTH = 8
MAX_ENTRIES = 50_000
MAX_FILES = 2_000


class Contents(NamedTuple):
    """Of one folder, in alphabetical order."""

    folder: Path
    models: list[Path]
    notes: list[Path]


def folders_with_models(top: Path, note_name: str = "") -> Iterator[Contents]:
    """Each folder that has GGUF files, or files of `note_name`, in alphabetical order.

    Links are followed, but no folder is entered twice. Downloads that are not finished are left
    out, as they have other endings.
    """
    visited: set[tuple[int, int]] = set()
    waiting = [(top, 0)]
    entries_left, files_left = MAX_ENTRIES, MAX_FILES
    while waiting:
        folder, depth = waiting.pop()
        entries = _entries(folder, visited, entries_left)
        entries_left -= len(entries)
        models = [path for path, is_folder in entries if _is_model(path) and not is_folder]
        notes = [path for path, _ in entries if path.name == note_name]
        if models or notes:
            yield Contents(folder, models[:files_left], notes)
            files_left -= len(models)
        if depth < MAX_DEPTH:
            waiting += [(path, depth + 1) for path, is_folder in reversed(entries) if is_folder]
        if entries_left <= 0 or files_left <= 0:
            log.warning("%s has too many files; not all were looked at", top)
            return


def _is_model(path: Path) -> bool:
    return path.suffix.lower() == ".gguf" and os.path.isfile(path)


def _is_text(name: str) -> bool:
    """False for a name that is not UTF-8, as it could be neither shown nor sent."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _entries(folder: Path, visited: set[tuple[int, int]], limit: int) -> list[tuple[Path, bool]]:
    """What is in a folder, with whether it is one, too; nothing if it cannot be read."""
    found: list[tuple[Path, bool]] = []
    try:
        stat = folder.stat()
        if (stat.st_dev, stat.st_ino) in visited:
            return []
        visited.add((stat.st_dev, stat.st_ino))
        with os.scandir(folder) as entries:
            for entry in entries:
                if len(found) >= limit:
                    break
                if _is_text(entry.name):
                    found.append((folder / entry.name, os.path.isdir(entry.path)))
    except (OSError, ValueError) as error:
        if not isinstance(error, FileNotFoundError | NotADirectoryError):
            log.info("%s cannot be read: %s", folder, error)
    return sorted(found)
