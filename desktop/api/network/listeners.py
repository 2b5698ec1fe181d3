"""The sockets we listen on, and who gets which: this machine's programs plain HTTP, other machines
TLS if it is on.

One address may be for both (`0.0.0.0`), so with TLS connections are accepted here and not by
uvicorn: where they come from decides how they go on.
"""

import asyncio
import errno
import logging
import socket
import ssl
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from weakref import WeakSet

from desktop.api.network.addresses import is_loopback
from desktop.core.errors import AppError
from desktop.core.settings import Settings

log = logging.getLogger(__name__)

ANY_ADDRESS = ("", "0.0.0.0", "::")
HANDSHAKE_S = 10.0
HANDSHAKES = 128  # at the same time; more wait in the system's queue
FULL_PAUSE_S = 0.5


class PortTaken(AppError):
    """Another program listens where we should."""

    code = "port_taken"

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"port {port} on {host} is already used by another program")
        self.port = port


@dataclass(frozen=True, slots=True)
class Listeners:
    """`plain` are for uvicorn, `secured` is for `SecureAcceptor`. All have the same port."""

    plain: tuple[socket.socket, ...]
    secured: socket.socket | None
    local_host: str
    """Address for programs of this machine."""

    @property
    def port(self) -> int:
        listener = self.secured or self.plain[0]
        return int(listener.getsockname()[1])

    def close(self) -> None:
        for listener in (*self.plain, *filter(None, [self.secured])):
            listener.close()


def open_listeners(settings: Settings) -> Listeners:
    """Listen on the address of the settings, and always for this machine's programs.

    Raises:
        PortTaken: the address is in use.
    """
    main = bind(settings.host, settings.port)
    if is_loopback(settings.host):
        return Listeners((main,), None, settings.host)
    plain: tuple[socket.socket, ...] = ()
    if settings.host not in ANY_ADDRESS:
        try:
            plain = (bind("127.0.0.1", main.getsockname()[1]),)
        except AppError:
            main.close()
            raise
    if settings.tls == "off":
        return Listeners((main, *plain), None, "127.0.0.1")
    return Listeners(plain, main, "127.0.0.1")


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 lets the system choose.

    Raises:
        PortTaken: the address is in use.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio switches Nagle's algorithm off for each connection; without,
    # every second small write waits 40 ms for the client's delayed acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform == "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if host == "::":
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)  # 127.0.0.1 too
        listener.bind((host, port))
        listener.listen(128)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(host, port) from error
        raise AppError(f"cannot listen on {host}:{port}: {error.strerror}") from error
    return listener


class SecureAcceptor:
    """Accepts connections until it is cancelled.

    Args:
        protocol: Makes the HTTP protocol of a connection.
    """

    def __init__(
        self,
        listener: socket.socket,
        context: ssl.SSLContext,
        protocol: Callable[[], asyncio.Protocol],
    ) -> None:
        self._listener = listener
        self._context = context
        self._protocol = protocol
        self._free = asyncio.Semaphore(HANDSHAKES)
        self._open: WeakSet[asyncio.BaseTransport] = WeakSet()

    def cut_off(self) -> None:
        """End what is still open: TLS would wait for each client to say good-bye."""
        for transport in list(self._open):
            if isinstance(transport, asyncio.WriteTransport):
                transport.abort()

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

    async def _welcome(self, connection: socket.socket, local: bool) -> None:
        secured = {} if local else {"ssl": self._context, "ssl_handshake_timeout": HANDSHAKE_S}
        try:
            with suppress(OSError):  # among them those of TLS: whoever does not speak it is gone
                loop = asyncio.get_running_loop()
                transport, _ = await loop.connect_accepted_socket(
                    self._protocol,
                    connection,
                    **secured,  # type: ignore[arg-type]
                )
                self._open.add(transport)
        finally:
            self._free.release()
