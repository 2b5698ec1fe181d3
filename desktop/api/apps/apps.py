"""All apps that Puna knows. They live in memory; the database has them for the next start."""

import ipaddress
import logging
import secrets
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from desktop.api.apps.app import App, digest_of, new_key
from desktop.api.database import Database, DatabaseFailed
from desktop.api.network.addresses import parse_address
from desktop.core.errors import AppError
from desktop.hardware.sockets import Program

if TYPE_CHECKING:
    import sqlite3

log = logging.getLogger(__name__)

SCHEMA = (
    "CREATE TABLE apps (id TEXT PRIMARY KEY, app TEXT NOT NULL, seen REAL NOT NULL);"
    "CREATE TABLE aliases (name TEXT PRIMARY KEY, model TEXT NOT NULL)",
)
MAX_AUTOMATIC = 200  # programs that were seen and never decided about; the longest unseen go first
MAX_APPS = 1000
SEEN_EVERY_S = 60.0  # how often it is written down that an app was here


class AppUnknown(AppError):
    """No app has this id, or this app has no such key."""

    code = "app_not_found"
    status = 404

    def __init__(self, what: str) -> None:
        super().__init__(f"there is no {what}")


class TooManyApps(AppError):
    """The list is full."""

    code = "too_many_apps"
    status = 409

    def __init__(self) -> None:
        super().__init__(f"there are {MAX_APPS} apps already; remove some of them first")


class Apps:
    """Service loop only.

    Args:
        now: Seconds since 1970.
    """

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now
        self._apps: dict[str, App] = {}
        self._seen: dict[str, float] = {}
        self._written: dict[str, float] = {}  # what the database has of `_seen`
        self._by_key: dict[str, str] = {}  # digest of the key -> id of the app
        self._by_program: dict[str, str] = {}
        self._is_read = False

    @property
    def all(self) -> list[App]:
        """Those that were here last come first."""
        self._read()
        return sorted(self._apps.values(), key=lambda app: -self.seen_at(app))

    def find(self, app_id: str) -> App:
        """Raises AppUnknown."""
        self._read()
        if app_id not in self._apps:
            raise AppUnknown(f'app "{app_id}"')
        return self._apps[app_id]

    def seen_at(self, app: App) -> float:
        """When it last asked for something; 0: never."""
        return self._seen.get(app.id, 0.0)

    def by_key(self, secret: str) -> App | None:
        """Whose key this is; None: nobody's."""
        self._read()
        return self._apps.get(self._by_key.get(digest_of(secret), ""))

    def by_program(self, program: Program) -> App:
        """The program's app, which is made if there is none yet."""
        self._read()
        found = self._apps.get(self._by_program.get(program.path, ""))
        return found or self._meet(program)

    def by_address(self, host: str) -> App | None:
        """The app that was given this address, or the smallest network with it."""
        self._read()
        address = parse_address(host)
        if address is None:
            return None
        networks = [
            (ipaddress.ip_network(app.address, strict=False), app)
            for app in self._apps.values()
            if app.address
        ]
        fitting = [(network.prefixlen, app) for network, app in networks if address in network]
        return max(fitting, key=lambda pair: pair[0])[1] if fitting else None

    def note(self, app: App) -> None:
        """It asks for something just now."""
        now = self._seen[app.id] = self._now()
        if now - self._written.get(app.id, 0.0) > SEEN_EVERY_S:
            self._post(app)

    async def save(self, app: App) -> App:
        """Keep a new app, or a changed one, and return it when it is on the disk.

        Raises:
            TooManyApps
            DatabaseFailed: a new app is not there; a change holds until Puna ends.
        """
        self._read()
        is_new = app.id not in self._apps
        if is_new and len(self._apps) >= MAX_APPS:
            raise TooManyApps
        self._put(app)
        try:
            await self._database.run(self._writing(app))
        except DatabaseFailed:
            if is_new:
                self._drop(app)
            raise
        return app

    async def remove(self, app_id: str) -> None:
        """Its keys are worth nothing from now on. Raises AppUnknown."""
        self._drop(self.find(app_id))
        await self._database.run(_removing(app_id))

    async def add_key(self, app_id: str) -> tuple[str, App]:
        """A new key, which cannot be shown again later. Raises AppUnknown."""
        app = self.find(app_id)
        secret, key = new_key(self._now())
        changed = msgspec.structs.replace(app, keys=(*app.keys, key), automatic=False)
        return secret, await self.save(changed)

    async def remove_key(self, app_id: str, key_id: str) -> App:
        """Raises AppUnknown."""
        app = self.find(app_id)
        left = tuple(key for key in app.keys if key.id != key_id)
        if len(left) == len(app.keys):
            raise AppUnknown(f'key "{key_id}" of {app.name}')
        return await self.save(msgspec.structs.replace(app, keys=left))

    def blank(self, name: str, program: str = "", *, automatic: bool = False) -> App:
        """A new app, not kept yet."""
        return App(
            id=secrets.token_hex(6),
            name=name,
            created_at=self._now(),
            program=program,
            automatic=automatic,
        )

    def _meet(self, program: Program) -> App:
        strangers = [app for app in self._apps.values() if app.automatic]
        if len(strangers) >= MAX_AUTOMATIC:
            oldest = min(strangers, key=self.seen_at)
            self._drop(oldest)
            self._database.post(_removing(oldest.id))
        app = self.blank(program.name, program.path, automatic=True)
        self._put(app)
        log.info("%s is here for the first time", app.name)
        self._post(app)
        return app

    def _read(self) -> None:
        """Once, when the first request asks. What cannot be read is as if it was not there."""
        if self._is_read:
            return
        self._is_read = True
        if not self._database.exists:
            return
        try:
            rows = self._database.submit(_reading).result()
        except DatabaseFailed as error:
            log.error("no app is known: %s", error)
            return
        for text, seen in rows:
            try:
                app = msgspec.json.decode(text, type=App)
            except msgspec.DecodeError as error:
                log.error("an app cannot be read: %s", error)
                continue
            self._put(app)
            self._seen[app.id] = self._written[app.id] = seen

    def _put(self, app: App) -> None:
        if old := self._apps.get(app.id):
            self._drop(old)
        self._apps[app.id] = app
        self._by_key |= {key.digest: app.id for key in app.keys}
        if app.program:
            self._by_program[app.program] = app.id

    def _drop(self, app: App) -> None:
        del self._apps[app.id]
        for key in app.keys:
            self._by_key.pop(key.digest, None)
        if self._by_program.get(app.program) == app.id:
            del self._by_program[app.program]

    def _post(self, app: App) -> None:
        self._database.post(self._writing(app))

    def _writing(self, app: App) -> "Callable[[sqlite3.Connection], None]":
        seen = self._written[app.id] = self._seen.get(app.id, 0.0)
        row = (app.id, msgspec.json.encode(app).decode(), seen)
        return lambda connection: _execute(
            connection, "INSERT OR REPLACE INTO apps VALUES (?, ?, ?)", row
        )


def _reading(connection: "sqlite3.Connection") -> list[tuple[str, float]]:
    return connection.execute("SELECT app, seen FROM apps").fetchall()


def _removing(app_id: str) -> "Callable[[sqlite3.Connection], None]":
    return lambda connection: _execute(connection, "DELETE FROM apps WHERE id = ?", (app_id,))


def _execute(connection: "sqlite3.Connection", statement: str, values: tuple[object, ...]) -> None:
    connection.execute(statement, values)
