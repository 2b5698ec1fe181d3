"""What the tray needs to know about the server, as it happens: three streams and the pause.

The same failures as `Client`: ServerUnreachable and RequestFailed. The streams last as long as the
server; on qasync's loop, cancel the task that reads them.
"""

from collections.abc import AsyncGenerator

import msgspec

from desktop.client.answers import AnswerLine
from desktop.client.wire import Wire

OWN_APP = "puna"
"""Id of the app that Puna's own windows are."""


class Asker(msgspec.Struct, frozen=True):
    """Who sent a request."""

    id: str = ""
    name: str = ""


class Request(msgspec.Struct, frozen=True):
    """One request that makes a model work; `total_ms` is there when it is over."""

    id: str
    model: str
    app: Asker = Asker()
    state: str = "waiting"
    """`waiting`, `reading`, `generating`, `done`, `failed` or `canceled`."""
    code: str = ""
    total_ms: int | None = None


class ActivityLine(msgspec.Struct, frozen=True):
    """What runs, then what has changed."""

    requests: list[Request] = []
    paused: bool = False


class Download(msgspec.Struct, frozen=True):
    """One entry of the list; sizes in bytes, `total` is 0 until it is known."""

    id: str
    source: str
    model: str = ""
    state: str = "queued"
    """`queued`, `running`, `waiting`, `paused`, `failed` or `done`."""
    completed: int = 0
    total: int = 0

    @property
    def name(self) -> str:
        return self.model or self.source

    @property
    def percent(self) -> int | None:
        return min(100, 100 * self.completed // self.total) if self.total else None


class DownloadsLine(msgspec.Struct, frozen=True):
    """The whole list."""

    downloads: list[Download] = []


class Page(msgspec.Struct, frozen=True):
    """A web page that asked to use the server and was refused."""

    origin: str


class PagesLine(msgspec.Struct, frozen=True):
    """All that wait for an answer."""

    asked: list[Page] = []


class _Pause(msgspec.Struct, frozen=True):
    paused: bool


class Watch:
    """The endpoints."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def activity(self) -> AsyncGenerator[ActivityLine]:
        return self._wire.stream("/api/puna/activity/events", ActivityLine, None, "GET")

    def downloads(self) -> AsyncGenerator[DownloadsLine]:
        return self._wire.stream("/api/puna/downloads/events", DownloadsLine, None, "GET")

    def pages(self) -> AsyncGenerator[PagesLine]:
        return self._wire.stream("/api/puna/origins/events", PagesLine, None, "GET")

    async def pause(self, paused: bool) -> None:
        """Refuse other programs, or serve them again."""
        await self._wire.ask("POST", "/api/puna/pause", _Pause, {"paused": paused})

    async def load(self, model: str) -> None:
        """Returns when the model is in memory."""
        await self._wire.ask("POST", "/api/generate", AnswerLine, {"model": model, "stream": False})
