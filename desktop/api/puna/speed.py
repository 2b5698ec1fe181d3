"""How fast models are here, and how fast others will be: `/api/puna/speed`."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.replies import Line, json_reply
from desktop.engine.pace import Speed, place_in
from desktop.engine.pace_book import PaceBook, read_bytes_of
from desktop.models.installed import InstalledModel
from desktop.models.library import Library
from desktop.models.machine_memory import MachineMemory
from desktop.models.verdict import Placement, place_roughly

if TYPE_CHECKING:
    from desktop.engine.pace_probe import PaceProbe


class Here:
    """This machine: what memory it has now, and how fast models are on it. May be asked from any
    thread.

    Args:
        memory: Asked at each request.
        paces: What was measured.
    """

    def __init__(self, memory: Callable[[], MachineMemory], paces: PaceBook) -> None:
        self.memory = memory
        self._paces = paces

    def speed_of(self, model: InstalledModel, placement: Placement | None = None) -> Line:
        """Of an installed model: as measured, or else as its header lets expect.

        Args:
            placement: Where it would lie; None: judged by its size.
        """
        if found := self._paces.measured(model):
            return speed_json(found)
        placement = placement or place_roughly(model.size_bytes, self.memory())
        return self.speed_expected(read_bytes_of(model), placement)

    def speed_expected(self, read_bytes: int, placement: Placement) -> Line:
        """Of a model that never ran here.

        Args:
            read_bytes: What it reads for one token; 0: that is not known.
        """
        if not read_bytes:
            return _none("not_known")
        if (place := place_in(placement, self.memory())) is None:
            return _none("too_large")
        found = self._paces.expected(read_bytes, place)
        if found is None:
            return _none(
                "nothing_measured_there" if self._paces.knows_machine else "nothing_measured"
            )
        return speed_json(found)


class SpeedRoutes:
    """The routes' handlers."""

    def __init__(self, library: Library, here: Here, probe: "PaceProbe") -> None:
        self._library, self._here, self._probe = library, here, probe

    async def all(self, _request: Request) -> Response:
        """GET: every installed model that writes, and whether anything was measured at all."""
        models = await asyncio.to_thread(self._models)
        return json_reply({"probe": self._probe.state, "models": models})

    async def wish(self, _request: Request) -> Response:
        """POST: if nothing was ever measured here, measure a small model when nobody is disturbed
        by that; the answer does not wait for it."""
        self._probe.wish()
        return json_reply({"probe": self._probe.state})

    def _models(self) -> list[Line]:
        return [
            {"name": model.name.short, "speed": self._here.speed_of(model)}
            for model in self._library.list()
            if read_bytes_of(model)
        ]


def speed_json(found: Speed) -> Line:
    """A speed as clients see it; an expectation has two digits, as it is worth no more."""
    line: Line = {
        "kind": found.kind,
        "tokens_per_s": round(found.written, 2),
        "by": found.by,
        "place": found.place,
    }
    if found.kind == "expected":
        return line | {"tokens_per_s": float(f"{found.written:.2g}")}
    line |= {"answers": found.answers, "alone": found.alone}
    return line | ({"prompt_tokens_per_s": round(found.read, 1)} if found.read else {})


def _none(reason: str) -> Line:
    """No figure, and why."""
    return {"kind": "unknown", "reason": reason}
