"""The tray application's windows, from the first to the last event on Qt's loop.

The loop ends by our own event and never by `QApplication.quit()`, which would stop it under
running coroutines.
"""

import asyncio
import logging
import sys
from pathlib import Path
from threading import Event

import qasync
from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from desktop.client.client import Client
from desktop.core.resources import resource
from desktop.core.version import PUNA_VERSION
from desktop.ui.interrupts import Interrupts
from desktop.ui.presenter import OverviewPresenter
from desktop.ui.task_scope import TaskScope
from desktop.ui.tray import Tray
from desktop.ui.window import OverviewWindow

log = logging.getLogger(__name__)

TRAY_WAIT_MS = 10_000  # desktops start their trays after the applications


def run(url: str, welcome_mark: Path, taken_port: int | None, leaving: Event) -> int:
    """Show the tray icon until Quit; returns the exit code. A display must be there.

    Args:
        url: Address of the server.
        welcome_mark: File that exists once the window has been shown; until then it opens by
            itself.
        taken_port: Port that another program holds, so that the server has taken its own.
        leaving: Set if the process was asked to end during the start.
    """
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Puna")
    app.setApplicationVersion(PUNA_VERSION)
    app.setDesktopFileName("puna")
    app.setQuitOnLastWindowClosed(False)
    app.setWindowIcon(QIcon(str(resource("puna.svg"))))
    qasync.run(_until_quit(url, welcome_mark, taken_port, leaving))
    return 0


async def _until_quit(url: str, welcome_mark: Path, taken_port: int | None, leaving: Event) -> None:
    quitting = asyncio.Event()
    scope = TaskScope(lambda error: log.error("unexpected error", exc_info=error))
    interrupts = Interrupts(quitting.set)
    if leaving.is_set():
        quitting.set()
    async with Client(url) as client:
        notice = _port_notice(taken_port) if taken_port else ""
        window = OverviewWindow(OverviewPresenter(client), scope.start, url, notice)
        tray = Tray(QApplication.windowIcon(), f"Puna – {url}")
        tray.open_requested.connect(window.bring_up)
        tray.quit_requested.connect(quitting.set)
        window.closed.connect(lambda: None if tray.is_available else quitting.set())
        if notice or _is_first_start(welcome_mark):
            window.bring_up()
        else:  # never leave the user without anything to click on
            QTimer.singleShot(
                TRAY_WAIT_MS, window, lambda: None if tray.is_available else window.bring_up()
            )
        await quitting.wait()
        interrupts.close()
        tray.close()
        window.hide()
        window.deleteLater()
        await scope.close()


def _port_notice(taken_port: int) -> str:
    text = QCoreApplication.translate(
        "application",
        "Another program uses port %1 (Ollama, perhaps), so Puna has taken another one. Tell your"
        " programs the address below.",
    )
    return text.replace("%1", str(taken_port))


def _is_first_start(mark: Path) -> bool:
    if mark.exists():
        return False
    try:
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()
    except OSError as error:
        log.warning("the next start will look like the first: %s", error)
    return True
