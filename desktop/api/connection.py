"""Work for a client lasts as long as the client: when it hangs up, the work is cancelled.

When the server stops, the client is told.
"""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from desktop.api.bodies import body_of
from desktop.api.replies import Stream
from desktop.core.errors import RequestCanceled

Handler = Callable[[Request, bytes], Awaitable[Response]]


def while_connected(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that runs `handler(request, body)` and its reply until done or the client
    left."""

    async def endpoint(request: Request) -> Response:
        return attend(handler, request, await body_of(request))

    return endpoint


def attend(handler: Handler, request: Request, body: bytes) -> Response:
    """The same, for a request whose body has been read already."""
    return _Attended(handler, request, body)


class _Attended(Response):
    """Both making and sending the reply happen here, beside a watch on the connection."""

    def __init__(self, handler: Handler, request: Request, body: bytes) -> None:
        self._handler = handler
        self._request = request
        self._body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun: Response | None = None
        reply: Response | None = None

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = reply
            await send(message)

        async def work() -> None:
            nonlocal reply
            reply = await self._handler(self._request, self._body)
            await reply(scope, receive, sending)

        job = asyncio.ensure_future(work())
        watch = asyncio.ensure_future(_hang_up(receive))
        ending = RequestCanceled()
        try:
            await asyncio.wait({job, watch}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            ending = RequestCanceled("the server is shutting down")
        is_answered = job.done()
        for task in (watch, job):
            task.cancel()
        await asyncio.gather(watch, job, return_exceptions=True)
        if is_answered:
            job.result()
        elif begun is None:
            raise ending
        elif isinstance(begun, Stream):
            await begun.end(send, ending)


async def _hang_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
