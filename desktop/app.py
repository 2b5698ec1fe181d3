"""The composition root: settings, service, windows, from start to shutdown. Read this first.

`serve` runs the service on the main thread; `tray` runs it on a thread of its own beside Qt, or
uses a Puna that already runs. Qt and the client are imported where they are first needed: a server
without windows has neither.
"""

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from desktop.api.network.listeners import PortTaken
from desktop.api.network.sharing import SharingRefused, check_sharing
from desktop.api.service import Service
from desktop.core import discovery, logs
from desktop.core.autostart import start_again
from desktop.core.errors import AppError, ServerUnreachable
from desktop.core.paths import Paths
from desktop.core.preferences import Preferences
from desktop.core.settings import parse_host
from desktop.core.starts import SAFE_AFTER, counted_start
from desktop.core.troubles import Trouble
from desktop.core.version_copies import keep_before_update
from desktop.models.found.places import Surroundings
from desktop.models.importing import Additions, Progress, import_folder, import_gguf, name_for
from desktop.models.names import ModelName
from desktop.models.store import ModelStore

if TYPE_CHECKING:
    from desktop.doctor.finding import Report
    from desktop.models.registry.endpoints import Endpoints

log = logging.getLogger(__name__)

ASKED_FOR = "It was started so."
STOP_GRACE_S = 20.0  # models are unloaded in this time, or the process ends without
PORTS_TO_TRY = 20
_WINDOWS_BREAK = getattr(signal, "SIGBREAK", signal.SIGTERM)  # Ctrl-Break, and a closed terminal
_ENDING = (signal.SIGINT, signal.SIGTERM, _WINDOWS_BREAK)


def serve(host: str | None = None, *, safe: bool = False) -> int:
    """Run the server in this terminal until Ctrl-C or SIGTERM; returns the exit code.

    Args:
        host: `ADDRESS:PORT` that replaces the one of the settings.
        safe: Without the user's settings.

    Raises:
        SettingInvalid, SharingRefused: nothing was started.
    """
    paths = Paths.of(os.environ)
    given = {}
    if host:
        address, port = parse_host(host)
        given = {"host": address or "0.0.0.0", "port": port}
    logs.start(paths.log_file, terminal=True)
    if safe:
        preferences = Preferences.safe(paths.settings_file, given, ASKED_FOR)
    else:
        preferences = Preferences.mended(paths.settings_file, os.environ, given)
    keep_before_update(paths)
    try:
        asyncio.run(_serve(preferences, paths))
    except PortTaken as error:
        url = discovery.url_of(preferences.current.host, preferences.current.port)
        ours = asyncio.run(_puna_answers(url))
        print(f"puna: {f'Puna already runs at {url}.' if ours else error}", file=sys.stderr)
        return 1
    return 0


def tray(
    place: str = "", files: Sequence[Path] = (), *, quiet: bool = False, safe: bool = False
) -> int:
    """Run the tray application until Quit; returns the exit code. If it runs already, that one
    opens a window, and this one is done.

    Args:
        place: Which window to open; empty: the one that suits.
        files: To be added to the models.
        quiet: Nobody waits for a window: it is the user's login.
        safe: Without the user's settings. So it is by itself after starts that have crashed.
    """
    if not can_show_windows(os.environ, sys.platform):
        print("There is no display here, so Puna runs without windows.", flush=True)
        return serve(safe=safe)
    paths = Paths.of(os.environ)
    logs.start(paths.log_file, terminal=False)
    sys.excepthook = lambda kind, error, trace: log.critical(
        "unexpected error", exc_info=(kind, error, trace)
    )
    leaving = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):  # until the windows' loop listens for them
        signal.signal(number, lambda number, frame: leaving.set())
    from desktop.ui.application import Application, make_application
    from desktop.ui.shell.instance import Instance, Wish

    application = make_application()
    token = os.environ.pop("XDG_ACTIVATION_TOKEN", "")
    names = [str(path.absolute()) for path in files]
    wish = Wish(open=place, files=names, quiet=quiet, token=token)
    instance = Instance(paths.data, os.environ)
    if not instance.claim(wish):
        return 0
    with counted_start(paths.starts_file) as crashes:
        keep_before_update(paths)
        preferences = _preferences(paths, crashes, safe=safe)
        host = Host(preferences, paths)
        choices = None if preferences.is_safe else paths.choices_file
        windows = Application(application, paths.history_file, choices, leaving)
        try:
            windows.run(host, _found(host, leaving), instance, wish)
        finally:
            host.stop()
            instance.close()
    if windows.starts_again:
        start_again()
    return 0


