"""The server's list of downloads: `/api/puna/downloads`."""

from collections.abc import AsyncGenerator

import msgspec

from desktop.client.wire import Wire

ROUTE = "/api/puna/downloads"


class Download(msgspec.Struct, frozen=True):
    """One of the list. Sizes are bytes, 0: not known yet."""

    id: str
    source: str
    """A model's name or a web address, as somebody asked for it."""
    state: str
    """`queued`, `running`, `waiting` (goes on by itself), `paused`, `failed` or `done`."""
    model: str = ""
    """What it will be called; empty until that is known."""
    status: str = ""
    completed: int = 0
    total: int = 0
    reason: str = ""
    code: str = ""
    bytes_per_s: float | None = None
    seconds_left: float | None = None

    @property
    def title(self) -> str:
        return self.model or self.source

    @property
    def is_over(self) -> bool:
        return self.state in ("done", "failed")

    @property
    def share(self) -> float | None:
        """What has arrived, 0 to 1."""
        return min(self.completed / self.total, 1.0) if self.total else None

    def is_of(self, name: str) -> bool:
        """Whether it fetches the model that somebody asks for by this name."""
        return name.casefold() in (self.source.casefold(), self.model.casefold())


class DownloadList(msgspec.Struct, frozen=True):
    """In the order in which they are fetched."""

    downloads: list[Download]


class Downloads:
    """Every method may raise ServerUnreachable and RequestFailed."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def all(self) -> list[Download]:
        return (await self._wire.ask("GET", ROUTE, DownloadList)).downloads

    def events(self) -> AsyncGenerator[DownloadList]:
        """The list now and after every change, at most four times a second; endless."""
        return self._wire.stream(f"{ROUTE}/events", DownloadList, None, method="GET")

    async def start(self, model: str) -> Download:
        """Fetch a model, by its name or a web address. It goes on without us."""
        return await self._wire.ask("POST", ROUTE, Download, {"model": model})

    async def pause(self, download_id: str) -> Download:
        return await self._change(download_id, action="pause")

    async def resume(self, download_id: str) -> Download:
        """Also tries a failed one again."""
        return await self._change(download_id, action="resume")

    async def move(self, download_id: str, position: int) -> Download:
        """Give it another place; 0 is the first."""
        return await self._change(download_id, action="move", position=position)

    async def cancel(self, download_id: str) -> None:
        """Off the list. What has arrived stays on the disk as a partial file."""
        await self._wire.ask("DELETE", f"{ROUTE}/{download_id}", None)

    async def _change(self, download_id: str, **order: str | int) -> Download:
        return await self._wire.ask("POST", f"{ROUTE}/{download_id}", Download, order)
