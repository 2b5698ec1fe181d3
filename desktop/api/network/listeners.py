"""The sockets we listen on. This machine's programs have one of their own, from the first moment to
the last; `outside.py` has the one for other machines, which comes and goes.
"""

import contextlib
import errno
import socket
import sys
from collections.abc import Iterator, Sequence

from desktop.api.network.addresses import is_loopback
from desktop.core.errors import AppError

HERE = "127.0.0.1"


class PortTaken(AppError):
    """Another program listens where we should."""

    code = "port_taken"
    status = 409

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"port {port} on {host} is already used by another program: end that one (Ollama,"
            " perhaps), or choose another port (setting port, or OLLAMA_HOST)"
        )
        self.port = port


class AddressUnusable(AppError):
    """This machine has no such address."""

    code = "address_unusable"
    status = 400

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"cannot listen on {host}:{port}: {reason}")


def local_host(host: str) -> str:
    """Where this machine's programs find us, when the settings name `host`.

    >>> local_host("0.0.0.0"), local_host("::1"), local_host("localhost")
    ('127.0.0.1', '::1', '127.0.0.1')
    """
    return host if is_loopback(host) and host.lower() != "localhost" else HERE


def bind(host: str, port: int, beside: Sequence[socket.socket] = ()) -> socket.socket:
    """A listening socket; port 0 lets the system choose.

    Args:
        beside: Sockets of ours that listen on the same port, at narrower or wider addresses.

    Raises:
        PortTaken: the address is in use.
        AddressUnusable: it is none of this machine's.
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
        with _side_by_side([listener, *beside] if beside else []):
            listener.bind((host, port))
            listener.listen(128)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(host, port) from error
        raise AddressUnusable(host, port, error.strerror or str(error)) from error
    return listener


@contextlib.contextmanager
def _side_by_side(listeners: Sequence[socket.socket]) -> Iterator[None]:
    """Linux takes 127.0.0.1 and 0.0.0.0 for the same place unless all who listen there agree. They
    do for a moment only: after it, another program finds the port taken."""
    try:
        for each in listeners:
            _share_port(each, True)
        yield
    finally:
        for each in listeners:
            _share_port(each, False)


def _share_port(listener: socket.socket, is_shared: bool) -> None:
    if sys.platform == "linux":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, is_shared)
