"""Accepts the connections of other machines: uvicorn's own loop cannot say of each whether it is to
be encrypted, nor stop while the server goes on.
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from weakref import WeakSet

from desktop.api.network.addresses import is_loopback

log = logging.getLogger(__name__)

HANDSHAKE_S = 10.0
HANDSHAKES = 128  # at the same time; more wait in the system's queue
FULL_PAUSE_S = 0.5


class Acceptor:
    """Accepts until it is cancelled. Programs of this machine get plain HTTP here, too: one
    address may be for both (`0.0.0.0`).

    Args:
        context: For TLS; None: everybody gets plain HTTP. May be replaced at any time, for the
            connections that come after.
        protocol: Makes the HTTP protocol of a connection.
    """

    def __init__(
        self,
        listener: socket.socket,
        context: ssl.SSLContext | None,
        protocol: Callable[[], asyncio.Protocol],
    ) -> None:
        self.context = context
        self._listener = listener
        self._protocol = protocol
        self._free = asyncio.Semaphore(HANDSHAKES)
        self._open: WeakSet[asyncio.Transport] = WeakSet()

    @property
    def has_open(self) -> bool:
        """Whether some of its connections are still there."""
        return bool(self._open)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as handshakes:
            while True:
                await self._free.acquire()
                try:
                    connection, peer = await loop.sock_accept(self._listener)
                except OSError as error:  # most likely there are too many open files
                    self._free.release()
                    log.warning("no connection can be accepted: %s", error)
                    await asyncio.sleep(FULL_PAUSE_S)
                    continue
                handshakes.create_task(self._welcome(connection, is_loopback(peer[0])))

    def wind_up(self) -> None:
        """What is being answered is answered to its end; then its connection closes."""
        for transport in list(self._open):
            protocol = transport.get_protocol()
            if not transport.is_closing() and (shutdown := getattr(protocol, "shutdown", None)):
                shutdown()  # uvicorn's

    def cut_off(self) -> None:
        """End what is still open: TLS would wait for each client to say good-bye."""
        for transport in list(self._open):
            transport.abort()

    async def _welcome(self, connection: socket.socket, local: bool) -> None:
        encrypted = None if local else self.context
        more = {"ssl": encrypted, "ssl_handshake_timeout": HANDSHAKE_S} if encrypted else {}
        try:
            with suppress(OSError):  # among them those of TLS: whoever does not speak it is gone
                loop = asyncio.get_running_loop()
                transport, _ = await loop.connect_accepted_socket(
                    self._protocol,
                    connection,
                    **more,  # type: ignore[arg-type]
                )
                self._open.add(transport)
        finally:
            self._free.release()
