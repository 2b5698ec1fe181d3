"""The load: one HTTP request per connection, read with as little work as possible.

The client shares the cores with the servers it measures. So while an answer arrives, each block
is only put into a list with its time of arrival; `answers.py` takes the list apart when nothing
is being measured.
"""

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Any, NamedTuple

PATIENCE_S = 600.0


class Address(NamedTuple):
    """Where a server listens."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Ask:
    """One POST request."""

    path: str
    body: dict[str, Any]

    def as_http(self, address: Address) -> bytes:
        body = json.dumps(self.body).encode()
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: {address.host}:{address.port}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            "Connection: close\r\n\r\n"
        )
        return head.encode() + body


class Exchange(asyncio.Protocol):
    """A request on its way and what has come back so far. Times are `time.perf_counter()`."""

    def __init__(self, request: bytes) -> None:
        self.sent_s = time.perf_counter()  # before the connection is made, as a client sees it
        self.blocks: list[tuple[float, bytes]] = []
        self._request = request
        self._awaited = 0
        self._reached = asyncio.Event()
        self._transport: asyncio.Transport | None = None
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self.blocks.append((time.perf_counter(), data))
        if len(self.blocks) == self._awaited:
            self._reached.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._reached.set()
        if not self.over:
            self._ended.set_result(None)

    def hang_up(self) -> None:
        """Close the connection at once, as a client does that lost interest."""
        if self._transport is not None:
            self._transport.abort()

    @property
    def over(self) -> bool:
        return self._ended.done()

    async def ended(self) -> None:
        """Wait until the connection is closed; after `PATIENCE_S` we close it."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                await asyncio.shield(self._ended)
        except TimeoutError:
            self.hang_up()

    async def has_blocks(self, count: int) -> None:
        """Wait until `count` blocks are here, or the answer has ended."""
        if len(self.blocks) < count and not self.over:
            self._awaited = count
            await self._reached.wait()


async def start(address: Address, ask: Ask) -> Exchange:
    """Send a request and come back as soon as it is out.

    Raises:
        OSError: nobody listens.
    """
    request = ask.as_http(address)
    _, exchange = await asyncio.get_running_loop().create_connection(
        lambda: Exchange(request), address.host, address.port
    )
    return exchange


async def complete(address: Address, ask: Ask) -> Exchange:
    """Send a request and wait for the end of its answer."""
    exchange = await start(address, ask)
    try:
        await exchange.ended()
    finally:
        exchange.hang_up()
    return exchange
