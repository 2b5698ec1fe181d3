"""`/api/puna/catalog`: well-known models, which of them are installed, and which would run here."""

import asyncio
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from desktop.api.puna.estimate import placement_json
from desktop.api.puna.speed import Here
from desktop.api.replies import Line, json_reply
from desktop.models.catalog import Catalog, Entry, Variant
from desktop.models.installed import InstalledModel
from desktop.models.library import Library
from desktop.models.machine_memory import MachineMemory
from desktop.models.names import ModelName
from desktop.models.verdict import Placement, place_roughly


class CatalogRoutes:
    """Verdicts are rough, as only sizes are known."""

    def __init__(self, library: Library, *, catalog: Catalog, here: Here) -> None:
        self._library, self._catalog, self._here = library, catalog, here

    async def all(self, _request: Request) -> Response:
        """GET /api/puna/catalog: every entry, with what it would be like on this machine."""
        return json_reply(await asyncio.to_thread(self._answer))

    def _answer(self) -> Line:
        listing = _Listing(
            names={name.folded for name in self._library.names()},
            models={model.name.folded: model for model in self._library.list()},
            memory=self._here.memory(),
            here=self._here,
        )
        models = [listing.entry(entry) for entry in self._catalog.models]
        return {"note": self._catalog.note, "models": models}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listing:
    """The catalogue as it is shown now. Names are folded."""

    names: set[tuple[str, ...]]
    """Of all that is installed, damaged or not."""
    models: dict[tuple[str, ...], InstalledModel]
    memory: MachineMemory
    here: Here

    def entry(self, entry: Entry) -> Line:
        variants = [self._variant(entry, variant) for variant in entry.variants]
        line: dict[str, Any] = msgspec.to_builtins(entry)
        return line | {
            "variants": variants,
            "installed": any(variant["installed"] for variant in variants),
            "verdict": variants[0]["verdict"],
        }

    def _variant(self, entry: Entry, variant: Variant) -> Line:
        """`verdict` is None where not even the size can be guessed."""
        line: dict[str, Any] = msgspec.to_builtins(variant)
        name = ModelName.parse(variant.name).folded
        line["installed"] = name in self.names
        size = entry.rough_bytes(variant)
        if size is None:
            return line | {"verdict": None}
        placement = place_roughly(size, self.memory)
        if entry.writes:
            line["speed"] = self._speed(entry, name, size, placement)
        shown = placement_json(placement)
        return line | {name: shown[name] for name in ("verdict", "sentence", "message")}

    def _speed(self, entry: Entry, name: tuple[str, ...], size: int, placement: Placement) -> Line:
        if installed := self.models.get(name):
            return self.here.speed_of(installed)
        read = size * (entry.active_parameters or entry.parameters) // entry.parameters
        return self.here.speed_expected(read, placement)
