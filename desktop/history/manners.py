"""How each chat is answered, kept beside it as JSON."""

import json
import sqlite3
from typing import Any

import msgspec

from desktop.history.records import Manner, clean, finite


def save(connection: sqlite3.Connection, chat_id: int, manner: Manner) -> None:
    """Does not count as something said: the chat stays where it is in the list."""
    text = clean(msgspec.json.encode(manner).decode())
    connection.execute("UPDATE chats SET manner = ? WHERE id = ?", (text, chat_id))


def manner_of(text: str) -> Manner | None:
    """Out of the file; None: nothing was chosen, or it cannot be understood."""
    try:
        return manner_from(json.loads(text)) if text else None
    except ValueError:
        return None


def manner_from(fields: Any) -> Manner | None:
    """Out of foreign hands; numbers that are none are left out."""
    if not isinstance(fields, dict):
        return None
    options, system, think = (fields.get(name) for name in ("options", "system", "think"))
    options = options if isinstance(options, dict) else {}
    return Manner(
        system=system if isinstance(system, str) else "",
        options={
            str(name): finite(value)
            for name, value in options.items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        },
        think=think if isinstance(think, str) else "",
    )
