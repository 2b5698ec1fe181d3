"""How fast models are on the server's machine: `/api/puna/speed`."""

import msgspec

from desktop.client.wire import Wire


class Speed(msgspec.Struct, frozen=True):
    """How fast a model writes; `kind` is `measured`, `expected` or `unknown`."""

    kind: str = "unknown"
    tokens_per_s: float | None = None
    by: str = ""
    """The model that was measured."""
    place: str = ""
    """`cpu`, `partly`, or `gpu` with the names of the cards."""
    answers: int = 0
    alone: bool = True
    reason: str = ""
    """Why nothing is known: a code."""


class ModelSpeed(msgspec.Struct, frozen=True):
    """Of one that is installed."""

    name: str
    speed: Speed


class Speeds(msgspec.Struct, frozen=True):
    """Of all that are installed and write; `probe` tells whether the machine is being measured."""

    probe: str = ""
    models: list[ModelSpeed] = []

    @property
    def is_measuring(self) -> bool:
        return self.probe == "running"

    def of(self, model: str) -> Speed | None:
        return next((each.speed for each in self.models if each.name == model), None)


class _Probe(msgspec.Struct, frozen=True):
    probe: str = ""


class SpeedBoard:
    """Every method may raise ServerUnreachable and RequestFailed."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def all(self) -> Speeds:
        return await self._wire.ask("GET", "/api/puna/speed", Speeds)

    async def wish(self) -> bool:
        """Have the machine measured if nothing is known of it. Returns whether that goes on now;
        nobody waits for it."""
        found = await self._wire.ask("POST", "/api/puna/speed", _Probe)
        return found.probe == "running"
