"""Models that other programs have on the server's machine: `/api/puna/found`."""

from collections.abc import AsyncGenerator

import msgspec

from desktop.client.answers import ImportProgress
from desktop.client.wire import Wire

ROUTE = "/api/puna/found"


class FoundModel(msgspec.Struct, frozen=True):
    """A model in another program's folder; `size` in bytes."""

    title: str
    origin: str
    """The program."""
    files: list[str]
    size: int
    model: str
    """What it would be called here."""
    quantization_level: str = ""
    installed: str | None = None
    """The installed model that has these very files."""
    problem: str = ""
    """Why it cannot be used."""

    @property
    def path(self) -> str:
        """The first of its files, by which it is taken in."""
        return self.files[0]


class FoundList(msgspec.Struct, frozen=True):
    """Body of the answer."""

    found: list[FoundModel]


class Found:
    """Every method may raise ServerUnreachable and RequestFailed."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def all(self) -> list[FoundModel]:
        """The disk is looked at anew."""
        return (await self._wire.ask("GET", ROUTE, FoundList)).found

    def adopt(self, path: str) -> AsyncGenerator[ImportProgress]:
        """Make it ours without a copy; its files are read once."""
        return self._wire.stream(ROUTE, ImportProgress, {"path": path})
