"""One line in the log for each request that makes a model work or fails; never a word of its
content."""

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)


class AccessLog:
    """ASGI middleware. What programs poll (GET, HEAD) is logged only when it is refused."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 499  # the client left before there was an answer

        async def sender(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, sender)
        finally:
            method = scope["method"]
            level = logging.INFO if method == "POST" or status >= 400 else logging.DEBUG
            seconds = time.perf_counter() - started
            path = scope["raw_path"].decode("latin-1")  # escaped: one line stays one line
            log.log(level, "%s %s %d %.3f s", method, path, status, seconds)
