"""A newer version of Puna: `/api/puna/update`."""

from collections.abc import AsyncGenerator

import msgspec

from desktop.client.wire import Wire

ROUTE = "/api/puna/update"


class Update(msgspec.Struct, frozen=True):
    """What is known. Times are seconds since 1970, sizes bytes."""

    state: str = "idle"
    """`idle`, `checking`, `available`, `downloading`, `ready` or `failed`."""
    version: str = ""
    """The one that runs."""
    has_feed: bool = True
    """Whether it was told where newer ones are announced."""
    newer: str = ""
    notes: dict[str, str] = {}
    kind: str = ""
    """Of the file that can be fetched; empty: one updates by hand."""
    total: int = 0
    completed: int = 0
    checked_at: float | None = None
    reason: str = ""
    """What went wrong; `code` says it to programs."""
    code: str = ""


class Installed(msgspec.Struct, frozen=True):
    """What happens now: see `desktop/updates/installing.py`."""

    how: str
    ends: bool = False
    restarts: bool = False
    command: str = ""
    path: str = ""


class UpdateCalls:
    """Every method may raise ServerUnreachable and RequestFailed."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def now(self) -> Update:
        return await self._wire.ask("GET", ROUTE, Update)

    def events(self) -> AsyncGenerator[Update]:
        """Now and after every change, at most four times a second; endless."""
        return self._wire.stream(f"{ROUTE}/events", Update, None, method="GET")

    async def check(self) -> Update:
        return await self._wire.ask("POST", f"{ROUTE}/check", Update)

    async def download(self) -> Update:
        return await self._wire.ask("POST", f"{ROUTE}/download", Update)

    async def cancel(self) -> Update:
        return await self._wire.ask("DELETE", ROUTE, Update)

    async def install(self, *, wait: bool) -> Installed:
        """With `wait`, returns when answers and downloads are done."""
        return await self._wire.ask("POST", f"{ROUTE}/install", Installed, {"wait": wait})
