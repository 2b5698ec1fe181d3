"""Removing in two steps: hidden at once, gone for good some seconds later or at the next start."""

import sqlite3
import time

from desktop.history import attached

_BELOW = """
WITH RECURSIVE below (id) AS (
    SELECT ? UNION SELECT turns.id FROM turns JOIN below ON turns.parent_id = below.id
)
UPDATE turns SET removal = ? WHERE removal IS NULL AND id IN (SELECT id FROM below)
"""

_PURGE = """
WITH RECURSIVE gone (id) AS (
    SELECT id FROM turns WHERE removal <= ?
    UNION SELECT turns.id FROM turns JOIN gone ON turns.parent_id = gone.id
)
DELETE FROM turns WHERE id IN (SELECT id FROM gone)
"""


def remove_turn(connection: sqlite3.Connection, turn_id: int) -> int:
    removal = _begin(connection)
    connection.execute(_BELOW, (turn_id, removal))
    return removal


def remove_chat(connection: sqlite3.Connection, chat_id: int) -> int:
    removal = _begin(connection)
    query = "UPDATE chats SET removal = ? WHERE id = ? AND removal IS NULL"
    connection.execute(query, (removal, chat_id))
    return removal


def undo(connection: sqlite3.Connection, removal: int | None) -> int | None:
    if removal is None:
        ((removal,),) = connection.execute("SELECT max(id) FROM removals")
    found = connection.execute(
        "SELECT id FROM chats WHERE removal = ?1"
        " UNION SELECT chat_id FROM turns WHERE removal = ?1",
        (removal,),
    ).fetchone()
    for table in ("chats", "turns"):
        connection.execute(f"UPDATE {table} SET removal = NULL WHERE removal = ?", (removal,))
    connection.execute("DELETE FROM removals WHERE id = ?", (removal,))
    return found[0] if found else None


def purge(connection: sqlite3.Connection, removal: int) -> None:
    """Make a removal final, and those before it."""
    connection.execute("DELETE FROM removals WHERE id <= ?", (removal,))
    connection.execute(_PURGE, (removal,))
    connection.execute("DELETE FROM chats WHERE removal <= ?", (removal,))
    attached.drop_unused(connection)


def purge_all(connection: sqlite3.Connection) -> None:
    """At the start: all removals, and chats that nothing was ever said in."""
    connection.execute(
        "DELETE FROM chats WHERE draft = ''"
        " AND NOT EXISTS (SELECT 1 FROM turns WHERE chat_id = chats.id AND removal IS NULL)"
    )
    ((last,),) = connection.execute("SELECT coalesce(max(id), 0) FROM removals")
    purge(connection, last)


def _begin(connection: sqlite3.Connection) -> int:
    query = "INSERT INTO removals (removed_at) VALUES (?)"
    removal = connection.execute(query, (time.time(),)).lastrowid
    assert removal is not None
    return removal
