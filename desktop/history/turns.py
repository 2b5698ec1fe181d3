"""Reads and writes chats and their turns. All functions run inside a transaction."""

import json
import sqlite3
import time
import uuid
from collections.abc import Mapping
from typing import Any

from desktop.history import attached
from desktop.history.errors import ChatNotFound
from desktop.history.manners import manner_of
from desktop.history.records import Chat, Medium, Turn, clean
from desktop.history.titles import title_of

_DRAFT_OF_NEW = "draft"  # in `notes`
_SAVED = ("thinking", "thinking_s", "tool_calls", "stats", "truncated", "model")
_COLUMNS = (
    "id, parent_id, role, content, thinking, thinking_s, tool_calls, model, stats, done_reason,"
    " truncated, chosen, created_at"
)

_SELECT = """
WITH RECURSIVE up (id, parent_id, chat_id) AS (
    SELECT id, parent_id, chat_id FROM turns WHERE id = ?
    UNION SELECT turns.id, turns.parent_id, turns.chat_id
    FROM turns JOIN up ON turns.id = up.parent_id
)
UPDATE turns SET chosen = NOT chosen
WHERE id IN (
    SELECT turns.id FROM turns JOIN up ON turns.parent_id = up.parent_id
    UNION SELECT turns.id FROM turns JOIN up ON turns.chat_id = up.chat_id
    WHERE up.parent_id IS NULL AND turns.parent_id IS NULL
) AND chosen != (id IN (SELECT id FROM up))
"""


def create(connection: sqlite3.Connection, title: str, uid: str = "") -> Chat:
    now = time.time()
    title = " ".join(clean(title).split())
    cursor = connection.execute(
        "INSERT INTO chats (uid, title, created_at, updated_at) VALUES (?, ?, ?, ?)",
        (uid or uuid.uuid4().hex, title, now, now),
    )
    assert cursor.lastrowid is not None
    return Chat(id=cursor.lastrowid, title=title, created_at=now, updated_at=now)


def read_chat(connection: sqlite3.Connection, chat_id: int) -> Chat:
    row = connection.execute(
        "SELECT id, title, folder, pinned, created_at, updated_at, manner FROM chats"
        " WHERE id = ? AND removal IS NULL",
        (chat_id,),
    ).fetchone()
    if row is None:
        raise ChatNotFound
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM turns WHERE chat_id = ? AND removal IS NULL ORDER BY id",
        (chat_id,),
    )
    media = attached.of_chat(connection, chat_id)
    turns = [_turn(row, media.get(row[0], [])) for row in rows]
    return Chat(
        **dict(zip(("id", "title", "folder"), row[:3], strict=True)),
        pinned=bool(row[3]),
        created_at=row[4],
        updated_at=row[5],
        manner=manner_of(row[6]),
        turns=turns,
    )


def _turn(row: tuple[Any, ...], media: list[Medium]) -> Turn:
    fields = dict(zip(_COLUMNS.replace(",", " ").split(), row, strict=True))
    fields["tool_calls"] = json.loads(fields["tool_calls"])
    fields["stats"] = json.loads(fields["stats"])
    fields["truncated"] = bool(fields["truncated"])
    fields["chosen"] = bool(fields["chosen"])
    return Turn(**fields, media=media)


def rename(connection: sqlite3.Connection, chat_id: int, title: str) -> None:
    title = " ".join(clean(title).split())
    if title:
        connection.execute("UPDATE chats SET title = ? WHERE id = ?", (title, chat_id))


def pin(connection: sqlite3.Connection, chat_id: int, pinned: bool) -> None:
    connection.execute("UPDATE chats SET pinned = ? WHERE id = ?", (pinned, chat_id))


def draft(connection: sqlite3.Connection, chat_id: int | None) -> str:
    if chat_id is None:
        query, key = "SELECT text FROM notes WHERE name = ?", _DRAFT_OF_NEW
        row = connection.execute(query, (key,)).fetchone()
    else:
        row = connection.execute("SELECT draft FROM chats WHERE id = ?", (chat_id,)).fetchone()
    return row[0] if row else ""


def save_draft(connection: sqlite3.Connection, chat_id: int | None, text: str) -> None:
    if chat_id is None:
        connection.execute("REPLACE INTO notes VALUES (?, ?)", (_DRAFT_OF_NEW, clean(text)))
    else:
        connection.execute("UPDATE chats SET draft = ? WHERE id = ?", (clean(text), chat_id))


def add(connection: sqlite3.Connection, chat_id: int, parent_id: int | None, turn: Turn) -> Turn:
    row = connection.execute(
        "SELECT title FROM chats WHERE id = ? AND removal IS NULL", (chat_id,)
    ).fetchone()
    if row is None or not _has(connection, chat_id, parent_id):
        raise ChatNotFound
    now = time.time()
    added = insert(connection, chat_id, parent_id, turn)
    select(connection, added.id)
    connection.execute("UPDATE chats SET updated_at = ? WHERE id = ?", (now, chat_id))
    if not row[0] and turn.role == "user":
        name = turn.content or (turn.media[0].name if turn.media else "")
        rename(connection, chat_id, title_of(name))
    return added


def insert(connection: sqlite3.Connection, chat_id: int, parent_id: int | None, turn: Turn) -> Turn:
    """Add a turn and nothing else; returns it as it is kept."""
    created_at = turn.created_at or time.time()
    cursor = connection.execute(
        "INSERT INTO turns (chat_id, parent_id, role, content, thinking, thinking_s, tool_calls,"
        " model, stats, done_reason, truncated, chosen, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(chat_id, parent_id, clean(turn.role), clean(turn.content), clean(turn.thinking)),
            *(turn.thinking_s, _json(turn.tool_calls), clean(turn.model), _json(turn.stats)),
            *(clean(turn.done_reason), turn.truncated, turn.chosen, created_at),
        ),
    )
    assert cursor.lastrowid is not None
    attached.keep(connection, cursor.lastrowid, turn.media)
    rows = connection.execute(f"SELECT {_COLUMNS} FROM turns WHERE id = ?", (cursor.lastrowid,))
    return _turn(rows.fetchone(), [_bare(medium) for medium in turn.media])


def save(
    connection: sqlite3.Connection, turn_id: int, must: Mapping[str, str], more: Mapping[str, Any]
) -> None:
    if unknown := set(more) - set(_SAVED):
        raise TypeError(f"unknown: {', '.join(sorted(unknown))}")
    values = {name: _column(value) for name, value in {**must, **more}.items()}
    names = ", ".join(f"{name} = :{name}" for name in values)
    connection.execute(f"UPDATE turns SET {names} WHERE id = :turn", {**values, "turn": turn_id})


def select(connection: sqlite3.Connection, turn_id: int) -> None:
    """Choose a turn and all above it among their branches."""
    connection.execute(_SELECT, (turn_id,))


def media(connection: sqlite3.Connection, turn_id: int) -> list[Medium]:
    return attached.of_turn(connection, turn_id)


def _has(connection: sqlite3.Connection, chat_id: int, turn_id: int | None) -> bool:
    if turn_id is None:
        return True
    query = "SELECT 1 FROM turns WHERE id = ? AND chat_id = ? AND removal IS NULL"
    return connection.execute(query, (turn_id, chat_id)).fetchone() is not None


def _bare(medium: Medium) -> Medium:
    return Medium(name=medium.name, mime=medium.mime, size=attached.size(medium))


def _column(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    return _json(value) if isinstance(value, list | dict) else value


def _json(value: Any) -> str:
    return clean(json.dumps(value, ensure_ascii=False, default=str))
