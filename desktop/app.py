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
from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import msgspec

from desktop.api.service import PortTaken, Service
from desktop.core import discovery, logs, settings
from desktop.core.paths import Paths
from desktop.core.settings import Settings
from desktop.models.found.places import Surroundings
from desktop.models.importing import Additions, Progress, import_folder, import_gguf, name_for
from desktop.models.names import ModelName
from desktop.models.store import ModelStore

if TYPE_CHECKING:
    from desktop.models.registry.endpoints import Endpoints

log = logging.getLogger(__name__)

STOP_GRACE_S = 20.0  # models are unloaded in this time, or the process ends without
PORTS_TO_TRY = 20


def serve(host: str | None = None) -> int:
    """Run the server in this terminal until Ctrl-C or SIGTERM; returns the exit code.

    Args:
        host: `ADDRESS:PORT` that replaces the one of the settings.
    """
    paths = Paths.of(os.environ)
    chosen = settings.load(paths.settings_file, os.environ)
    if host:
        address, port = settings.parse_host(host)
        chosen = msgspec.structs.replace(chosen, host=address or "0.0.0.0", port=port)
    logs.start(paths.log_file, terminal=True)
    try:
        asyncio.run(_serve(chosen, paths))
    except PortTaken as error:
        url = discovery.url_of(chosen.host, chosen.port)
        ours = asyncio.run(_puna_answers(url))
        print(f"puna: {f'Puna already runs at {url}.' if ours else error}", file=sys.stderr)
        return 1
    return 0


def tray() -> int:
    """Run the tray application until Quit; returns the exit code."""
    if not can_show_windows(os.environ, sys.platform):
        print("There is no display here, so Puna runs without windows.", flush=True)
        return serve()
    paths = Paths.of(os.environ)
    chosen = settings.load(paths.settings_file, os.environ)
    logs.start(paths.log_file, terminal=False)
    sys.excepthook = lambda kind, error, trace: log.critical(
        "unexpected error", exc_info=(kind, error, trace)
    )
    leaving = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):  # until the windows' loop listens for them
        signal.signal(number, lambda number, frame: leaving.set())
    service = None
    try:
        service, url = find_service(chosen, paths)
        from desktop.ui.application import run

        taken_port = chosen.port if service and service.port_was_taken else None
        return run(url, paths.state / "welcomed", taken_port, leaving)
    finally:
        if service:
            service.stop()


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
    folder = settings.load(paths.settings_file, os.environ).models_dir
    take = import_folder if path.is_dir() else import_gguf
    model = take(
        ModelStore(Path(folder).expanduser() if folder else paths.models),
        path,
        ModelName.parse(name) if name else name_for(path),
        additions=Additions(license_text=license_text),
        link=link,
        progress=on_progress,
    )
    return model.name.short


def this_machine() -> Surroundings:
    return Surroundings(home=Path.home(), environ=os.environ, platform=sys.platform)


def can_show_windows(environ: Mapping[str, str], platform: str) -> bool:
    """Whether Qt may be started; without a display it would abort the process.

    >>> can_show_windows({}, "linux"), can_show_windows({"DISPLAY": ":0"}, "linux")
    (False, True)
    """
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return platform != "linux" or any(environ.get(name) for name in names)


def find_service(chosen: Settings, paths: Paths) -> tuple["ServiceThread | None", str]:
    """A running Puna's address, or else our own service on its thread.

    If another program holds the port, the service takes a free one near it.
    """
    found = discovery.read(paths.discovery_file)
    if found and asyncio.run(_puna_answers(found.url)):
        return None, found.url
    try:
        service = ServiceThread(chosen, paths, this_machine())
        return service, service.start()
    except PortTaken:
        url = discovery.url_of(chosen.host, chosen.port)
        if asyncio.run(_puna_answers(url)):
            return None, url
    for port in [*range(chosen.port + 1, min(chosen.port + PORTS_TO_TRY, 65536)), 0]:
        service = ServiceThread(msgspec.structs.replace(chosen, port=port), paths, this_machine())
        service.port_was_taken = True
        try:
            return service, service.start()
        except PortTaken:
            continue
    raise AssertionError("the system gave no port")  # port 0 is never taken


class ServiceThread:
    """The service on a thread and an asyncio loop of its own, so that no window delays it."""

    def __init__(
        self,
        chosen: Settings,
        paths: Paths,
        machine: Surroundings,
        endpoints: "Endpoints | None" = None,
    ) -> None:
        self.port_was_taken = False
        self._machine = machine
        self._endpoints = endpoints
        self._settings = chosen
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
                service = Service(self._settings, self._paths, self._machine, self._endpoints)
                runner.run(service.run(self._ready.set_result, self._stop))
        except BaseException as error:
            if self._ready.done():
                log.exception("the service ended unexpectedly")
            else:
                self._ready.set_exception(error)


async def _serve(chosen: Settings, paths: Paths) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop.set)
        signal.signal(number, signal.SIG_DFL)  # a second one ends the process at once

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    announce = "Puna listens at {} (stop it with Ctrl-C)".format
    service = Service(chosen, paths, this_machine())
    await service.run(lambda url: print(announce(url), flush=True), stop)


async def _puna_answers(url: str) -> bool:
    from desktop.client.probe import puna_answers

    return await puna_answers(url)
