"""A SQLite file and the one thread that talks to it, so that no request waits for a disk."""

import asyncio
import logging
import os
import shutil
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from desktop.core.aside import move_aside
from desktop.core.backups import Backups, check
from desktop.core.errors import AppError
from desktop.core.troubles import Tell, Trouble

if TYPE_CHECKING:
    import sqlite3  # takes a megabyte: at run time only once something is kept

log = logging.getLogger(__name__)

T = TypeVar("T")

_SIDE_FILES = ("-wal", "-shm", "-journal")


class DatabaseFailed(AppError):
    """A file of ours cannot be read or written now."""

    code = "database_failed"

    def __init__(self, path: Path, error: BaseException | str) -> None:
        super().__init__(f"{path} cannot be used: {error}")


class DatabaseTooNew(DatabaseFailed):
    """A newer version of Puna has written the file; it is left as it is."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "it was written by a newer version of Puna")


class Database:
    """Opened when it is first used. A damaged file is moved aside; a backup takes its place, or a
    new one.

    Args:
        schema: The statements that make version 1 out of nothing, 2 out of 1, and so on.
        backups: What makes a copy a day; None: none is made.
        tell: Is told, on the database's thread, what its user should know.
        advice: What its user should do after damage, in a sentence.
    """

    def __init__(
        self,
        path: Path,
        schema: tuple[str, ...],
        *,
        backups: Backups | None = None,
        tell: Tell | None = None,
        advice: str = "",
        today: Callable[[], date] = date.today,
    ) -> None:
        self._path = path
        self._schema = schema
        self._backups = backups
        self._tell = tell or (lambda trouble: None)
        self._advice = advice
        self._today = today
        self._backed_up_on: date | None = None
        self._is_too_new = False
        self._connection: sqlite3.Connection | None = None
        self._thread: ThreadPoolExecutor | None = None

    @property
    def exists(self) -> bool:
        return os.path.exists(self._path)

    def submit(self, work: "Callable[[sqlite3.Connection], T]") -> Future[T]:
        """Do it on the thread, after all that came before, in one transaction.

        The result may be DatabaseFailed.
        """
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix=self._path.stem)
        return self._thread.submit(self._do, work)

    def post(self, work: "Callable[[sqlite3.Connection], None]") -> None:
        """As `submit`, but nobody waits: a failure is only logged."""
        self.submit(work).add_done_callback(self._complain)

    async def run(self, work: "Callable[[sqlite3.Connection], T]") -> T:
        return await asyncio.wrap_future(self.submit(work))

    def close(self) -> None:
        """After what was submitted. Blocks; the file is opened again if it is used again."""
        if self._thread is not None:
            self._thread.submit(self._finish)
            self._thread.shutdown()
            self._thread = None

    def _do(self, work: "Callable[[sqlite3.Connection], T]") -> T:
        import sqlite3

        if self._is_too_new:
            raise DatabaseTooNew(self._path)
        try:
            try:
                result = self._once(work)
            except sqlite3.DatabaseError as error:
                if not is_damage(error):
                    raise
                self._replace(error)
                result = self._once(work)
        except (sqlite3.Error, OSError) as error:
            raise DatabaseFailed(self._path, error) from error
        self._back_up_daily()
        return result

    def _once(self, work: "Callable[[sqlite3.Connection], T]") -> T:
        if self._connection is None:
            self._connection = self._opened()
        with self._connection:
            return work(self._connection)

    def _opened(self) -> "sqlite3.Connection":
        import sqlite3

        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._backups:
            self._backups.refuse_emptied(self._path)
        self._path.touch(mode=0o600)  # prompts and hashes of keys are nobody else's business
        connection = sqlite3.connect(self._path, timeout=5.0)
        try:
            self._refuse_newer(connection)  # before anything is written
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            check(connection)
            self._upgrade(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _refuse_newer(self, connection: "sqlite3.Connection") -> None:
        ((version,),) = connection.execute("PRAGMA user_version")
        if version > len(self._schema):
            self._is_too_new = True
            log.error("%s was written by a newer version of Puna, and is not used", self._path)
            self._tell(_too_new(self._path))
            raise DatabaseTooNew(self._path)

    def _upgrade(self, connection: "sqlite3.Connection") -> None:
        ((version,),) = connection.execute("PRAGMA user_version")
        for number in range(version, len(self._schema)):
            script = f"{self._schema[number]}; PRAGMA user_version = {number + 1}"
            connection.executescript(f"BEGIN; {script}; COMMIT")

    def _replace(self, error: "sqlite3.Error") -> None:
        """Move the file aside, and put the newest good backup, or nothing, in its place."""
        self._close()
        aside = move_aside(self._path, self._today(), _SIDE_FILES)
        log.error("%s is damaged (%s); it is now %s", self._path, error, aside.name)
        backup = self._backups.newest_good() if self._backups else None
        if backup:
            draft = self._path.with_name(f".{self._path.name}.restored")
            shutil.copy2(backup[1], draft)
            draft.replace(self._path)
        self._tell(self._damaged(aside.name, backup[0] if backup else None))

    def _damaged(self, aside: str, day: date | None) -> Trouble:
        now = (
            f"the backup of {day.isoformat()} has taken its place" if day else "a new one was begun"
        )
        return Trouble(
            code="database_restored" if day else "database_damaged",
            text=f"{self._path.name} was damaged; {now}. The damaged file is {aside}.",
            remedy=self._advice,
            file=str(self._path),
        )

    def _back_up_daily(self) -> None:
        today = self._today()
        if self._backups and self._backed_up_on != today:
            self._backed_up_on = today
            self._back_up(today)

    def _back_up(self, today: date) -> None:
        import sqlite3

        assert self._backups
        try:
            self._backups.make(self._path, today)
        except (OSError, sqlite3.Error) as error:
            log.warning("no backup of %s today: %s", self._path, error)

    def _complain(self, done: Future[None]) -> None:
        error = done.exception()
        if error and not isinstance(error, DatabaseTooNew):  # which was told once
            log.error("what happened is not kept: %s", error)

    def _finish(self) -> None:
        """The last thing on the thread: the day's backup has what the day has brought."""
        if self._connection is not None and self._connection.total_changes and self._backups:
            self._back_up(self._today())
        self._close()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def is_damage(error: "sqlite3.Error") -> bool:
    """Whether the file itself is bad; no room, no permission, a lock or a mistake of ours is
    something else."""
    import sqlite3

    others = (
        *(sqlite3.OperationalError, sqlite3.IntegrityError, sqlite3.ProgrammingError),
        *(sqlite3.DataError, sqlite3.NotSupportedError),
    )
    return isinstance(error, sqlite3.DatabaseError) and not isinstance(error, others)


def _too_new(path: Path) -> Trouble:
    return Trouble(
        code="database_too_new",
        text=f"{path.name} was written by a newer version of Puna; it is left as it is, and not"
        " used.",
        remedy="Install the newer version again.",
        file=str(path),
    )
