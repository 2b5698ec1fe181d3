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

from desktop.api.condition import unwritable
from desktop.api.desk import make_desk
from desktop.api.network.addresses import is_loopback
from desktop.api.network.listeners import bind, local_host
from desktop.api.network.outside import Outside
from desktop.api.network.sharing import check_sharing
from desktop.api.routes import make_application
from desktop.core import discovery
from desktop.core.paths import Paths
from desktop.core.preferences import Preferences
from desktop.core.watchdog import watch_loop
from desktop.models.creating.shelf import remove_old_scratch
from desktop.models.found.places import Surroundings
from desktop.models.library import Library

if TYPE_CHECKING:
    from desktop.models.registry.endpoints import Endpoints

log = logging.getLogger(__name__)

STOP_GRACE_S = 1
SCRATCH_AGE_S = 3600.0


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
        here = local_host(settings.host)
        local = bind(here, settings.port)
        self.url = discovery.url_of(here, local.getsockname()[1])
        desk = None
        try:
            desk = make_desk(self._preferences, self._paths, self._machine, self._endpoints)
            prepared = await desk.outside.prepared(settings, local)
            server = _Server(make_application(desk), stop)
            async with asyncio.TaskGroup() as tasks:
                helpers = [
                    tasks.create_task(desk.engine.expire_idle(), name="expiry"),
                    tasks.create_task(desk.pins.run(), name="pins"),
                    tasks.create_task(desk.engine.paces.keep(), name="paces"),
                    tasks.create_task(desk.probe.run(), name="probe"),
                    tasks.create_task(desk.downloads.run(), name="downloads"),
                    tasks.create_task(watch_loop(), name="watchdog"),
                    tasks.create_task(desk.updating.run(), name="updates"),
                ]

                def begin(outside: Outside = desk.outside) -> None:
                    outside.begin(prepared, server.protocol, tasks)

                announcing = self._announce(server.up, begin, desk.own_key, on_ready)
                tasks.create_task(announcing, name="announcement")
                tasks.create_task(asyncio.to_thread(_tidy, desk.library), name="tidying")
                await server.serve(sockets=[local])
                desk.outside.stop()
                for helper in helpers:
                    helper.cancel()
        finally:
            discovery.withdraw(self._paths.discovery_file)
            local.close()
            if desk:
                await desk.close()
                desk.outside.cut_off()
            log.info("stopped")

    async def _announce(
        self,
        up: asyncio.Event,
        begin: Callable[[], None],
        own_key: str,
        on_ready: Callable[[str], None],
    ) -> None:
        await up.wait()
        begin()
        try:
            discovery.announce(self._paths.discovery_file, self.url, own_key)
        except OSError as error:
            self._preferences.tell(unwritable(self._paths.data, error))
        log.info("listening on %s", self.url)
        self._preferences.notes += self._notes()
        for note in self._preferences.notes:
            log.info("%s", note)
        on_ready(self.url)

    def _notes(self) -> list[str]:
        """What its user should know about this start."""
        settings, notes = self._preferences.current, list[str]()
        if is_loopback(settings.host) and settings.tls != "off":
            notes.append("tls is for other machines, and Puna listens to this one only")
        if variables := self._preferences.overruled_variables:
            notes.append(f"settings.json wins over {', '.join(variables)}")
        return notes


class _Server(uvicorn.Server):
    """uvicorn that sleeps until it has something to do."""

    def __init__(self, application: ASGIApp, stop: asyncio.Event) -> None:
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
        self.up = asyncio.Event()

    def protocol(self) -> asyncio.Protocol:
        """For a connection that was accepted elsewhere; only once it is up."""
        made: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return made

    async def main_loop(self) -> None:
        self.up.set()
        await self._stop.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _tidy(library: Library) -> None:
    """Remove what killed processes have left half written, but no download."""
    try:
        library.prune()
        remove_old_scratch(library.own, older_than=time.time() - SCRATCH_AGE_S)
    except OSError as error:
        log.warning("nothing is tidied up: %s", error)
