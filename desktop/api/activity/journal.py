"""The requests that are over, on the disk: the newest 10,000, of the last 30 days."""

import time
from typing import TYPE_CHECKING, Any

import msgspec

from desktop.api.activity.entry import Entry
from desktop.api.database import Database

if TYPE_CHECKING:
    import sqlite3

SCHEMA = (
    "CREATE TABLE requests (number INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL,"
    " app TEXT NOT NULL, model TEXT NOT NULL, view TEXT NOT NULL)",
)
MAX_ROWS = 10_000
MAX_AGE_S = 30 * 86_400.0
_PRUNE_EVERY = 500  # rows
_MAX_UNWRITTEN = 1000  # rows that a full disk has not taken; they go with the next ones

Row = tuple[float, str, str, str]


class Journal:
    """Written in batches, on the database's thread. Service loop only."""

    def __init__(self, database: Database, *, max_rows: int = MAX_ROWS) -> None:
        self._database = database
        self._max_rows = max_rows
        self._waiting: list[Row] = []
        self._until_prune = 0
        self._unwritten: list[Row] = []  # on the database's thread alone

    def add(self, entry: Entry) -> None:
        """It is on the disk after the next `write`."""
        view = msgspec.json.encode(entry.view()).decode()
        self._waiting.append((entry.started_at, entry.app, entry.model, view))

    def write(self) -> None:
        """Begin to write what was added; returns at once."""
        rows, self._waiting = self._waiting, []
        if not rows:
            return
        self._until_prune -= len(rows)
        prune = self._until_prune <= 0
        if prune:
            self._until_prune = _PRUNE_EVERY

        def work(connection: "sqlite3.Connection") -> None:
            statement = "INSERT INTO requests (at, app, model, view) VALUES (?, ?, ?, ?)"
            self._unwritten = [*self._unwritten, *rows][-_MAX_UNWRITTEN:]
            connection.executemany(statement, self._unwritten)
            if prune:
                self._prune(connection)
            connection.commit()  # may fail as well
            self._unwritten = []

        self._database.post(work)

    async def page(
        self, *, limit: int, before: int | None, app: str, model: str
    ) -> list[dict[str, Any]]:
        """Requests as `Entry.view` shows them, the newest first, each with its `number`.

        Args:
            before: Only those with a smaller number.
            app, model: An app's id, a model's name; empty: of all.
        """
        self.write()
        wheres, values = ["1"], list[object]()
        for where, value in (("number < ?", before), ("app = ?", app), ("model = ?", model)):
            if value:
                wheres.append(where)
                values.append(value)
        statement = (
            f"SELECT number, view FROM requests WHERE {' AND '.join(wheres)}"
            " ORDER BY number DESC LIMIT ?"
        )

        def work(connection: "sqlite3.Connection") -> list[tuple[int, str]]:
            return connection.execute(statement, (*values, limit)).fetchall()

        rows = await self._database.run(work)
        return [
            {"number": number} | msgspec.json.decode(view, type=dict[str, Any])
            for number, view in rows
        ]

    async def clear(self) -> None:
        """Nothing of what was there is left on the disk."""
        self._waiting.clear()

        def work(connection: "sqlite3.Connection") -> None:
            connection.execute("DELETE FROM requests")
            connection.commit()
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

        await self._database.run(work)

    def _prune(self, connection: "sqlite3.Connection") -> None:
        connection.execute("DELETE FROM requests WHERE at < ?", (time.time() - MAX_AGE_S,))
        newest = "SELECT number FROM requests ORDER BY number DESC LIMIT 1 OFFSET ?"
        connection.execute(f"DELETE FROM requests WHERE number <= ({newest})", (self._max_rows,))
