"""What is on the server's machine: models with their problems, partial files, the folder."""

import re
from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import quote

import msgspec

from desktop.client.answers import Details, ImportProgress
from desktop.client.wire import Wire

_ABSOLUTE = re.compile(r"/|[A-Za-z]:[/\\]|\\\\")
HISTORY_LINES = 1000  # the most that the server gives at once


class Problem(msgspec.Struct, frozen=True):
    """A model that cannot be used, with the reason in a sentence."""

    model: str
    reason: str
    path: str = ""


class Problems(msgspec.Struct, frozen=True):
    """Body of `/api/puna/problems`."""

    problems: list[Problem]


class Partial(msgspec.Struct, frozen=True):
    """A file of a download that is not complete; `size` is what its deletion gives back."""

    name: str
    completed: int
    size: int
    total: int | None = None
    url: str = ""
    digest: str = ""
    modified_at: float = 0.0


class Partials(msgspec.Struct, frozen=True):
    """Body of `/api/puna/partials`; `size` is the sum."""

    partials: list[Partial]
    size: int


class Description(msgspec.Struct, frozen=True):
    """Everything about one model: the answer of `/api/show`."""

    details: Details = Details()
    model_info: dict[str, Any] = {}
    capabilities: list[str] = []
    modelfile: str = ""
    parameters: str = ""
    template: str = ""
    system: str = ""
    license: str = ""

    @property
    def file(self) -> str:
        """Where its weights lie; empty if they are several files.

        >>> Description(modelfile="# x\\nFROM /m/blobs/sha256-1\\nFROM /m/p\\n").file
        '/m/blobs/sha256-1'
        """
        for line in self.modelfile.splitlines():
            if line.startswith("FROM "):
                path = line.removeprefix("FROM ").strip().strip('"')
                return path if _ABSOLUTE.match(path) else ""
        return ""

    @property
    def context_tokens(self) -> int:
        """What the model was trained for; 0: not known."""
        for key, value in self.model_info.items():
            if key.endswith(".context_length") and isinstance(value, int):
                return value
        return 0


class _Use(msgspec.Struct):
    model: str = ""
    started_at: float = 0.0


class _Uses(msgspec.Struct):
    requests: list[_Use]


class Setting(msgspec.Struct, frozen=True):
    """One setting of the server; `source` tells where its value is from."""

    value: Any
    source: str = ""
    variable: str = ""


class SettingsAnswer(msgspec.Struct, frozen=True):
    """Body of `/api/puna/settings`."""

    settings: dict[str, Setting]
    restart_needed: list[str] = []


class Installed:
    """Every method may raise ServerUnreachable and RequestFailed."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def problems(self) -> list[Problem]:
        return (await self._wire.ask("GET", "/api/puna/problems", Problems)).problems

    async def partials(self) -> Partials:
        return await self._wire.ask("GET", "/api/puna/partials", Partials)

    async def drop_partial(self, name: str) -> None:
        """Refused while it is being written to."""
        await self._wire.ask("DELETE", f"/api/puna/partials/{quote(name, safe='')}", None)

    async def describe(self, model: str) -> Description:
        return await self._wire.ask("POST", "/api/show", Description, {"model": model})

    async def last_uses(self) -> dict[str, float]:
        """Seconds since 1970 by model, of those that the log of requests still knows."""
        route = f"/api/puna/activity?limit={HISTORY_LINES}"
        uses: dict[str, float] = {}
        for use in (await self._wire.ask("GET", route, _Uses)).requests:
            uses[use.model] = max(use.started_at, uses.get(use.model, 0.0))
        return uses

    async def folder(self) -> Setting:
        """The setting `models_dir`; an empty value stands for Puna's own folder."""
        answer = await self._wire.ask("GET", "/api/puna/settings", SettingsAnswer)
        return answer.settings["models_dir"]

    async def move_folder(self, path: str) -> bool:
        """Use another folder for models; True if only from the next start on."""
        body = {"models_dir": path}
        answer = await self._wire.ask("PATCH", "/api/puna/settings", SettingsAnswer, body)
        return "models_dir" in answer.restart_needed

    def import_file(self, path: str) -> AsyncGenerator[ImportProgress]:
        """Add a GGUF file, or a folder with one model, of the server's machine."""
        return self._wire.stream("/api/puna/import", ImportProgress, {"path": path, "name": None})
