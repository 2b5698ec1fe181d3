"""The tray application on Qt's loop, from its first event to its last.

The loop ends by our own event and never by `QApplication.quit()`, which would stop it under
running coroutines.
"""

import asyncio
import logging
import os
import sys
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import qasync
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from desktop.client.client import Client
from desktop.core.errors import AppError
from desktop.core.resources import resource
from desktop.core.version import PUNA_VERSION
from desktop.history.history import History
from desktop.ui.context import Context, Place
from desktop.ui.interrupts import Interrupts
from desktop.ui.look.repainting import ColourWatch
from desktop.ui.preferences import Preferences
from desktop.ui.shell.instance import Instance, Wish
from desktop.ui.shell.language import Speech, follow_theme, language_of
from desktop.ui.shell.shell import Host, Server, Shell
from desktop.ui.task_scope import TaskScope

if TYPE_CHECKING:
    from desktop.ui.connect.sharing import SharingEnd

log = logging.getLogger(__name__)


def make_application() -> QApplication:
    """Once, before anything else of Qt's. A display must be there."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Puna")
    application.setApplicationVersion(PUNA_VERSION)
    application.setDesktopFileName("puna")
    application.setQuitOnLastWindowClosed(False)
    application.setWindowIcon(QIcon(str(resource("puna.svg"))))
    return application


class Application:
    """What one run of the tray application is made of.

    Args:
        history_file, choices_file: Where chats and choices are kept; no choices: they are as at
            first, and not kept.
        leaving: Set if the process was asked to end during the start.
    """

    def __init__(
        self,
        application: QApplication,
        history_file: Path,
        choices_file: Path | None,
        leaving: Event,
    ) -> None:
        self._history_file = history_file
        self._leaving = leaving
        self.starts_again = False
        """Another Puna is to be started when this one has ended."""
        self.shell: Shell | None = None
        """While it runs."""
        self._preferences = Preferences(choices_file)
        self._speech = Speech(application)
        self._speech.speak(language_of(self._preferences.choices))
        follow_theme(self._preferences.choices)
        self._colours = ColourWatch()

    def run(self, host: Host, server: Server, instance: Instance, wish: Wish) -> int:
        """Until Quit; returns the exit code."""
        qasync.run(self._until_quit(host, server, instance, wish))
        return 0

    async def _until_quit(self, host: Host, server: Server, instance: Instance, wish: Wish) -> None:
        quitting = asyncio.Event()
        scope = TaskScope(lambda error: log.error("unexpected error", exc_info=error))
        interrupts = Interrupts(quitting.set)
        if self._leaving.is_set():
            quitting.set()
        history = History(self._history_file)
        try:
            await history.open()
        except AppError as error:  # the chat window says so whenever it needs the history
            log.error("%s", error)
        async with Client(server.url, server.key, name="desktop") as client:

            def go(place: Place, what: str = "") -> None:
                shell.go(place, what)

            def end(*, again: bool) -> None:
                self.starts_again = again
                quitting.set()

            context = Context(client, scope.start, history, self._preferences, go, end)
            shell = self.shell = Shell(context, host, self._speech, quitting.set)
            instance.wished.connect(lambda wish: _fulfil(shell, wish))
            shell.begin(wish, server.taken_port)
            sharing_end = _sharing_end(context)
            await quitting.wait()
            sharing_end.close()
            interrupts.close()
            shell.close()
            await scope.close()
        await history.close()


def _sharing_end(context: Context) -> "SharingEnd":
    """Watches that a sharing ends when its time is up, also without its window."""
    from desktop.ui.connect.sharing import SharingEnd, SharingPresenter

    presenter = SharingPresenter(context.client, context.preferences)
    end = SharingEnd(presenter, context.preferences, context.start)
    end.look()
    return end


def _fulfil(shell: Shell, wish: Wish) -> None:
    """Another start of Puna has handed us its wish, and its leave to come to the front."""
    if wish.token:
        os.environ["XDG_ACTIVATION_TOKEN"] = wish.token
    shell.fulfil(wish)
