"""Programs and people that ask, and their keys: `/api/puna/apps`."""

from typing import Any

import msgspec

from desktop.client.wire import Wire

ROUTE = "/api/puna/apps"


class Key(msgspec.Struct, frozen=True):
    """A key that was given out; only its last characters are known afterwards."""

    id: str
    ending: str
    created_at: float = 0.0


class App(msgspec.Struct, frozen=True):
    """One of them. Times are seconds since 1970."""

    id: str
    name: str
    automatic: bool = False
    program: str = ""
    address: str = ""
    blocked: bool = False
    keys: list[Key] = []
    created_at: float = 0.0
    seen_at: float | None = None


class NewKey(App, frozen=True, kw_only=True):
    """An app with a key that was just made, which is shown this once."""

    key: str


class AppList(msgspec.Struct, frozen=True):
    """Those that were here last come first."""

    apps: list[App]


class Apps:
    """Every method may raise ServerUnreachable and RequestFailed."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def all(self) -> list[App]:
        return (await self._wire.ask("GET", ROUTE, AppList)).apps

    async def add(self, name: str) -> NewKey:
        """A new one, with its first key."""
        return await self._wire.ask("POST", ROUTE, NewKey, {"name": name})

    async def add_key(self, app: str) -> NewKey:
        """Another key; the others stay good."""
        return await self._wire.ask("POST", f"{ROUTE}/{app}/keys", NewKey)

    async def remove_key(self, app: str, key: str) -> None:
        """It is no longer good."""
        await self._wire.ask("DELETE", f"{ROUTE}/{app}/keys/{key}", None)

    async def change(self, app: str, **values: Any) -> None:
        """See `AppChange` of the server."""
        await self._wire.ask("PATCH", f"{ROUTE}/{app}", None, values)

    async def remove(self, app: str) -> None:
        """Forget it and its keys."""
        await self._wire.ask("DELETE", f"{ROUTE}/{app}", None)
