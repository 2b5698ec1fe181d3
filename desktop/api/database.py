"""A SQLite file and the one thread that talks to it, so that no request waits for a disk."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from desktop.core.errors import AppError

if TYPE_CHECKING:
    import sqlite3  # takes a megabyte: at run time only once something is kept

log = logging.getLogger(__name__)

T = TypeVar("T")

_SIDE_FILES = ("-wal", "-shm", "-journal")


class DatabaseFailed(AppError):
    """A file of ours cannot be read or written now."""

    code = "database_failed"

    def __init__(self, path: Path, error: BaseException) -> None:
        super().__init__(f"{path} cannot be used: {error}")


class Database:
    """Opened when it is first used. A damaged file is moved aside, and a new one begun.

    Args:
        schema: The statements that make version 1 out of nothing, 2 out of 1, and so on.
    """

    def __init__(self, path: Path, schema: tuple[str, ...]) -> None:
        self._path = path
        self._schema = schema
        self._connection: sqlite3.Connection | None = None
        self._thread: ThreadPoolExecutor | None = None

    @property
    def exists(self) -> bool:
        return self._path.exists()

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
            self._thread.submit(self._close)
            self._thread.shutdown()
            self._thread = None

    def _do(self, work: "Callable[[sqlite3.Connection], T]") -> T:
        import sqlite3

        try:
            if self._connection is None:
                self._connection = self._open()
            with self._connection:
                return work(self._connection)
        except (sqlite3.Error, OSError) as error:
            raise DatabaseFailed(self._path, error) from error

    def _open(self) -> "sqlite3.Connection":
        import sqlite3

        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.touch(mode=0o600)  # prompts and hashes of keys are nobody else's business
        try:
            return self._opened()
        except sqlite3.OperationalError:
            raise  # no room, no permission, used by another program: the file itself is whole
        except sqlite3.DatabaseError as error:
            self._move_aside(error)
            self._path.touch(mode=0o600)
            return self._opened()

    def _opened(self) -> "sqlite3.Connection":
        import sqlite3

        connection = sqlite3.connect(self._path, timeout=5.0)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            ((verdict,),) = connection.execute("PRAGMA quick_check(1)")
            if verdict != "ok":
                raise sqlite3.DatabaseError(verdict)
            self._upgrade(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _upgrade(self, connection: "sqlite3.Connection") -> None:
        import sqlite3

        ((version,),) = connection.execute("PRAGMA user_version")
        if version > len(self._schema):
            raise sqlite3.DatabaseError("it was written by a newer version of Puna")
        for number in range(version, len(self._schema)):
            script = f"{self._schema[number]}; PRAGMA user_version = {number + 1}"
            connection.executescript(f"BEGIN; {script}; COMMIT")

    def _move_aside(self, error: BaseException) -> None:
        aside = self._path.with_name(f"{self._path.name}.damaged-{int(time.time())}")
        log.error("%s cannot be read (%s); it is now %s", self._path, error, aside.name)
        self._path.replace(aside)
        for ending in _SIDE_FILES:
            with contextlib.suppress(OSError):
                self._path.with_name(self._path.name + ending).unlink()

    def _complain(self, done: Future[None]) -> None:
        if error := done.exception():
            log.error("what happened is not kept: %s", error)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
