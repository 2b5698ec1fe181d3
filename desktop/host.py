"""Who has the server: a Puna that runs already, or we ourselves, on a thread beside the windows."""

import asyncio
import logging
import os
import sys
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.api.network.listeners import PortTaken
from desktop.api.network.sharing import SharingRefused, check_sharing
from desktop.api.service import Service
from desktop.core import discovery
from desktop.core.errors import AppError, ServerUnreachable
from desktop.core.paths import Paths
from desktop.core.preferences import Preferences
from desktop.core.troubles import Trouble
from desktop.models.found.places import Surroundings

if TYPE_CHECKING:
    from desktop.models.registry.endpoints import Endpoints

log = logging.getLogger(__name__)

STOP_GRACE_S = 20.0  # models are unloaded in this time, or the process ends without
PORTS_TO_TRY = 20


def this_machine() -> Surroundings:
    home = Path(os.path.expanduser("~"))  # where `Path.home` fails, nothing is in it
    return Surroundings(home=home, environ=os.environ, platform=sys.platform)


async def puna_answers(url: str) -> bool:
    """Whether it is a Puna that answers there."""
    from desktop.client import probe

    return await probe.puna_answers(url)


def find_service(preferences: Preferences, paths: Paths) -> tuple["ServiceThread | None", str]:
    """A running Puna's address, or else our own service on its thread.

    If another program holds the port, the service takes a free one near it. If other machines
    could get in without a key, or it cannot listen as the settings say, it listens for this
    machine only, and says so.
    """
    found = discovery.read(paths.discovery_file)
    if found and asyncio.run(puna_answers(found.url)):
        return None, found.url
    preferences = _private(preferences)
    port = preferences.current.port
    try:
        service = ServiceThread(preferences, paths, this_machine())
        return service, service.start()
    except PortTaken:
        url = discovery.url_of(preferences.current.host, port)
        if asyncio.run(puna_answers(url)):
            return None, url
    except AppError as error:  # an address that is not ours, a certificate that is not there
        if preferences.current.host == "127.0.0.1":
            raise
        return find_service(_unshared(preferences, error), paths)
    for other in [*range(port + 1, min(port + PORTS_TO_TRY, 65536)), 0]:
        service = ServiceThread(preferences.with_given(port=other), paths, this_machine())
        service.port_was_taken = True
        try:
            return service, service.start()
        except PortTaken:
            continue
    raise AssertionError("the system gave no port")  # port 0 is never taken


@dataclass(frozen=True, slots=True)
class FoundServer:
    """Where the server is, and what opens it."""

    url: str
    key: str
    is_new: bool
    """It was started just now, by us."""
    taken_port: int | None = None
    """It belongs to another program, so that our server has taken another one."""


class Host:
    """Sees to it that there is a server: of another process, or else our own. Any thread."""

    def __init__(self, preferences: Preferences, paths: Paths) -> None:
        self._preferences = preferences
        self._paths = paths
        self._started: list[ServiceThread] = []
        self._lock = threading.Lock()
        self._stopped = False

    def find(self) -> FoundServer:
        """The one that answers. Blocks until it does.

        Raises:
            AppError: there is none, and none can be started.
        """
        with self._lock:
            if self._stopped:
                raise ServerUnreachable("Puna is ending.")
            service, url = find_service(self._preferences, self._paths)
            if service:
                self._started.append(service)
        was_taken = service is not None and service.port_was_taken
        taken_port = self._preferences.current.port if was_taken else None
        return FoundServer(url, _key(self._paths, url), service is not None, taken_port)

    def stop(self) -> None:
        """End what was started here."""
        with self._lock:
            self._stopped = True
            for service in self._started:
                service.stop()


def _private(preferences: Preferences) -> Preferences:
    """The same, or for this machine only."""
    try:
        check_sharing(preferences.current)
    except SharingRefused as error:
        return _unshared(preferences, error)
    return preferences


def _unshared(preferences: Preferences, error: AppError) -> Preferences:
    """For this machine only, which needs neither keys nor certificates."""
    preferences = preferences.with_given(host="127.0.0.1", tls="off")
    preferences.tell(
        Trouble(
            code="sharing_refused",
            text=str(error),
            remedy="Share Puna by the window Connect programs, which does all that is needed.",
        )
    )
    return preferences


def _key(paths: Paths, url: str) -> str:
    """What opens the server at this address to its owner's programs."""
    found = discovery.read(paths.discovery_file)
    return found.key if found and found.url == url else ""


class ServiceThread:
    """The service on a thread and an asyncio loop of its own, so that no window delays it."""

    def __init__(
        self,
        preferences: Preferences,
        paths: Paths,
        machine: Surroundings,
        endpoints: "Endpoints | None" = None,
    ) -> None:
        self.port_was_taken = False
        self._machine = machine
        self._endpoints = endpoints
        self._preferences = preferences
        self._paths = paths
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._ready: Future[str] = Future()
        self._thread = threading.Thread(target=self._main, name="service", daemon=True)

    def start(self) -> str:
        """Return the service's address once it listens.

        Raises:
            PortTaken: nothing is left running.
        """
        self._thread.start()
        return self._ready.result()

    def stop(self) -> None:
        """Unload the models and end the thread. May be repeated."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(STOP_GRACE_S)

    def _main(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                service = Service(self._preferences, self._paths, self._machine, self._endpoints)
                runner.run(service.run(self._ready.set_result, self._stop))
        except BaseException as error:
            if self._ready.done():
                log.exception("the service ended unexpectedly")
            else:
                self._ready.set_exception(error)
