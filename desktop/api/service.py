"""Everything behind the socket, from bind to the last worker's end. Lives on one asyncio loop.

uvicorn is embedded with our own socket (its own start-up exits the process when a port is taken),
without its ten wake-ups a second, and without signal handlers: who starts a `Service` also stops
it.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import uvicorn
from starlette.types import ASGIApp

from desktop.api.desk import make_desk
from desktop.api.network.addresses import is_loopback
from desktop.api.network.listeners import Listeners, SecureAcceptor, open_listeners
from desktop.api.network.sharing import check_sharing
from desktop.api.routes import make_application
from desktop.core import discovery
from desktop.core.errors import AppError
from desktop.core.paths import Paths
from desktop.core.preferences import Preferences
from desktop.core.settings import Settings
from desktop.models.creating.shelf import remove_old_scratch
from desktop.models.found.places import Surroundings
from desktop.models.library import Library

if TYPE_CHECKING:
    from desktop.api.network.certificates import Certificate
    from desktop.models.registry.endpoints import Endpoints

log = logging.getLogger(__name__)

STOP_GRACE_S = 1
SCRATCH_AGE_S = 3600.0
RENEW_CHECK_S = 12 * 3600.0


class Service:
    """The server and its engine.

    Args:
        machine: Where other programs keep their models.
        endpoints: Where registries are reached; None: where they are.
    """

    def __init__(
        self,
        preferences: Preferences,
        paths: Paths,
        machine: Surroundings,
        endpoints: "Endpoints | None" = None,
    ) -> None:
        self._preferences = preferences
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
            SharingRefused: other machines could get in without a key.
            SettingInvalid: the certificate cannot be used.
        """
        settings = self._preferences.current
        check_sharing(settings)
        listeners = open_listeners(settings)
        self.url = discovery.url_of(listeners.local_host, listeners.port)
        desk = server = None
        try:
            certificate = _certificate(settings, self._paths) if listeners.secured else None
            desk = make_desk(self._preferences, self._paths, self._machine, self._endpoints)
            server = _Server(make_application(desk), stop, listeners, certificate)
            async with asyncio.TaskGroup() as tasks:
                helpers = [
                    tasks.create_task(desk.engine.expire_idle(), name="expiry"),
                    tasks.create_task(desk.downloads.run(), name="downloads"),
                    *server.start_helpers(tasks),
                ]
                announcing = self._announce(server, desk.own_key, on_ready)
                tasks.create_task(announcing, name="announcement")
                tasks.create_task(asyncio.to_thread(_tidy, desk.library), name="tidying")
                await server.serve(sockets=list(listeners.plain))
                for helper in helpers:
                    helper.cancel()
        finally:
            discovery.withdraw(self._paths.discovery_file)
            listeners.close()
            if desk:
                await desk.close()
            if server:
                server.cut_off()
            log.info("stopped")

    async def _announce(
        self, server: "_Server", own_key: str, on_ready: Callable[[str], None]
    ) -> None:
        await server.up.wait()
        discovery.announce(self._paths.discovery_file, self.url, own_key)
        log.info("listening on %s", self.url)
        self._preferences.notes += self._notes(server)
        for note in self._preferences.notes:
            log.info("%s", note)
        on_ready(self.url)

    def _notes(self, server: "_Server") -> list[str]:
        """What its user should know about this start."""
        settings, notes = self._preferences.current, list[str]()
        if not is_loopback(settings.host):
            scheme = "https" if server.certificate else "http"
            port = discovery.url_of(settings.host, server.listeners.port).rpartition(":")[2]
            notes.append(f"other machines reach it by {scheme} at {settings.host}, port {port}")
        elif settings.tls != "off":
            notes.append("tls is for other machines, and Puna listens to this one only")
        if server.certificate:
            notes.append(f"the certificate's SHA-256 is {server.certificate.files.fingerprint}")
        if variables := self._preferences.overruled_variables:
            notes.append(f"settings.json wins over {', '.join(variables)}")
        return notes


class _Server(uvicorn.Server):
    """uvicorn that sleeps until it has something to do."""

    def __init__(
        self,
        application: ASGIApp,
        stop: asyncio.Event,
        listeners: Listeners,
        certificate: "Certificate | None",
    ) -> None:
        config = uvicorn.Config(
            application,
            log_config=None,
            access_log=False,
            lifespan="off",
            loop="none",
            ws="none",
            proxy_headers=False,  # `api/network/callers.py` reads them
            server_header=False,
            date_header=False,  # the stock header needs a tick every second
            timeout_keep_alive=75,
            timeout_graceful_shutdown=STOP_GRACE_S,
        )
        super().__init__(config)
        self._stop = stop
        self.listeners = listeners
        self.certificate = certificate
        self._acceptor: SecureAcceptor | None = None
        self.up = asyncio.Event()

    def cut_off(self) -> None:
        """End connections that are still open when everything has been said."""
        if self._acceptor:
            self._acceptor.cut_off()

    def start_helpers(self, tasks: asyncio.TaskGroup) -> list[asyncio.Task[None]]:
        """What other machines need; until cancelled."""
        if self.certificate is None:
            return []
        return [
            tasks.create_task(self._accept_secured(self.certificate), name="acceptor"),
            tasks.create_task(_renew(self.certificate), name="renewal"),
        ]

    async def main_loop(self) -> None:
        self.up.set()
        await self._stop.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def _accept_secured(self, certificate: "Certificate") -> None:
        await self.up.wait()
        assert self.listeners.secured is not None
        context = certificate.context
        self._acceptor = SecureAcceptor(self.listeners.secured, context, self._protocol)
        await self._acceptor.run()

    def _protocol(self) -> asyncio.Protocol:
        made: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return made


def _certificate(settings: Settings, paths: Paths) -> "Certificate":
    from desktop.api.network.certificates import Certificate, certificate_files

    files = certificate_files(settings, paths)
    assert files
    return Certificate(files, own=settings.tls == "own")


async def _renew(certificate: "Certificate") -> None:
    """Look after it now and then."""
    while True:
        await asyncio.sleep(RENEW_CHECK_S)
        try:
            await asyncio.to_thread(certificate.refresh)
        except AppError as error:
            log.error("the certificate stays as it is: %s", error)


def _tidy(library: Library) -> None:
    """Remove what killed processes have left half written, but no download."""
    library.prune()
    remove_old_scratch(library.own, older_than=time.time() - SCRATCH_AGE_S)
