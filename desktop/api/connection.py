"""Work for a client lasts as long as the client: when it hangs up, the work is cancelled."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from desktop.core.errors import RequestCanceled

Handler = Callable[[Request, bytes], Awaitable[Response]]


def while_connected(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that runs `handler(request, body)` and its reply until done or the client
    left."""

    async def endpoint(request: Request) -> Response:
        body = await request.body()
        return _Attended(handler, request, body)

    return endpoint


class _Attended(Response):
    """Both making and sending the reply happen here, beside a watch on the connection."""

    def __init__(self, handler: Handler, request: Request, body: bytes) -> None:
        self._handler = handler
        self._request = request
        self._body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def work() -> None:
            reply = await self._handler(self._request, self._body)
            await reply(scope, receive, send)

        job = asyncio.ensure_future(work())
        watch = asyncio.ensure_future(_hang_up(receive))
        try:
            await asyncio.wait({job, watch}, return_when=asyncio.FIRST_COMPLETED)
            if not job.done():
                raise RequestCanceled
            job.result()
        finally:
            for task in (watch, job):
                task.cancel()
            await asyncio.gather(watch, job, return_exceptions=True)


async def _hang_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
