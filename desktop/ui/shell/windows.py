"""Opens the windows: made when they are first asked for, kept where they were, let go when they
have not been seen for a while.
"""

import base64
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QByteArray, QEvent, QObject, QSize, QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.context import Context, Place
from desktop.ui.shell.keys import Keys

FRAME = QSize(8, 40)  # what the desktop draws around a window, at most
FORGET_MS = 10 * 60_000  # a window has cost some megabytes, and is made again in no time


def _chat(context: Context) -> QWidget:
    from desktop.ui.chat.window import make_chat

    return make_chat(context)


def _models(context: Context) -> QWidget:
    from desktop.ui.models.window import make_models

    return make_models(context)


def _status(context: Context) -> QWidget:
    from desktop.ui.status.window import make_status

    return make_status(context)


def _connect(context: Context) -> QWidget:
    from desktop.ui.connect.window import make_connect

    return make_connect(context)


def _settings(context: Context) -> QWidget:
    from desktop.ui.settings.window import make_settings

    return make_settings(context)


def _help(context: Context) -> QWidget:
    from desktop.ui.help.window import make_help

    return make_help(context)


def _first_run(context: Context) -> QWidget:
    from desktop.ui.first_run.window import make_first_run

    return make_first_run(context)


MAKERS: dict[Place, Callable[[Context], QWidget]] = {
    Place.CHAT: _chat,
    Place.MODELS: _models,
    Place.STATUS: _status,
    Place.CONNECT: _connect,
    Place.SETTINGS: _settings,
    Place.HELP: _help,
    Place.FIRST_RUN: _first_run,
}


class Windows(QObject):
    """At most one of each.

    Args:
        makers: How each is made.
    """

    last_hidden = Signal()  # no window can be seen any more
    quit_wished = Signal()  # by a key

    def __init__(
        self,
        context: Context,
        makers: dict[Place, Callable[[Context], QWidget]] = MAKERS,
        forget_ms: int = FORGET_MS,
    ) -> None:
        super().__init__()
        self.context = context
        self._makers = makers
        self._open: dict[Place, QWidget] = {}
        self._timers: dict[Place, QTimer] = {}
        self._forget_ms = forget_ms

    @property
    def visible(self) -> list[Place]:
        return [place for place, window in self._open.items() if window.isVisible()]

    def window(self, place: Place) -> QWidget | None:
        """The window, if it has been made."""
        return self._open.get(place)

    def go(self, place: Place, what: str = "") -> None:
        """Open a window, or bring it to the front, and show a certain thing in it."""
        window = self._open.get(place) or self._made(place)
        if window.isMinimized():
            window.showNormal()
        window.show()
        window.raise_()
        window.activateWindow()
        if show_at := getattr(window, "show_at", None):
            show_at(what)

    def make_again(self) -> None:
        """All of them, because their words have changed."""
        visible = self.visible
        for place in list(self._open):
            self._keep_place(place)
            self._let_go(place)
        for place in visible:
            self.go(place)

    def close(self) -> None:
        """For good: keep where they are, and delete them."""
        for place in list(self._open):
            self._keep_place(place)
            self._let_go(place)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        place = next((each for each, window in self._open.items() if window is watched), None)
        if place is not None:
            if event.type() == QEvent.Type.Show:
                self._timers[place].stop()
            elif event.type() == QEvent.Type.Hide and not event.spontaneous():
                self._on_hidden(place)
        return False

    def _made(self, place: Place) -> QWidget:
        window = self._open[place] = self._makers[place](self.context)
        timer = self._timers[place] = QTimer(self, singleShot=True, interval=self._forget_ms)
        timer.timeout.connect(partial(self._on_forgotten, place))
        keys = Keys(window, self.context.go)
        keys.quit_wished.connect(self.quit_wished)
        kept = self.context.preferences.choices.geometry.get(place.value, "")
        if kept:
            window.restoreGeometry(QByteArray(base64.b64decode(kept)))
        else:
            room = window.screen().availableSize() - FRAME
            window.resize(window.size().boundedTo(room))
        window.installEventFilter(self)
        return window

    def _on_hidden(self, place: Place) -> None:
        self._keep_place(place)
        self._timers[place].start()
        if not self.visible:
            self.last_hidden.emit()

    def _on_forgotten(self, place: Place) -> None:
        window = self._open[place]
        if window.isVisible():
            return
        is_busy = getattr(window, "is_busy", None)
        if is_busy and is_busy():
            self._timers[place].start()
        else:
            self._let_go(place)

    def _keep_place(self, place: Place) -> None:
        kept = base64.b64encode(self._open[place].saveGeometry().data()).decode()
        preferences = self.context.preferences
        if preferences.choices.geometry.get(place.value) != kept:
            preferences.change(geometry=preferences.choices.geometry | {place.value: kept})

    def _let_go(self, place: Place) -> None:
        window, timer = self._open.pop(place), self._timers.pop(place)
        timer.stop()
        timer.deleteLater()
        window.removeEventFilter(self)
        window.hide()
        window.deleteLater()
