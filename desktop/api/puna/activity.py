"""What models do and did for whom: `/api/puna/activity`."""

import contextlib
from collections.abc import AsyncGenerator

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.activity.activity import Activity
from desktop.api.pause import Pause
from desktop.api.replies import Line, Lines, json_reply
from desktop.core.errors import RequestInvalid

EVENT_EVERY_S = 0.25
_LIMIT, _MAX_LIMIT = 100, 1000


class ActivityRoutes:
    """The routes' handlers."""

    def __init__(self, activity: Activity, pause: Pause) -> None:
        self._activity = activity
        self._pause = pause

    async def history(self, request: Request) -> Response:
        """GET ?limit&before&app&model: requests that are over, the newest first. `before` in the
        answer asks for the next page; it is missing on the last one."""
        limit = _number(request, "limit", _LIMIT)
        if not 1 <= limit <= _MAX_LIMIT:
            raise RequestInvalid(f'"limit" must be between 1 and {_MAX_LIMIT}')
        found = await self._activity.history(
            limit=limit,
            before=_number(request, "before", 0) or None,
            app=request.query_params.get("app", ""),
            model=request.query_params.get("model", ""),
        )
        more: Line = {"before": found[-1]["number"]} if len(found) == limit else {}
        return json_reply({"requests": found} | more)

    async def running(self, _request: Request) -> Response:
        """GET /running: the oldest first."""
        return json_reply({"requests": [entry.view() for entry in self._activity.running]})

    async def events(self, _request: Request, _body: bytes) -> Response:
        """GET /events: what runs as a line of JSON, then a line with each that has changed, at
        most four times a second. The last word of a request has `total_ms`. `paused` tells
        whether other programs are refused now."""
        return await Lines.opened(self._events())

    async def cancel(self, request: Request) -> Response:
        """DELETE /{id}: its client is told."""
        entry = await self._activity.cancel(request.path_params["id"])
        return json_reply(entry.view())

    async def clear(self, _request: Request) -> Response:
        """DELETE: nothing is left of the requests that are over."""
        await self._activity.journal.clear()
        return Response(status_code=204)

    async def _events(self) -> AsyncGenerator[Line]:
        changes = self._activity.changes(at_most_every_s=EVENT_EVERY_S)
        async with contextlib.aclosing(changes):
            async for entries in changes:
                shown = [entry.view() for entry in entries]
                yield {"requests": shown, "paused": self._pause.is_on}


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 16):
        raise RequestInvalid(f'"{name}" must be a number')
    return int(text) if text else default
