"""Files that were attached to turns. The same bytes are kept once, and not without bounds."""

import hashlib
import sqlite3
import time
from collections.abc import Iterable

from desktop.history.records import Medium, clean

MAX_FILE_BYTES = 32 * 2**20
MAX_ALL_BYTES = 256 * 2**20


def size(medium: Medium) -> int:
    return medium.size if medium.data is None else len(medium.data)


def keep(connection: sqlite3.Connection, turn_id: int, media: Iterable[Medium]) -> None:
    for place, medium in enumerate(media):
        digest = b""
        if medium.data is not None and len(medium.data) <= MAX_FILE_BYTES:
            digest = hashlib.sha256(medium.data).digest()
            connection.execute(
                "INSERT INTO blobs VALUES (?, ?, ?)"
                " ON CONFLICT (digest) DO UPDATE SET used_at = excluded.used_at",
                (digest, medium.data, time.time()),
            )
        connection.execute(
            "INSERT INTO media VALUES (?, ?, ?, ?, ?, ?)",
            (turn_id, place, clean(medium.name), clean(medium.mime), size(medium), digest),
        )
        if digest:
            _make_room(connection)


def of_chat(connection: sqlite3.Connection, chat_id: int) -> dict[int, list[Medium]]:
    """By turn, without bytes."""
    found: dict[int, list[Medium]] = {}
    for turn_id, name, mime, size_bytes in connection.execute(
        "SELECT turn_id, media.name, mime, size FROM turns JOIN media ON turn_id = turns.id"
        " WHERE chat_id = ? ORDER BY turn_id, place",
        (chat_id,),
    ):
        found.setdefault(turn_id, []).append(Medium(name=name, mime=mime, size=size_bytes))
    return found


def of_turn(connection: sqlite3.Connection, turn_id: int) -> list[Medium]:
    """With bytes, where they are kept."""
    return [
        Medium(name=name, mime=mime, size=size_bytes, data=data)
        for name, mime, size_bytes, data in connection.execute(
            "SELECT name, mime, size, data FROM media LEFT JOIN blobs USING (digest)"
            " WHERE turn_id = ? ORDER BY place",
            (turn_id,),
        )
    ]


def drop_unused(connection: sqlite3.Connection) -> None:
    """After turns were removed for good."""
    connection.execute("DELETE FROM blobs WHERE digest NOT IN (SELECT digest FROM media)")


def _make_room(connection: sqlite3.Connection) -> None:
    """Forget the bytes that were used longest ago, until the rest is within the bounds."""
    ((total,),) = connection.execute("SELECT coalesce(sum(length(data)), 0) FROM blobs")
    if total <= MAX_ALL_BYTES:
        return
    oldest = connection.execute("SELECT digest, length(data) FROM blobs ORDER BY used_at")
    for digest, length in oldest.fetchall():
        connection.execute("DELETE FROM blobs WHERE digest = ?", (digest,))
        total -= length
        if total <= MAX_ALL_BYTES:
            return
