"""Questions about web pages, and their answers: `/api/puna/origins`."""

import contextlib
from collections.abc import AsyncGenerator

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.bodies import body_of
from desktop.api.fields import read_body
from desktop.api.network.origins import OriginBook
from desktop.api.replies import Line, Lines, json_reply

EVENT_EVERY_S = 0.25


class Origins:
    """Each answers with everything that is asked and decided."""

    def __init__(self, book: OriginBook) -> None:
        self._book = book

    async def all(self, _request: Request) -> Response:
        """GET: `{"asked": [{origin, first_seen, last_seen, count}], "decided": [{origin,
        answer}]}`; times are seconds since 1970."""
        return json_reply(self._book.snapshot())

    async def answer(self, request: Request) -> Response:
        """POST `{origin, answer: "once" | "always" | "never"}`; once: until the service ends."""
        fields = read_body(await body_of(request), "OriginRequest")
        self._book.answer(fields.text("origin").strip(), fields.text("answer"))
        return json_reply(self._book.snapshot())

    async def forget(self, request: Request) -> Response:
        """DELETE `{origin}`: the page is unknown again."""
        fields = read_body(await body_of(request), "OriginRequest")
        self._book.forget(fields.text("origin").strip())
        return json_reply(self._book.snapshot())

    async def events(self, _request: Request, _body: bytes) -> Response:
        """GET /events: a line of JSON now and after every change."""
        return await Lines.opened(self._events())

    async def _events(self) -> AsyncGenerator[Line]:
        changes = self._book.changes(at_most_every_s=EVENT_EVERY_S)
        async with contextlib.aclosing(changes):
            async for _ in changes:
                yield self._book.snapshot()
