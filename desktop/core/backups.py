"""A copy of a database a day, made beside the work by SQLite's own way, kept seven days."""

import logging
import os
import shutil
from contextlib import closing, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3  # takes a megabyte: at run time only once a database is open

log = logging.getLogger(__name__)

KEPT_DAYS = 7
ROOM = 3  # a backup is only made where its size is free this many times


class Backups:
    """A folder of backups, such as `history-2026-11-23.sqlite`."""

    def __init__(self, folder: Path, stem: str) -> None:
        self._folder = folder
        self._stem = stem

    def path(self, day: date) -> Path:
        return self._folder / f"{self._stem}-{day.isoformat()}.sqlite"

    def all(self) -> list[tuple[date, Path]]:
        """The youngest first."""
        found = []
        with suppress(OSError):
            for path in self._folder.glob(f"{self._stem}-????-??-??.sqlite"):
                with suppress(ValueError):
                    found.append((date.fromisoformat(path.stem[-10:]), path))
        return sorted(found, reverse=True)

    def make(self, source: Path, day: date) -> bool:
        """Copy a database that may be written to meanwhile; False if there is no room.

        Only a copy that SQLite finds whole gets the name of a backup; then those that are too old
        go.

        Raises:
            OSError, sqlite3.Error: there is no new backup, and the old ones are all there.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self._folder).free < ROOM * source.stat().st_size:
            log.warning("no backup of %s: the disk is nearly full", source)
            return False
        draft = self._folder / f".{self._stem}-{day.isoformat()}.{os.getpid()}"
        try:
            draft.unlink(missing_ok=True)
            draft.touch(mode=0o600)
            copy_database(source, draft)
            os.replace(draft, self.path(day))
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
        self.prune(day)
        return True

    def newest_good(self) -> tuple[date, Path] | None:
        """The youngest backup that is whole itself."""
        import sqlite3

        for day, path in self.all():
            with suppress(sqlite3.Error, OSError):
                with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as copy:
                    check(copy)
                return day, path
        return None

    def refuse_emptied(self, source: Path) -> None:
        """SQLite takes a file of no bytes for a new database. With a backup, it was one before.

        Raises:
            sqlite3.DatabaseError: nothing is left in the file.
        """
        if os.path.isfile(source) and not source.stat().st_size and self.newest_good():
            import sqlite3

            raise sqlite3.DatabaseError("file is empty")

    def prune(self, today: date) -> None:
        """Remove those that are too old."""
        for day, path in self.all():
            if today - day >= timedelta(days=KEPT_DAYS):
                with suppress(OSError):
                    path.unlink()


def check(connection: "sqlite3.Connection") -> None:
    """Read all pages.

    Raises:
        sqlite3.DatabaseError: the file is damaged.
    """
    import sqlite3

    ((verdict,),) = connection.execute("PRAGMA quick_check(1)")
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)


def copy_database(source: Path, target: Path) -> None:
    """Copy one that may be written to meanwhile. Raises OSError, sqlite3.Error."""
    import sqlite3

    with (
        closing(sqlite3.connect(source, timeout=5.0)) as reader,
        closing(sqlite3.connect(target)) as writer,
    ):
        reader.backup(writer)  # one step: a reader of its own moment, which stops no writer
        writer.execute("PRAGMA journal_mode = DELETE")  # one file, without companions
        check(writer)
