"""Folders of chats: names, in which a chat is or not."""

import sqlite3

from desktop.history.records import clean


def names(connection: sqlite3.Connection) -> list[str]:
    found = [name for (name,) in connection.execute("SELECT name FROM folders")]
    return sorted(found, key=lambda name: (name.casefold(), name))


def add(connection: sqlite3.Connection, name: str) -> None:
    if name := _tidy(name):
        connection.execute("INSERT OR IGNORE INTO folders VALUES (?)", (name,))


def rename(connection: sqlite3.Connection, name: str, new_name: str) -> None:
    new_name = _tidy(new_name)
    if not new_name or new_name == name:
        return
    add(connection, new_name)
    connection.execute("UPDATE chats SET folder = ? WHERE folder = ?", (new_name, name))
    connection.execute("DELETE FROM folders WHERE name = ?", (name,))


def remove(connection: sqlite3.Connection, name: str) -> None:
    connection.execute("UPDATE chats SET folder = '' WHERE folder = ?", (name,))
    connection.execute("DELETE FROM folders WHERE name = ?", (name,))


def move(connection: sqlite3.Connection, chat_id: int, folder: str) -> None:
    folder = _tidy(folder)
    add(connection, folder)
    connection.execute("UPDATE chats SET folder = ? WHERE id = ?", (folder, chat_id))


def _tidy(name: str) -> str:
    return " ".join(clean(name).split())[:100]
