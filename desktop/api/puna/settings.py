"""The settings as the windows see and change them: `/api/puna/settings`."""

import asyncio
from typing import Any, Literal, get_type_hints

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from desktop.api.bodies import body_of, typed
from desktop.api.desk import Desk
from desktop.api.network.certificates import certificate_files
from desktop.api.network.sharing import check_sharing
from desktop.api.replies import Line, json_reply
from desktop.core.environment import variable_of
from desktop.core.errors import AppError
from desktop.core.settings import RANGES, Settings

_DEFAULTS = Settings()


class SettingsRoutes:
    """GET and PATCH give the same answer."""

    def __init__(self, desk: Desk) -> None:
        self._preferences = desk.preferences
        self._paths = desk.paths
        self._troubles = desk.troubles
        self._outside = desk.outside
        self._changing = asyncio.Lock()

    async def all(self, _request: Request) -> Response:
        """GET: of each setting its value, where that comes from, and what it may be."""
        return json_reply(self._shown())

    async def change(self, request: Request) -> Response:
        """PATCH `{setting: value, …}`: written to the file; null takes a choice back. What
        cannot change under a running server is named in `restart_needed`. What would let
        everybody in is refused, and an address or a certificate that cannot be used."""
        values = typed(await body_of(request), dict[str, Any])
        async with self._changing:
            await self._change(values)
        return json_reply(self._shown())

    async def _change(self, values: dict[str, Any]) -> None:
        """Nothing, or all of it."""
        foreseen = self._preferences.foresee(values)
        check_sharing(foreseen)
        prepared = await self._outside.prepared(foreseen)
        try:
            self._preferences.change(values, check=check_sharing)
        except AppError:
            prepared.discard()
            raise
        self._outside.use(prepared)

    def _shown(self) -> Line:
        preferences = self._preferences
        files = certificate_files(preferences.current, self._paths)
        return {
            "settings": {name: self._setting(name) for name in Settings.__struct_fields__},
            "file": str(preferences.path),
            "restart_needed": preferences.restart_needed,
            "notes": [*preferences.notes, *self._outside.notes()],
            "problems": msgspec.to_builtins(self._troubles()),
            "certificate_sha256": files.fingerprint if files else "",
        }

    def _setting(self, name: str) -> Line:
        shown = {
            "value": getattr(self._preferences.current, name),
            "source": self._preferences.source(name),
            "default": getattr(_DEFAULTS, name),
            "variable": variable_of(name),
        }
        for ranged, low, high in RANGES:
            if ranged == name:
                shown |= {"least": low, "most": high}
        if choices := _choices().get(name):
            shown["choices"] = choices
        if overruled := self._preferences.overruled(name):
            shown["overruled"] = {"value": overruled[0], "variable": overruled[1]}
        return shown


def _choices() -> dict[str, list[str]]:
    """Of the settings that are one of a few words."""
    kinds = get_type_hints(Settings)
    return {name: list(kind.__args__) for name, kind in kinds.items() if _is_literal(kind)}


def _is_literal(kind: Any) -> bool:
    return getattr(kind, "__origin__", None) is Literal