def _found(host: "Host", leaving: threading.Event) -> "FoundServer":
    """The server; if there is none, its user is told, as nobody sees our terminal."""
    try:
        return host.find()
    except AppError as error:
        from desktop.ui.shell.troubles import tell_failed_start

        tell_failed_start(error, leaving)
        raise


def send_tray_away() -> bool:
    """End the tray application as its own menu does; returns whether none runs any more."""
    from desktop.ui.shell.instance import send_away

    return send_away(Paths.of(os.environ).data, os.environ)


def _preferences(paths: Paths, crashes: int, *, safe: bool) -> Preferences:
    """For a start whose user sees no terminal: nothing in the file stops it."""
    if safe:
        return Preferences.safe(paths.settings_file, {}, ASKED_FOR)
    if crashes >= SAFE_AFTER:
        reason = f"The last {crashes} starts ended unexpectedly."
        return Preferences.safe(paths.settings_file, {}, reason)
    return Preferences.mended(paths.settings_file, os.environ, forgives=True)


def import_file(
    path: Path,
    name: str | None,
    on_progress: Progress,
    *,
    license_text: str = "",
    link: bool = False,
) -> str:
    """Add a GGUF file, or a folder with one model, to the models on the disk, without a server;
    returns the full name.

    Args:
        name: Without one, the file's own.
        link: Share the file's bytes where the disk allows it; nobody may write to it after that.

    Raises:
        AppError: the file cannot be read as a model, or the name is not one.
    """
    paths = Paths.of(os.environ)
    folder = Preferences(paths.settings_file, os.environ).current.models_folder
    take = import_folder if path.is_dir() else import_gguf
    model = take(
        ModelStore(folder or paths.models),
        path,
        ModelName.parse(name) if name else name_for(path),
        additions=Additions(license_text=license_text),
        link=link,
        progress=on_progress,
    )
    return model.name.short


def examine(environ: Mapping[str, str], *, online: bool) -> "Report":
    """See `puna doctor`.

    Args:
        online: Connect to where models come from, too.
    """
    from desktop.api.activity.journal import SCHEMA as ACTIVITY
    from desktop.api.apps.apps import SCHEMA as APPS
    from desktop.doctor.examination import examine
    from desktop.history.schema import SCHEMA as HISTORY

    schemas = {"activity": len(ACTIVITY), "apps": len(APPS), "history": len(HISTORY)}
    return asyncio.run(examine(Paths.of(environ), environ, schemas, online=online))


def this_machine() -> Surroundings:
    return Surroundings(home=Path.home(), environ=os.environ, platform=sys.platform)


def can_show_windows(environ: Mapping[str, str], platform: str) -> bool:
    """Whether Qt may be started; without a display it would abort the process.

    >>> can_show_windows({}, "linux"), can_show_windows({"DISPLAY": ":0"}, "linux")
    (False, True)
    """
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return platform != "linux" or any(environ.get(name) for name in names)


def find_service(preferences: Preferences, paths: Paths) -> tuple["ServiceThread | None", str]:
    """A running Puna's address, or else our own service on its thread.

    If another program holds the port, the service takes a free one near it. If other machines
    could get in without a key, or it cannot listen as the settings say, it listens for this
    machine only, and says so.
    """
    found = discovery.read(paths.discovery_file)
    if found and asyncio.run(_puna_answers(found.url)):
        return None, found.url
    preferences = _private(preferences)
    port = preferences.current.port
    try:
        service = ServiceThread(preferences, paths, this_machine())
        return service, service.start()
    except PortTaken:
        url = discovery.url_of(preferences.current.host, port)
        if asyncio.run(_puna_answers(url)):
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


async def _serve(preferences: Preferences, paths: Paths) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop.set)
        signal.signal(number, signal.SIG_DFL)  # a second one ends the process at once

    for number in _ENDING:
        signal.signal(number, on_signal)
    announce = "Puna listens at {} (stop it with Ctrl-C)".format
    service = Service(preferences, paths, this_machine())
    await service.run(lambda url: print(announce(url), flush=True), stop)


async def _puna_answers(url: str) -> bool:
    from desktop.client.probe import puna_answers

    return await puna_answers(url)
