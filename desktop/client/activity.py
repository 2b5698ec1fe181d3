"""What models do and did for whom: `/api/puna/activity`."""

from urllib.parse import quote

import msgspec

from desktop.client.wire import Wire

ROUTE = "/api/puna/activity"


class Asker(msgspec.Struct, frozen=True):
    """Who sent a request; `id` is empty if it is no app that is known."""

    id: str = ""
    name: str = ""
    address: str = ""


class Queue(msgspec.Struct, frozen=True):
    """What a request waits for, and as which one; the next is 1."""

    place: int
    what: str = msgspec.field(default="load", name="for")
    """`load` (of its model) or `place` (among those that the model answers)."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One request that makes a model work. Times are milliseconds; None: not known (yet)."""

    id: str
    model: str
    asked: str = ""
    app: Asker = Asker()
    route: str = ""
    state: str = "waiting"
    """`waiting`, `reading`, `generating`, `done`, `failed` or `canceled`."""
    started_at: float = 0.0
    """Seconds since 1970."""
    elapsed_ms: int | None = None
    total_ms: int | None = None
    prompt_tokens: int = 0
    output_tokens: int = 0
    read_percent: int | None = None
    tokens_per_s: float | None = None
    queue: Queue | None = None
    code: str = ""


class Entries(msgspec.Struct, frozen=True):
    """A page of them."""

    requests: list[Entry]


class ActivityLog:
    """Every method may raise ServerUnreachable and RequestFailed."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def running(self) -> list[Entry]:
        """The oldest first."""
        return (await self._wire.ask("GET", f"{ROUTE}/running", Entries)).requests

    async def latest(self, limit: int) -> list[Entry]:
        """Those that are over, the newest first."""
        return (await self._wire.ask("GET", f"{ROUTE}?limit={limit}", Entries)).requests

    async def cancel(self, request_id: str) -> None:
        """End a running request; its program is told."""
        await self._wire.ask("DELETE", f"{ROUTE}/{quote(request_id, safe='')}", None)
