"""What routes give back: one JSON object, or lines of it as they come."""

import contextlib
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, ClassVar, Generic, TypeVar

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from desktop.core.errors import AppError
from desktop.core.program import ProgramReplaced, was_replaced

log = logging.getLogger(__name__)

JSON_TYPE = "application/json; charset=utf-8"
_encode = msgspec.json.Encoder().encode

Line = dict[str, Any]


def encode(body: Any) -> bytes:
    """JSON. Letters of file names that are in no alphabet of ours become question marks."""
    try:
        return _encode(body)
    except UnicodeEncodeError:
        return _encode(_readable(msgspec.to_builtins(body)))


def _readable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, dict):
        return {_readable(name): _readable(each) for name, each in value.items()}
    return [_readable(each) for each in value] if isinstance(value, list) else value


def json_reply(body: Any, status: int = 200) -> Response:
    """One JSON value."""
    return raw_json(encode(body), status)


def raw_json(body: bytes, status: int = 200) -> Response:
    """JSON that is written already."""
    return Response(body, status, media_type=None, headers={"content-type": JSON_TYPE})


def error_body(error: AppError) -> Line:
    """Ollama's envelope, `error` being a text, with our code and figures beside it."""
    return {"error": str(error), "code": error.code, **error.figures}


def unexpected(error: BaseException) -> AppError:
    """What is told of something that should not happen; the traceback is in the log."""
    log.error("unexpected error", exc_info=error)
    if was_replaced():
        return ProgramReplaced()  # a part of the program that was first needed now is another's
    return AppError(f"internal error: {error!r}")


Item = TypeVar("Item")


class Stream(Response, Generic[Item], ABC):
    """A body in pieces as they come; made by `opened`.

    Subclasses say how a piece is written, and what the last one looks like when the work failed.
    """

    opening: ClassVar[dict[str, str]]
    """Headers sent with the first piece."""

    def __init__(self, first: Item, rest: AsyncGenerator[Item]) -> None:
        super().__init__(None, 200)
        self.more_headers: dict[str, str] = {}
        self._first = first
        self._rest = rest

    @abstractmethod
    def written(self, item: Item) -> bytes:
        """One piece as it goes out."""

    @abstractmethod
    def last_words(self, error: AppError) -> bytes:
        """What tells of a failure after the first piece."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with contextlib.aclosing(self._rest) as rest:
            opening = (self.opening | self.more_headers).items()
            headers = [(name.encode(), value.encode()) for name, value in opening]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await _send_piece(send, self.written(self._first))
            try:
                async for item in rest:
                    await _send_piece(send, self.written(item))
            except AppError as error:
                await self.end(send, error)
            except Exception as error:
                await self.end(send, unexpected(error))
            else:
                await send({"type": "http.response.body", "body": b""})

    async def end(self, send: Send, error: AppError) -> None:
        """An error as the last piece of a body whose first has been sent."""
        await _send_piece(send, self.last_words(error))
        await send({"type": "http.response.body", "body": b""})


async def first_of(items: AsyncGenerator[Item]) -> Item:
    """Await the first item, so that what fails before it is answered with its own status."""
    try:
        return await anext(items)
    except BaseException:
        await items.aclose()
        raise


class Lines(Stream[Line]):
    """Newline-delimited JSON as it is produced."""

    opening: ClassVar = {"content-type": "application/x-ndjson"}

    @classmethod
    async def opened(cls, lines: AsyncGenerator[Line]) -> "Lines":
        """Await the first line, so that what fails before it is answered with its own status."""
        return cls(await first_of(lines), lines)

    def written(self, item: Line) -> bytes:
        return encode(item) + b"\n"

    def last_words(self, error: AppError) -> bytes:
        return self.written(error_body(error))


async def progress_reply(lines: AsyncGenerator[Line], *, stream: bool | None) -> Response:
    """What `pull`, `push` and `create` answer: every line as it comes, or with `stream` false only
    the last one, once there is no more.
    """
    if stream is not False:
        return await Lines.opened(lines)
    last: Line = {}
    async with contextlib.aclosing(lines):
        async for line in lines:
            last = line
    return json_reply(last)


async def _send_piece(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


def created_at() -> str:
    """Now, as Go writes it: RFC 3339 in UTC with nanoseconds."""
    seconds, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
    return f"{_second(seconds)}.{nanoseconds:09d}Z"


@lru_cache(maxsize=1)
def _second(seconds: int) -> str:
    """Many tokens come in the same one."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))


def local_time(moment: datetime | float) -> str:
    """A moment with the server's own offset; dates beyond Python's are not reached."""
    if not isinstance(moment, datetime):
        moment = datetime.fromtimestamp(moment, UTC)
    return moment.astimezone().isoformat()
