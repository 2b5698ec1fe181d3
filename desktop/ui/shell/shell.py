"""Holds everything together: the server's events on one side, tray and windows on the other."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox

from desktop.client.status import Problem
from desktop.core.errors import AppError
from desktop.ui.context import Context, Place
from desktop.ui.failures import failure_sentence
from desktop.ui.preferences import Choices
from desktop.ui.shell.instance import Wish
from desktop.ui.shell.language import Speech, follow_theme, language_of
from desktop.ui.shell.news import News
from desktop.ui.shell.notices import Notices
from desktop.ui.shell.panel import Panel
from desktop.ui.shell.program_watch import make_program_watch, make_restart_box
from desktop.ui.shell.tray import Tray
from desktop.ui.shell.tray_menu import Act, MenuText
from desktop.ui.shell.troubles import make_box
from desktop.ui.shell.watching import Seen, ServerWatch
from desktop.ui.shell.windows import Windows

log = logging.getLogger(__name__)

TRAY_POLL_MS = 2_000
TRAY_POLLS = 30  # a minute: desktops start their trays after the applications
AGAIN_S = 10.0  # between two tries to start a server


class Server(Protocol):
    """Where the server is."""

    @property
    def url(self) -> str: ...

    @property
    def key(self) -> str: ...

    @property
    def is_new(self) -> bool:
        """It was started just now, by us."""

    @property
    def taken_port(self) -> int | None:
        """Port that another program holds, so that the server has taken another one."""


class Host(Protocol):
    """Has a server, or starts one."""

    def find(self) -> Server:
        """Blocks. Raises AppError: there is none, and none can be started."""


class Shell(QObject):
    """Lives as long as the application, on its loop.

    Args:
        quit_: Ends the application.
    """

    def __init__(
        self, context: Context, host: Host, speech: Speech, quit_: Callable[[], None]
    ) -> None:
        super().__init__()
        self._context = context
        self._host = host
        self._speech = speech
        self._quit = quit_
        self._is_quiet = True
        self._panel: Panel | None = None
        self._box: QMessageBox | None = None
        self._troubles: QMessageBox | None = None
        self._restart: QMessageBox | None = None
        self._polls = 0
        self._words = MenuText()
        self.watch = ServerWatch(context.client)
        self.news = News(context.client)
        self.program = make_program_watch()
        self.notices = Notices(context.preferences)
        self.windows = Windows(context)
        self.tray = Tray(self._words)
        self._timer = QTimer(self, interval=TRAY_POLL_MS)
        self._connect()

    def begin(self, wish: Wish, taken_port: int | None) -> None:
        """The first thing to be seen."""
        self.tray.show_seen(self.watch.seen)
        self._context.start(self.watch.run())
        self._context.start(self.news.run())
        self._timer.start()
        self.fulfil(wish)
        if taken_port:
            self._tell_port(taken_port)
        if self._context.preferences.problems:
            self._tell_troubles([])

    def fulfil(self, wish: Wish) -> None:
        """Do what a start of Puna asks for; a start by hand always brings a window."""
        if wish.leave:
            self._quit()
            return
        self._is_quiet = self._is_quiet and wish.quiet
        for file in wish.files:
            self.go(Place.MODELS, f"import:{Path(file)}")
        if wish.files:
            return
        if wish.open in [place.value for place in Place]:
            self.go(Place(wish.open))
        elif not self._context.preferences.choices.welcomed:
            self.go(Place.FIRST_RUN)
        elif not wish.quiet:
            self.go(Place.CHAT)

    def go(self, place: Place, what: str = "") -> None:
        if place is Place.FIRST_RUN and not self._context.preferences.choices.welcomed:
            self._context.preferences.change(welcomed=True)
        self.windows.go(place, what)

    def close(self) -> None:
        self._timer.stop()
        if self.program:
            self.program.close()
        self.tray.close()
        self.windows.close()
        if self._panel:
            self._panel.closed.disconnect()
            self._panel.hide()
            self._panel.deleteLater()
            self._panel = None

    def _connect(self) -> None:
        self.watch.changed.connect(self._on_changed)
        self.watch.lost.connect(lambda: self._context.start(self._replace_server()))
        self.watch.downloaded.connect(self.notices.downloaded)
        self.watch.did_not_fit.connect(self.notices.did_not_fit)
        self.watch.fitted.connect(self.notices.fitted)
        self.watch.page_asked.connect(self.notices.page_asked)
        self.news.newer.connect(self.notices.newer)
        self.news.troubled.connect(self._tell_troubles)
        if self.program:
            self.program.replaced.connect(self._ask_to_start_again)
        self.notices.raised.connect(self._on_notice)
        self.tray.chosen.connect(self._on_chosen)
        self.tray.opened.connect(lambda: self.fulfil(Wish()))
        self.tray.told.connect(self._on_notice_clicked)
        self.tray.looked_at.connect(self.watch.refresh)
        self.windows.quit_wished.connect(self._quit)
        self.windows.last_hidden.connect(self._on_last_hidden)
        self._timer.timeout.connect(self._on_tray_poll)
        self._context.preferences.changed.connect(self._on_choices)

    def _on_changed(self, seen: Seen) -> None:
        self.tray.show_seen(seen)
        if self._panel:
            self._panel.show_seen(seen)

    def _on_chosen(self, act: Act, what: str) -> None:
        match act:
            case Act.OPEN:
                place, _, thing = what.partition(" ")
                self.go(Place(place), thing)
            case Act.UNLOAD:
                self._try(self.watch.unload(what))
            case Act.LOAD:
                self._try(self.watch.load(what))
            case Act.PAUSE | Act.RESUME:
                self._try(self.watch.pause(act is Act.PAUSE))
            case Act.COPY:
                QGuiApplication.clipboard().setText(what)
            case Act.QUIT:
                self._quit()

    def _try(self, work: Coroutine[Any, Any, None]) -> None:
        async def attempt() -> None:
            try:
                await work
            except AppError as error:
                self.notices.action_failed(failure_sentence(error))

        self._context.start(attempt())

    async def _replace_server(self) -> None:
        """The server is gone: find another one, or start our own, and go on with it."""
        while True:
            before = self._context.client.url
            try:
                server = await asyncio.to_thread(self._host.find)
            except AppError as error:
                log.error("no server can be started: %s", error)
                await asyncio.sleep(AGAIN_S)
                continue
            self._context.client.wire.move(server.url, server.key)
            self.watch.look_again()
            self._context.start(self.news.run())
            log.info("the server at %s is gone; %s goes on", before, server.url)
            if server.is_new:
                self.notices.server_replaced(server.url)
            return

    def _on_notice(self, title: str, text: str) -> None:
        if self.tray.is_available:
            self.tray.tell(title, text)
        elif self._panel:
            self._panel.tell(title, text)
        else:
            log.info("%s: %s", title, text)

    def _on_notice_clicked(self) -> None:
        self.go(*self.notices.target)

    def _on_tray_poll(self) -> None:
        self._polls += 1
        if self.tray.is_available:
            self._timer.stop()
            self._drop_panel()
        elif self._polls >= TRAY_POLLS:
            self._timer.stop()
            if not self.windows.visible:
                self._show_panel()

    def _on_last_hidden(self) -> None:
        """Never leave the user without anything to click on."""
        if not self.tray.is_available and not self._is_quiet:
            self._show_panel()

    def _show_panel(self) -> None:
        if self._panel is None:
            self._panel = Panel(self._words, self.tray.menu)
            self._panel.chosen.connect(self._on_chosen)
            self._panel.notice_clicked.connect(self._on_notice_clicked)
            self._panel.closed.connect(self._quit)
            self._panel.show_seen(self.watch.seen)
        self._panel.show()
        self._panel.raise_()

    def _drop_panel(self) -> None:
        """A tray has come after all."""
        if self._panel:
            self._panel.closed.disconnect()
            self._panel.close()
            self._panel.deleteLater()
            self._panel = None

    def _on_choices(self, choices: Choices) -> None:
        follow_theme(choices)
        language = language_of(choices)
        if language != self._speech.language:
            self._speech.speak(language)
            self.tray.show_seen(self.watch.seen)
            # Not under the window whose control has just been used.
            QTimer.singleShot(0, self.windows, self.windows.make_again)

    def _tell_troubles(self, problems: list[Problem]) -> None:
        self._troubles = make_box([*self._context.preferences.problems, *problems], self.go)
        self._troubles.show()

    def _ask_to_start_again(self) -> None:
        """Another version lies where this one was started from."""
        seen = self.watch.seen
        self._restart = make_restart_box(is_busy=bool(seen.running or seen.downloads))
        self._restart.accepted.connect(lambda: self._context.end(again=True))
        self._restart.show()

    def _tell_port(self, port: int) -> None:
        text = self.tr(
            "Another program uses port %1 (Ollama, perhaps), so Puna has taken another one. Tell"
            " your programs the address that *Connect programs* shows."
        )
        self._box = QMessageBox(QMessageBox.Icon.Information, "Puna", "")
        self._box.setTextFormat(self._box.textFormat().MarkdownText)
        self._box.setText(text.replace("%1", str(port)))
        show = self._box.addButton(self.tr("Show the address"), QMessageBox.ButtonRole.AcceptRole)
        self._box.addButton(QMessageBox.StandardButton.Close)
        show.clicked.connect(lambda: self.go(Place.CONNECT))
        self._box.setModal(False)
        self._box.show()
