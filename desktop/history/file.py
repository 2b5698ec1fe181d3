"""The file of the chats: opened, upgraded, backed up daily, and replaced when it is damaged.

All but the backup happens on the one thread of `History`.
"""

import logging
import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from desktop.core.aside import move_aside
from desktop.core.backups import Backups, check
from desktop.history import removing
from desktop.history.errors import HistoryFailed, HistoryTooNew
from desktop.history.records import Recovery
from desktop.history.salvage import salvage
from desktop.history.schema import SCHEMA

log = logging.getLogger(__name__)

BUSY_S = 5.0
_SIDE_FILES = ("-wal", "-shm", "-journal")

T = TypeVar("T")
P = ParamSpec("P")


class HistoryFile:
    """One connection, and what keeps its file whole."""

    def __init__(self, path: Path, today: Callable[[], date]) -> None:
        self._path = path
        self._today = today
        self._backups = Backups(path.parent / "backups", path.stem)
        self._backed_up_on: date | None = None
        self._backup_thread = ThreadPoolExecutor(1, thread_name_prefix="history-backup")
        self._connection: sqlite3.Connection | None = None
        self.recovery: Recovery | None = None

    def open(self) -> Recovery | None:
        """Raises HistoryFailed if that is not possible."""
        try:
            self._connect()
            self.run(removing.purge_all)
        except (sqlite3.Error, OSError) as error:
            raise HistoryFailed(self._path, error) from error
        return self.recovery

    def run(
        self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **more: P.kwargs
    ) -> T:
        """Do something in one transaction, and see to the day's backup.

        Damage that shows only now leads to the same as at `open`; then it is done with the file
        that took the damaged one's place.
        """
        try:
            try:
                result = self._once(work, *args, **more)
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise
                if not self._has_new_index(error):
                    self._replace(error)
                result = self._once(work, *args, **more)
        except (sqlite3.Error, OSError) as error:
            raise HistoryFailed(self._path, error) from error
        self._back_up_daily()
        return result

    def close(self) -> None:
        self._backup_thread.shutdown()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _once(
        self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **more: P.kwargs
    ) -> T:
        if self._connection is None:
            self._connect()
        assert self._connection is not None
        with self._connection:
            self._connection.execute("BEGIN")
            return work(self._connection, *args, **more)

    def _connect(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = self._opened()
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            self._replace(error)

    def _opened(self) -> sqlite3.Connection:
        self._backups.refuse_emptied(self._path)
        self._path.touch(mode=0o600)  # what people say to a model is nobody else's business
        connection = sqlite3.connect(self._path, timeout=BUSY_S, isolation_level=None)
        try:
            for pragma in (
                "journal_mode = WAL",
                "synchronous = NORMAL",  # a killed process loses nothing, a power cut seconds
                "foreign_keys = ON",
                "secure_delete = ON",
                "cache_size = -16000",
            ):
                connection.execute(f"PRAGMA {pragma}")
            check(connection)
            self._upgrade(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _upgrade(self, connection: sqlite3.Connection) -> None:
        ((version,),) = connection.execute("PRAGMA user_version")
        if version > len(SCHEMA):
            raise HistoryTooNew(self._path)
        if 0 < version < len(SCHEMA):
            with suppress(sqlite3.Error, OSError):
                self._backups.make(self._path, self._today())  # as it was before
        for number in range(version, len(SCHEMA)):
            script = f"{SCHEMA[number]}; PRAGMA user_version = {number + 1}"
            connection.executescript(f"BEGIN IMMEDIATE; {script}; COMMIT")

    # ---- damage

    def _has_new_index(self, error: sqlite3.Error) -> bool:
        """If nothing but the index of words is bad, make it anew from the chats."""
        code = getattr(error, "sqlite_errorcode", 0)
        if code != sqlite3.SQLITE_CORRUPT_VTAB or self._connection is None:
            return False
        log.warning("%s: the index of words is damaged, and made anew", self._path)
        try:
            with self._connection as connection:
                connection.execute("BEGIN")
                for table in ("words", "titles"):
                    connection.execute(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")
        except sqlite3.Error:
            return False
        return True

    def _replace(self, error: sqlite3.Error) -> None:
        """Move the file aside, and put the newest good backup, or nothing, in its place."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None
        self._backup_thread.submit(int).result()  # a backup that is being made has ended
        aside = move_aside(self._path, self._today(), _SIDE_FILES)
        log.error("%s is damaged (%s); it is now %s", self._path, error, aside.name)
        backup = self._backups.newest_good()
        if backup:
            draft = self._path.with_name(f".{self._path.name}.restored")
            shutil.copy2(backup[1], draft)
            draft.replace(self._path)
        day = backup[0].isoformat() if backup else ""
        self._connection = self._opened()
        with self._connection as connection:
            connection.execute("BEGIN")
            saved = salvage(aside, connection)
        self.recovery = Recovery(aside=aside.name, backup_day=day, saved=saved)

    # ---- backups

    def _back_up_daily(self) -> None:
        today = self._today()
        if self._backed_up_on == today or self._connection is None:
            return
        ((anything,),) = self._connection.execute("SELECT EXISTS (SELECT 1 FROM chats)")
        if not anything:
            self._backups.prune(today)  # those of chats that were deleted go all the same
            return
        self._backed_up_on = today
        if not self._backups.path(today).exists():
            making = self._backup_thread.submit(self._backups.make, self._path, today)
            making.add_done_callback(_complain)


def _is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is bad; a full disk, a lock or a mistake of ours is something
    else."""
    if isinstance(error, sqlite3.OperationalError | sqlite3.IntegrityError):
        return False
    return isinstance(error, sqlite3.DatabaseError) and not isinstance(
        error, sqlite3.ProgrammingError | sqlite3.DataError | sqlite3.NotSupportedError
    )


def _complain(done: Future[bool]) -> None:
    if error := done.exception():
        log.warning("no backup of the chats today: %s", error)
