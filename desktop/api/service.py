"""Everything behind the socket, from bind to the last worker's end. Lives on one asyncio loop.

uvicorn is embedded with our own socket (its own start-up exits the process when a port is taken),
without its ten wake-ups a second, and without signal handlers: who starts a `Service` also stops
it.
"""

import asyncio
import contextlib
import errno
import logging
import socket
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import uvicorn

from desktop.api.desk import make_desk
from desktop.api.routes import make_application
from desktop.core import discovery
from desktop.core.errors import AppError
from desktop.core.paths import Paths
from desktop.core.settings import Settings
from desktop.models.creating.shelf import remove_old_scratch
from desktop.models.found.places import Surroundings
from desktop.models.library import Library

if TYPE_CHECKING:
    from desktop.models.registry.endpoints import Endpoints

log = logging.getLogger(__name__)

STOP_GRACE_S = 1
SCRATCH_AGE_S = 3600.0


class PortTaken(AppError):
    """Another program listens where we should."""

    code = "port_taken"

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"port {port} on {host} is already used by another program")
        self.port = port


class Service:
    """The server and its engine.

    Args:
        settings: A snapshot; a change takes a new Service.
        machine: Where other programs keep their models.
        endpoints: Where registries are reached; None: where they are.
    """

    def __init__(
        self,
        settings: Settings,
        paths: Paths,
        machine: Surroundings,
        endpoints: "Endpoints | None" = None,
    ) -> None:
        self._settings = settings
        self._paths = paths
        self._machine = machine
        self._endpoints = endpoints
        self.url = ""

    async def run(self, on_ready: Callable[[str], None], stop: asyncio.Event) -> None:
        """Serve until `stop` is set; on return nothing is left running.

        Args:
            on_ready: Called with our URL when requests are answered.

        Raises:
            PortTaken: the address is in use.
        """
        settings = self._settings
        listener = bind(settings.host, settings.port)
        self.url = discovery.url_of(settings.host, listener.getsockname()[1])
        desk = make_desk(self._settings, self._paths, self._machine, self._endpoints)
        server = _Server(make_application(desk), stop)
        try:
            async with asyncio.TaskGroup() as tasks:
                expiry = tasks.create_task(desk.engine.expire_idle(), name="expiry")
                downloads = tasks.create_task(desk.downloads.run(), name="downloads")
                tasks.create_task(self._announce(server, on_ready), name="announcement")
                tasks.create_task(asyncio.to_thread(_tidy, desk.library), name="tidying")
                await server.serve(sockets=[listener])
                expiry.cancel()
                downloads.cancel()
        finally:
            discovery.withdraw(self._paths.discovery_file)
            listener.close()
            await desk.engine.close()
            await asyncio.to_thread(desk.hubs.close)
            log.info("stopped")

    async def _announce(self, server: "_Server", on_ready: Callable[[str], None]) -> None:
        await server.up.wait()
        discovery.announce(self._paths.discovery_file, self.url)
        log.info("listening on %s", self.url)
        on_ready(self.url)


class _Server(uvicorn.Server):
    """uvicorn that sleeps until it has something to do."""

    def __init__(self, application: object, stop: asyncio.Event) -> None:
        config = uvicorn.Config(
            application,  # type: ignore[arg-type]
            log_config=None,
            access_log=False,
            lifespan="off",
            loop="none",
            ws="none",
            server_header=False,
            date_header=False,  # the stock header needs a tick every second
            timeout_keep_alive=75,
            timeout_graceful_shutdown=STOP_GRACE_S,
        )
        super().__init__(config)
        self._stop = stop
        self.up = asyncio.Event()

    async def main_loop(self) -> None:
        self.up.set()
        await self._stop.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _tidy(library: Library) -> None:
    """Remove what killed processes have left half written, but no download."""
    library.prune()
    remove_old_scratch(library.own, older_than=time.time() - SCRATCH_AGE_S)


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
        listener.bind((host, port))
        listener.listen(128)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(host, port) from error
        raise AppError(f"cannot listen on {host}:{port}: {error.strerror}") from error
    return listener
