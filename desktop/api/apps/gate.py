"""Where every request is given its caller, and blocked apps are turned away."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desktop.api.apps.callers import Callers
from desktop.api.network.refusals import refusal
from desktop.core.errors import AppBlocked

REQUEST_ID = "x-puna-request-id"
QUEUE_PLACE = "x-puna-queue"
OWN_ROUTES = "/api/puna/"


class Gate:
    """ASGI middleware. Puna's own routes are open to blocked apps too: how else could they be
    unblocked? `puna/guard.py` keeps strangers out there."""

    def __init__(self, app: ASGIApp, callers: Callers) -> None:
        self._app = app
        self._callers = callers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(OWN_ROUTES):
            await self._app(scope, receive, send)
            return
        caller = await self._callers.identify(scope)
        if caller.app and caller.app.blocked:
            error = AppBlocked(caller.app.name)
            await refusal(scope, error)(scope, receive, send)
            return

        async def sender(message: Message) -> None:
            if message["type"] == "http.response.start" and caller.request_ids:
                MutableHeaders(scope=message)[REQUEST_ID] = caller.request_ids[0]
            if message["type"] == "http.response.start" and caller.queue_place:
                MutableHeaders(scope=message)[QUEUE_PLACE] = str(caller.queue_place)
            await send(message)

        await self._app(scope, receive, sender)
