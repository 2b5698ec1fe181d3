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
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from desktop.api.network.listeners import PortTaken
from desktop.api.network.sharing import check_sharing
from desktop.api.service import Service
from desktop.core import discovery, logs
from desktop.core.autostart import start_again
from desktop.core.errors import AppError, ModelFileInvalid
from desktop.core.paths import Paths
from desktop.core.preferences import Preferences
from desktop.core.settings import parse_host
from desktop.core.starts import SAFE_AFTER, counted_start
from desktop.core.version_copies import keep_before_update
from desktop.host import FoundServer, Host, puna_answers, this_machine
from desktop.models.importing import Additions, Progress, import_folder, import_gguf, name_for
from desktop.models.names import ModelName
from desktop.models.store import ModelStore

if TYPE_CHECKING:
    from desktop.doctor.finding import Report

log = logging.getLogger(__name__)

ASKED_FOR = "It was started so."
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
        ours = asyncio.run(puna_answers(url))
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


def _found(host: Host, leaving: threading.Event) -> FoundServer:
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
    if not folder:
        _make_home(paths.data)
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


def _make_home(folder: Path) -> None:
    """Of a Puna that has never been started. Raises ModelFileInvalid: it may not be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ModelFileInvalid(f"{folder} cannot be made: {error.strerror}.") from error


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
    paths = Paths.of(environ)
    report = asyncio.run(examine(paths, environ, schemas, check_sharing, online=online))
    return report.without(os.path.expanduser("~"))


def can_show_windows(environ: Mapping[str, str], platform: str) -> bool:
    """Whether Qt may be started; without a display it would abort the process.

    >>> can_show_windows({}, "linux"), can_show_windows({"DISPLAY": ":0"}, "linux")
    (False, True)
    """
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return platform != "linux" or any(environ.get(name) for name in names)


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
