"""Takes over chats from files: our own, ChatGPT's and Open WebUI's.

Such files come from many versions of other programs, and may be damaged: what cannot be understood
is left out, chat by chat and turn by turn.
"""

import json
import logging
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

from desktop.history import chatgpt, folders, manners, open_webui, own_json, turns
from desktop.history.errors import ImportFailed
from desktop.history.foreign import Found
from desktop.history.records import clean

log = logging.getLogger(__name__)

BATCH = 20  # chats a transaction
MAX_BYTES = 2 * 2**30
IN_ARCHIVE = "conversations.json"

Reader = Callable[[dict[str, Any]], Found | None]


def read(path: Path) -> list[Found]:
    """What is in a file. Blocks.

    Raises:
        ImportFailed: nothing that looks like chats.
    """
    try:
        text = _content(path).decode("utf-8-sig", "replace")
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise ImportFailed(f"{path.name} cannot be read: {error}") from error
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ImportFailed(f"{path.name} is damaged, or not a file of chats: {error}") from error
    chats = _listed(content)
    found = [chat for chat in map(_understood, chats) if chat is not None]
    if not found:
        raise ImportFailed(f"{path.name} has no chats in it that Puna understands")
    if left_out := len(chats) - len(found):
        log.warning("%s: %d chats were not understood", path.name, left_out)
    return found


def keep(connection: sqlite3.Connection, found: list[Found]) -> int:
    """Add chats that are not there yet; returns how many."""
    return sum(_keep(connection, chat) for chat in found)


def _content(path: Path) -> bytes:
    if path.stat().st_size > MAX_BYTES:
        raise ImportFailed(f"{path.name} is too large")
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if Path(name).name == IN_ARCHIVE]
        names = names or [name for name in archive.namelist() if name.endswith(".json")]
        if not names:
            raise ImportFailed(f"{path.name} has no {IN_ARCHIVE} in it")
        if archive.getinfo(names[0]).file_size > MAX_BYTES:
            raise ImportFailed(f"{path.name} is too large")
        return archive.read(names[0])


def _listed(content: object) -> list[object]:
    """The chats of a file: it is a list of them, has one, or is one."""
    if isinstance(content, list):
        return content
    if isinstance(content, dict):
        for name in ("chats", "conversations", "data"):
            if isinstance(content.get(name), list):
                return cast("list[object]", content[name])
        return [content]
    return []


def _understood(chat: object) -> Found | None:
    if not isinstance(chat, dict):
        return None
    try:
        found = next(filter(None, (reader(chat) for reader in _readers(chat))), None)
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        log.warning("a chat is damaged, and left out: %r", error)
        return None
    return found if found and found.turns else None


def _readers(chat: dict[str, Any]) -> Iterator[Reader]:
    if "mapping" in chat:
        yield chatgpt.read
    elif "turns" in chat:
        yield own_json.read
    else:
        yield open_webui.read


def _keep(connection: sqlite3.Connection, found: Found) -> bool:
    uid = clean(found.uid)[:200]
    if connection.execute("SELECT 1 FROM chats WHERE uid = ?", (uid,)).fetchone():
        return False
    chat = turns.create(connection, found.title[:500] or found.first_words(), uid)
    ids: dict[str | None, int | None] = {None: None}
    for key, parent, turn in found.turns:
        ids[key] = turns.insert(connection, chat.id, ids.get(parent), turn).id
    connection.execute(
        "UPDATE chats SET created_at = ?, updated_at = ?, pinned = ? WHERE id = ?",
        (found.created_at, found.updated_at, found.pinned, chat.id),
    )
    if found.manner:
        manners.save(connection, chat.id, found.manner)
    if found.folder:
        folders.move(connection, chat.id, found.folder)
    return True
