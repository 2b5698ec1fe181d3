"""What an exchange brought, taken apart after the fact: pieces of text, when each came, and the
counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import h11

from tests.bench.dialects import Dialect, Event
from tests.bench.load import Exchange


class RequestFailed(Exception):
    """The server refused a request, or broke off its answer."""


class Piece(NamedTuple):
    """A piece of text and when it came."""

    when_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One finished answer. The counts are those of the server."""

    text: str
    first_token_s: float  # since the request was sent
    done_s: float  # `time.perf_counter()` when it was complete
    produced: int  # tokens
    prompt_tokens: int


def answer_of(exchange: Exchange, dialect: Dialect) -> Answer:
    """Read a finished exchange.

    Raises:
        RequestFailed: any status but 200, an error in the stream, or a stream without its end.
    """
    pieces: list[Piece] = []
    for when_s, event in events_of(exchange, dialect):
        if event.text:
            pieces.append(Piece(when_s - exchange.sent_s, event.text))
        if event.done:
            if not pieces:
                raise RequestFailed("the answer holds no text")
            text = "".join(piece.text for piece in pieces)
            counts = event.produced, event.prompt_tokens
            return Answer(text, pieces[0].when_s, when_s, *counts)
    raise RequestFailed("the answer broke off")


def pieces_of(exchange: Exchange, dialect: Dialect) -> list[Piece]:
    """What has come, by the clock `time.perf_counter()`, of an answer that may be unfinished."""
    events = events_of(exchange, dialect)
    return [Piece(when_s, event.text) for when_s, event in events if event.text]


def events_of(exchange: Exchange, dialect: Dialect) -> Iterator[tuple[float, Event]]:
    for when_s, line in lines_of(exchange):
        event = dialect.read(line)
        if event is not None:
            if event.error:
                raise RequestFailed(event.error)
            yield when_s, event


def lines_of(exchange: Exchange) -> list[tuple[float, bytes]]:
    """The body's lines, each with the arrival of the block that completed it."""
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method="POST", target="/", headers=[("Host", "bench")]))
    connection.send(h11.EndOfMessage())
    lines: list[tuple[float, bytes]] = []
    rest = b""
    for when, block in exchange.blocks:
        connection.receive_data(block)
        while (event := connection.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
            if isinstance(event, h11.Response) and event.status_code != 200:
                raise RequestFailed(f"status {event.status_code}: {block[-300:]!r}")
            if isinstance(event, h11.Data):
                *whole, rest = (rest + bytes(event.data)).split(b"\n")
                lines += [(when, line) for line in whole]
            if isinstance(event, h11.EndOfMessage):
                lines.append((when, rest))
                return lines
    return lines
