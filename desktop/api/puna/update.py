"""A newer version of Puna: `/api/puna/update`. Nothing here happens that nobody asked for."""

import asyncio
import contextlib
import os
from collections.abc import AsyncGenerator, Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from desktop.api.fields import read_body
from desktop.api.replies import Line, Lines, json_reply
from desktop.core.errors import AppError

if TYPE_CHECKING:
    from desktop.updates.updates import Updates

EVENT_EVERY_S = 0.25
IDLE_CHECK_S = 1.0  # while somebody waits for it


class Busy(NamedTuple):
    """What an end of Puna would interrupt."""

    downloads: int
    requests: int


class UpdateBusy(AppError):
    """Answers or downloads go on, which an update would interrupt. Figures: `downloads`,
    `requests`."""

    code = "update_busy"
    status = 409

    def __init__(self, busy: Busy) -> None:
        super().__init__(
            f"{busy.requests} answers and {busy.downloads} downloads go on;"
            " try again when they are done, or let the update wait for them"
        )
        self.figures = busy._asdict()


class UpdateRoutes:
    """Every answer but that of `install` is the state.

    Args:
        updates: Gives the same each time; made when it is first asked for.
    """

    def __init__(self, updates: "Callable[[], Updates]", busy: Callable[[], Busy]) -> None:
        self._make = updates
        self._busy = busy

    @property
    def _updates(self) -> "Updates":
        return self._make()

    async def now(self, _request: Request) -> Response:
        """GET: what is known; nobody is asked."""
        return json_reply(self._shown())

    async def events(self, _request: Request, _body: bytes) -> Response:
        """GET /events: the same as a line of JSON, now and after every change."""
        return await Lines.opened(self._events())

    async def check(self, _request: Request) -> Response:
        """POST /check: ask whether there is a newer version."""
        await self._updates.check()
        return json_reply(self._shown())

    async def download(self, _request: Request) -> Response:
        """POST /download: begin to fetch it; goes on without the caller."""
        self._updates.download()
        return json_reply(self._shown())

    async def cancel(self, _request: Request) -> Response:
        """DELETE: stop fetching; what has arrived is kept."""
        await self._updates.cancel()
        return json_reply(self._shown())

    async def install(self, _request: Request, body: bytes) -> Response:
        """POST /install `{wait?}`: hand what was fetched to what installs it. While answers or
        downloads go on it is refused, or with `wait` begins when they are done."""
        from desktop.updates.installing import install

        waits = read_body(body or b"{}", "InstallRequest").flag("wait") or False
        path = await self._updates.verified()
        while any(busy := self._busy()):
            if not waits:
                raise UpdateBusy(busy)
            await asyncio.sleep(IDLE_CHECK_S)
        path, file = await self._updates.verified(), self._updates.file
        assert file
        place = self._updates.installation.place
        handed = await asyncio.to_thread(install, path, file.kind, place, os.environ)
        while handed.restarts:
            if not self._busy().requests:  # they have come while it was unpacked
                break
            await asyncio.sleep(IDLE_CHECK_S)
        return json_reply({**msgspec.to_builtins(handed), "path": str(path)})

    async def _events(self) -> AsyncGenerator[Line]:
        async with contextlib.aclosing(self._updates.changes()) as changes:
            async for _ in changes:
                yield self._shown()
                await asyncio.sleep(EVENT_EVERY_S)

    def _shown(self) -> Line:
        updates = self._updates
        shown: dict[str, Any] = {"state": updates.state.value, "version": updates.version}
        if not updates.is_told:
            shown["has_feed"] = False
        if updates.checked_at:
            shown["checked_at"] = updates.checked_at.timestamp()
        if updates.failure:
            shown |= {"reason": str(updates.failure), "code": updates.failure.code}
        if feed := updates.feed:
            shown |= {"newer": feed.version, "notes": feed.notes}
            shown |= {"published_at": feed.published.timestamp()}
            if file := updates.file:
                shown |= {"kind": file.kind, "total": file.size, "completed": updates.done_bytes}
        return shown
