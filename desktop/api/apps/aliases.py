"""Other names for models, so that a tool with a fixed name works with what is installed."""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from desktop.api.database import Database, DatabaseFailed
from desktop.core.errors import AppError, ModelNameInvalid
from desktop.models.names import ModelName

if TYPE_CHECKING:
    import sqlite3

log = logging.getLogger(__name__)

DEFAULT = "default"
MAX_ALIASES = 1000


class AliasUnknown(AppError):
    """Nobody has given this name."""

    code = "alias_not_found"
    status = 404

    def __init__(self, name: str) -> None:
        super().__init__(f'there is no alias "{name}"')


class Aliases:
    """Those that hold for everybody. They stand behind installed models, but for `default`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._table: dict[str, str] | None = None

    @property
    def table(self) -> dict[str, str]:
        """What a name stands for, in the spelling in which it was given."""
        if self._table is None:
            self._table = self._read()
        return self._table

    async def put(self, name: str, model: str) -> None:
        """From now on `name` means `model`."""
        table = {key: value for key, value in self.table.items() if folded(key) != folded(name)}
        self._table = table | {name: model}
        await self._save()

    async def remove(self, name: str) -> None:
        """Raises AliasUnknown."""
        left = {key: value for key, value in self.table.items() if folded(key) != folded(name)}
        if len(left) == len(self.table):
            raise AliasUnknown(name)
        self._table = left
        await self._save()

    async def _save(self) -> None:
        rows = list(self.table.items())

        def write(connection: "sqlite3.Connection") -> None:
            connection.execute("DELETE FROM aliases")
            connection.executemany("INSERT INTO aliases VALUES (?, ?)", rows)

        await self._database.run(write)

    def _read(self) -> dict[str, str]:
        if not self._database.exists:
            return {}
        try:
            return self._database.submit(_reading).result()
        except DatabaseFailed as error:
            log.error("no alias is known: %s", error)
            return {}


def meant(table: Mapping[str, str], name: str) -> str | None:
    """What a table says that a name stands for. A `*` stands for any text; the name itself comes
    before patterns, and the longest pattern before the others.

    >>> table = {"llama3": "qwen3:8b", "claude-*": "gemma3", "*": "default"}
    >>> meant(table, "Llama3:latest"), meant(table, "claude-haiku-4"), meant(table, "gpt-4o")
    ('qwen3:8b', 'gemma3', 'default')
    >>> meant({}, "llama3") is None
    True
    """
    if not table:
        return None
    wanted = folded(name)
    names = {folded(key): model for key, model in table.items()}
    if wanted in names:
        return names[wanted]
    for pattern in sorted((key for key in names if "*" in key), key=len, reverse=True):
        if _fits(pattern, wanted) or _fits(pattern, name.casefold()):
            return names[pattern]
    return None


def folded(name: str) -> str:
    """Equal for spellings of one name.

    >>> folded("Llama3") == folded("llama3:latest"), folded("gpt 4 ") == folded("GPT 4")
    (True, True)
    """
    try:
        return "/".join(ModelName.parse(name).folded)
    except ModelNameInvalid:
        return name.strip().casefold()


def _fits(pattern: str, text: str) -> bool:
    first, *rest = pattern.split("*")
    if not text.startswith(first):
        return False
    at = len(first)
    for part in rest[:-1]:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return len(text) - at >= len(rest[-1]) and text.endswith(rest[-1])


def _reading(connection: "sqlite3.Connection") -> dict[str, str]:
    return dict(connection.execute("SELECT name, model FROM aliases ORDER BY rowid").fetchall())
