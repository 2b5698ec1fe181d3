"""The list of chats, and the search in it that keeps up with typing."""

import sqlite3
from collections.abc import Iterator

from msgspec.structs import replace

from desktop.history.records import MARK_OFF, MARK_ON, ChatLine, Hit

MAX_FOUND = 200  # chats that a search lists
MAX_READ = 20_000  # hits that it looks at
SNIPPET_WORDS = 14

_HAS_TURNS = "EXISTS (SELECT 1 FROM turns WHERE chat_id = chats.id AND removal IS NULL)"
_LINE = "chats.id, chats.title, chats.folder, chats.pinned, chats.updated_at"


def chats(connection: sqlite3.Connection, folder: str | None, query: str) -> list[ChatLine]:
    if expression := matching(query):
        return _found(connection, folder, expression)
    if query.strip():
        return []  # nothing but signs that are in no index
    rows = connection.execute(
        f"SELECT {_LINE} FROM chats WHERE removal IS NULL AND (?1 IS NULL OR folder = ?1)"
        f" AND (draft != '' OR {_HAS_TURNS}) ORDER BY pinned DESC, updated_at DESC, id DESC",
        (folder,),
    )
    return [_line(row) for row in rows]


def search(connection: sqlite3.Connection, query: str, limit: int) -> list[Hit]:
    expression = matching(query)
    if not expression:
        return []
    rows = connection.execute(
        "SELECT chats.id, turns.id, chats.title, snippet(words, 0, ?, ?, '…', ?), turns.created_at"
        " FROM words JOIN turns ON turns.id = words.rowid JOIN chats ON chats.id = chat_id"
        " WHERE words MATCH ? AND turns.removal IS NULL AND chats.removal IS NULL"
        " ORDER BY words.rowid DESC LIMIT ?",
        (MARK_ON, MARK_OFF, SNIPPET_WORDS, expression, limit),
    )
    names = ("chat_id", "turn_id", "title", "snippet", "created_at")
    return [Hit(**dict(zip(names, row, strict=True))) for row in rows]


def matching(query: str) -> str:
    """What was typed as an expression of FTS5: all words, the last perhaps not yet whole.

    >>> matching('sour "dough')
    '"sour" "dough"*'
    >>> matching("bread "), matching("+-"), matching("C++ std::vec")
    ('"bread"', '', '"C++" "std::vec"*')
    """
    words = [word.replace('"', "") for word in query.replace("\0", " ").split()]
    words = [word for word in words if any(sign.isalnum() for sign in word)]
    if not words:
        return ""
    expression = " ".join(f'"{word}"' for word in words)
    return expression if query[-1:].isspace() else f"{expression}*"


def _found(connection: sqlite3.Connection, folder: str | None, expression: str) -> list[ChatLine]:
    """Chats with the words in their title, then those with the words in a turn."""
    rows = connection.execute(
        f"SELECT {_LINE}, highlight(titles, 0, ?4, ?5)"
        " FROM titles JOIN chats ON chats.id = titles.rowid"
        " WHERE titles MATCH ?2 AND removal IS NULL AND (?1 IS NULL OR folder = ?1)"
        f" AND {_HAS_TURNS} ORDER BY updated_at DESC LIMIT ?3",
        (folder, expression, MAX_FOUND, MARK_ON, MARK_OFF),
    )
    titled = {row[0]: replace(_line(row[:5]), marked_title=row[5]) for row in rows}
    lines = dict(titled)
    for row, snippet, turn_id in _turns_with(connection, folder, expression):
        line = lines.get(row[0]) or _line(row)
        snippet = " ".join(snippet.split())
        lines[row[0]] = replace(line, snippet=snippet, turn_id=turn_id)
        if len(lines) >= MAX_FOUND:
            break
    return sorted(lines.values(), key=lambda line: (line.id not in titled, -line.updated_at))


def _turns_with(
    connection: sqlite3.Connection, folder: str | None, expression: str
) -> Iterator[tuple[tuple[int, str, str, int, float], str, int]]:
    """The youngest such turn of each chat. Snippets are slow, so no other is made."""
    seen: set[int] = set()

    def is_first(chat_id: int) -> bool:
        first = chat_id not in seen
        seen.add(chat_id)
        return first

    connection.create_function("is_first", 1, is_first)
    rows = connection.execute(
        f"SELECT {_LINE}, turns.id,"
        " CASE WHEN is_first(chats.id) THEN snippet(words, 0, ?2, ?3, '…', ?4) END"
        " FROM words JOIN turns ON turns.id = words.rowid JOIN chats ON chats.id = turns.chat_id"
        " WHERE words MATCH ?5 AND turns.removal IS NULL AND chats.removal IS NULL"
        " AND (?1 IS NULL OR folder = ?1) ORDER BY words.rowid DESC LIMIT ?6",
        (folder, MARK_ON, MARK_OFF, SNIPPET_WORDS, expression, MAX_READ),
    )
    for row in rows:
        if row[-1] is not None:
            yield row[:5], row[-1], row[5]


def _line(row: tuple[int, str, str, int, float]) -> ChatLine:
    chat_id, title, folder, pinned, updated_at = row
    return ChatLine(
        id=chat_id, title=title, folder=folder, pinned=bool(pinned), updated_at=updated_at
    )
