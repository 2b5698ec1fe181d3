"""Pausing the service for other programs: `/api/puna/pause`."""

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.bodies import body_of
from desktop.api.fields import read_body
from desktop.api.pause import Pause
from desktop.api.replies import json_reply
from desktop.core.errors import RequestInvalid

MAX_S = 7 * 24 * 3600


class PauseRoutes:
    """GET and POST give the same answer: `{"paused": true, "seconds_left"?: 60.0}`."""

    def __init__(self, pause: Pause) -> None:
        self._pause = pause

    async def state(self, _request: Request) -> Response:
        """GET."""
        shown: dict[str, bool | float] = {"paused": self._pause.is_on}
        if (left := self._pause.seconds_left) is not None:
            shown["seconds_left"] = round(left, 1)
        return json_reply(shown)

    async def change(self, request: Request) -> Response:
        """POST `{paused, for_s?}`: without `for_s`, until the next POST or the service's end."""
        fields = read_body(await body_of(request), "PauseRequest")
        paused = fields.flag("paused")
        if paused is None:
            raise RequestInvalid('"paused" must be true or false')
        for_s = None if fields.raw("for_s") is None else fields.integer("for_s")
        if for_s is not None and not 1 <= for_s <= MAX_S:
            raise RequestInvalid(f'"for_s" must be between 1 and {MAX_S}')
        if paused:
            self._pause.begin(for_s)
        else:
            self._pause.end()
        return await self.state(request)
