"""The settings that let other machines in, out of `/api/puna/settings`."""

from typing import Any

import msgspec

from desktop.client.wire import Wire

ROUTE = "/api/puna/settings"


class Setting(msgspec.Struct, frozen=True):
    """`source` is `start` (the command line), `file`, `environment` or `default`."""

    value: Any = None
    source: str = "default"


class SettingsSeen(msgspec.Struct, frozen=True):
    """As far as sharing is concerned."""

    settings: dict[str, Setting] = {}
    restart_needed: list[str] = []
    certificate_sha256: str = ""

    def value(self, name: str) -> Any:
        return self.settings.get(name, Setting()).value

    def chosen(self, name: str) -> Any:
        """What the user chose for it; None: nothing."""
        setting = self.settings.get(name, Setting())
        return setting.value if setting.source == "file" else None


class SharingSettings:
    """Every method may raise ServerUnreachable and RequestFailed."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def now(self) -> SettingsSeen:
        return await self._wire.ask("GET", ROUTE, SettingsSeen)

    async def change(self, values: dict[str, Any]) -> SettingsSeen:
        """None takes a choice back."""
        return await self._wire.ask("PATCH", ROUTE, SettingsSeen, values)
