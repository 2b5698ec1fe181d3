"""`/api/puna/catalog`: well-known models, which of them are installed, and which would run here."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from desktop.api.puna.estimate import placement_json
from desktop.api.replies import Line, json_reply
from desktop.models.catalog import Catalog, Entry, Variant
from desktop.models.library import Library
from desktop.models.names import ModelName
from desktop.models.verdict import MachineMemory, place_roughly


class CatalogRoutes:
    """Verdicts are rough, as only sizes are known.

    Args:
        machine: Asked at each request.
    """

    def __init__(
        self, library: Library, *, catalog: Catalog, machine: Callable[[], MachineMemory]
    ) -> None:
        self._library, self._catalog, self._machine = library, catalog, machine

    async def all(self, _request: Request) -> Response:
        """GET /api/puna/catalog: every entry, with what it would be like on this machine."""
        return json_reply(await asyncio.to_thread(self._answer))

    def _answer(self) -> Line:
        installed = {name.folded for name in self._library.names()}
        machine = self._machine()
        models = [_shown(entry, installed, machine) for entry in self._catalog.models]
        return {"note": self._catalog.note, "models": models}


def _shown(entry: Entry, installed: set[tuple[str, ...]], machine: MachineMemory) -> Line:
    variants = [_variant(entry, variant, installed, machine) for variant in entry.variants]
    line: dict[str, Any] = msgspec.to_builtins(entry)
    return line | {
        "variants": variants,
        "installed": any(variant["installed"] for variant in variants),
        "verdict": variants[0]["verdict"],
    }


def _variant(
    entry: Entry, variant: Variant, installed: set[tuple[str, ...]], machine: MachineMemory
) -> Line:
    """`verdict` is None where not even the size can be guessed."""
    line: dict[str, Any] = msgspec.to_builtins(variant)
    line["installed"] = ModelName.parse(variant.name).folded in installed
    size = entry.rough_bytes(variant)
    if size is None:
        return line | {"verdict": None}
    shown = placement_json(place_roughly(size, machine))
    return line | {name: shown[name] for name in ("verdict", "sentence", "message")}
