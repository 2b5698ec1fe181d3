"""What the settings window asks the server: settings, diagnostics, what is kept of requests."""

from typing import Any
from urllib.parse import quote

import msgspec

from desktop.client.status import Problem
from desktop.client.wire import Wire


class Overruled(msgspec.Struct, frozen=True):
    """What the environment says, and is not followed."""

    value: Any
    variable: str


class Setting(msgspec.Struct, frozen=True):
    """One setting of the server."""

    value: Any = None
    source: str = "default"
    """`start` (the command line), `file`, `environment` or `default`."""
    default: Any = None
    variable: str = ""
    """Of the environment; empty if none names it."""
    least: int | None = None
    most: int | None = None
    choices: list[str] = []
    overruled: Overruled | None = None


class AllSettings(msgspec.Struct, frozen=True):
    """Body of `/api/puna/settings`."""

    settings: dict[str, Setting] = {}
    file: str = ""
    restart_needed: list[str] = []
    """Changed, and followed at the server's next start."""
    notes: list[str] = []
    """Sentences about this start."""
    problems: list[Problem] = []
    """What needs the user's attention."""
    certificate_sha256: str = ""
    """What other machines see; empty: none is used."""

    def value(self, name: str) -> Any:
        """None: the server has no such setting."""
        return self.settings.get(name, Setting()).value

    def chosen(self, name: str) -> Any:
        """What the user chose for it; None: nothing."""
        setting = self.settings.get(name, Setting())
        return setting.value if setting.source == "file" else None


class Diagnostics(msgspec.Struct, frozen=True):
    """What may be handed to somebody who helps; nothing private is in it."""

    text: str


class Keeper(msgspec.Struct, frozen=True):
    """A program, and whether the texts of its requests are kept in the list of requests."""

    id: str
    name: str
    log_content: bool = False


class _Apps(msgspec.Struct, frozen=True):
    apps: list[Keeper] = []


class SettingsCalls:
    """Every method may raise ServerUnreachable and RequestFailed."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def all(self) -> AllSettings:
        return await self._wire.ask("GET", "/api/puna/settings", AllSettings)

    async def change(self, **values: Any) -> AllSettings:
        """Choose values by name; None takes a choice back. Refused as a whole, or not at all."""
        return await self._wire.ask("PATCH", "/api/puna/settings", AllSettings, values)

    async def diagnostics(self) -> Diagnostics:
        return await self._wire.ask("GET", "/api/puna/diagnostics", Diagnostics)

    async def apps(self) -> list[Keeper]:
        return (await self._wire.ask("GET", "/api/puna/apps", _Apps)).apps

    async def keep_texts(self, app_id: str, keep: bool) -> None:
        """Of the requests that this program will send."""
        route = f"/api/puna/apps/{quote(app_id, safe='')}"
        await self._wire.ask("PATCH", route, None, {"log_content": keep})

    async def clear_requests(self) -> None:
        """Forget the list of past requests."""
        await self._wire.ask("DELETE", "/api/puna/activity", None)
