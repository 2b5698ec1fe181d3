"""Saves from a damaged file what came after the last backup, as far as it can still be read."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

Fields = dict[str, Any]


def salvage(damaged: Path, target: sqlite3.Connection) -> int:
    """Add chats that `target`, a backup of the same file or an empty one, lacks or has older.

    Each comes whole or not at all, under its old id. Returns how many.
    """
    count = 0
    with suppress(sqlite3.Error), closing(_opened(damaged)) as source:
        for chat in _readable(source, "SELECT * FROM chats WHERE removal IS NULL"):
            if _is_newer(target, chat):
                with suppress(sqlite3.Error):
                    _copy(source, target, chat)
                    count += 1
    return count


def _opened(damaged: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{damaged.as_uri()}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    return connection


def _readable(source: sqlite3.Connection, query: str) -> Iterator[Fields]:
    """The rows before the first that cannot be read, and as many from the end."""
    seen = set()
    for order in ("ASC", "DESC"):
        with suppress(sqlite3.Error):
            for row in source.execute(f"{query} ORDER BY id {order}"):
                if row["id"] not in seen:
                    seen.add(row["id"])
                    yield dict(row)


def _is_newer(target: sqlite3.Connection, chat: Fields) -> bool:
    query = "SELECT updated_at FROM chats WHERE id = ?"
    row = target.execute(query, (chat["id"],)).fetchone()
    return row is None or row[0] < chat["updated_at"]


def _copy(source: sqlite3.Connection, target: sqlite3.Connection, chat: Fields) -> None:
    query = "SELECT * FROM turns WHERE chat_id = ? AND removal IS NULL ORDER BY id"
    turns = [dict(row) for row in source.execute(query, (chat["id"],))]
    target.execute("SAVEPOINT chat")
    try:
        target.execute("DELETE FROM chats WHERE id = ?", (chat["id"],))
        _insert(target, "chats", chat)
        for turn in turns:
            _insert(target, "turns", turn)
        if folder := chat.get("folder"):
            target.execute("INSERT OR IGNORE INTO folders VALUES (?)", (folder,))
    except sqlite3.Error:
        target.execute("ROLLBACK TO chat")
        raise
    finally:
        target.execute("RELEASE chat")


def _insert(target: sqlite3.Connection, table: str, fields: Fields) -> None:
    names, signs = ", ".join(fields), ", ".join("?" * len(fields))
    target.execute(f"INSERT INTO {table} ({names}) VALUES ({signs})", tuple(fields.values()))
