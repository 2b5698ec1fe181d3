"""Web pages that want to use the server: `/api/puna/origins`."""

import msgspec

from desktop.client.wire import Wire

ROUTE = "/api/puna/origins"


class Question(msgspec.Struct, frozen=True):
    """A page that was refused. Times are seconds since 1970."""

    origin: str
    first_seen: float = 0.0
    last_seen: float = 0.0
    count: int = 1


class Decision(msgspec.Struct, frozen=True):
    """`answer` is `once` (until the server ends), `always` or `never`."""

    origin: str
    answer: str


class PageBook(msgspec.Struct, frozen=True):
    """All that is asked and decided."""

    asked: list[Question] = []
    decided: list[Decision] = []


class Origins:
    """Every method may raise ServerUnreachable and RequestFailed."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def all(self) -> PageBook:
        return await self._wire.ask("GET", ROUTE, PageBook)

    async def answer(self, origin: str, answer: str) -> PageBook:
        body = {"origin": origin, "answer": answer}
        return await self._wire.ask("POST", ROUTE, PageBook, body)

    async def forget(self, origin: str) -> PageBook:
        """The page is unknown again."""
        return await self._wire.ask("DELETE", ROUTE, PageBook, {"origin": origin})
