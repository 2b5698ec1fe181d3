"""Windows: made once, brought back where they were, let go after a while."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from desktop.client.client import Client
from desktop.history.history import History
from desktop.ui.context import Context, Place
from desktop.ui.preferences import Preferences
from desktop.ui.shell.keys import Keys, Sheet, common_keys, own_keys
from desktop.ui.shell.windows import MAKERS, Windows
from tests.ui.screenless import SCREENLESS

pytestmark = SCREENLESS


class Window(QWidget):
    """Remembers what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.shown_at: list[str] = []
        self.busy = False
        self.field = QLineEdit()
        QVBoxLayout(self).addWidget(self.field)

    def show_at(self, what: str) -> None:
        self.shown_at.append(what)

    def is_busy(self) -> bool:
        return self.busy

    def shortcuts(self) -> list[tuple[str, str]]:
        return [("Return", "Send")]


def make_window(_context: Context) -> QWidget:
    return Window()


Make = Callable[..., Windows]
Makers = dict[Place, Callable[[Context], QWidget]]


@pytest.fixture
def make(qtbot: QtBot, tmp_path: Path) -> Iterator[Make]:
    all_windows: list[Windows] = []

    def made(forget_ms: int = 60_000, makers: Makers | None = None) -> Windows:
        def go(place: Place, what: str) -> None:
            windows.go(place, what)

        preferences = Preferences(tmp_path / "desktop.json")
        history = History(tmp_path / "history.sqlite")
        context = Context(Client("http://127.0.0.1:1"), work_never, history, preferences, go)
        windows = Windows(context, makers or dict.fromkeys(Place, make_window), forget_ms)
        all_windows.append(windows)
        return windows

    yield made
    for windows in all_windows:
        windows.close()


def work_never(_work: object) -> None:
    raise AssertionError


def opened(windows: Windows, place: Place) -> Window:
    windows.go(place)
    window = windows.window(place)
    assert isinstance(window, Window)
    return window


def test_every_place_has_a_window() -> None:
    assert set(MAKERS) == set(Place)


def test_a_window_is_made_once_and_told_what_to_show(make: Make) -> None:
    windows = make()
    chat = opened(windows, Place.CHAT)
    windows.go(Place.CHAT, "llama3")
    assert windows.window(Place.CHAT) is chat
    assert chat.shown_at == ["", "llama3"]
    assert windows.visible == [Place.CHAT]


def test_it_comes_back_where_it_was_after_a_restart(make: Make) -> None:
    windows = make()
    chat = opened(windows, Place.CHAT)
    chat.resize(444, 333)
    chat.move(QPoint(70, 60))
    windows.close()
    again = opened(make(), Place.CHAT)
    assert (again.width(), again.height()) == (444, 333)
    assert again.pos() == QPoint(70, 60)


def test_it_fits_a_small_screen(make: Make, qtbot: QtBot) -> None:
    def large(_context: Context) -> QWidget:
        window = Window()
        window.resize(9000, 8000)
        return window

    windows = make(makers={Place.CHAT: large})
    chat = opened(windows, Place.CHAT)
    room = chat.screen().availableGeometry()
    assert room.contains(chat.rect())
    assert chat.height() < room.height()  # the title has its place


def test_a_hidden_window_is_let_go_when_it_is_idle(make: Make, qtbot: QtBot) -> None:
    windows = make(forget_ms=1)
    chat = opened(windows, Place.CHAT)
    chat.busy = True
    with qtbot.waitSignal(windows.last_hidden):
        chat.close()
    qtbot.wait(20)
    assert windows.window(Place.CHAT) is chat
    chat.busy = False
    qtbot.waitUntil(lambda: windows.window(Place.CHAT) is None)
    qtbot.waitUntil(lambda: not isValid(chat))


def test_a_window_that_is_shown_again_stays(make: Make, qtbot: QtBot) -> None:
    windows = make(forget_ms=5)
    chat = opened(windows, Place.CHAT)
    chat.hide()
    windows.go(Place.CHAT)
    qtbot.wait(30)
    assert windows.window(Place.CHAT) is chat


def test_another_language_makes_the_visible_ones_again(make: Make) -> None:
    windows = make()
    chat = opened(windows, Place.CHAT)
    opened(windows, Place.MODELS).hide()
    windows.make_again()
    assert windows.visible == [Place.CHAT]
    assert windows.window(Place.CHAT) is not chat
    assert windows.window(Place.MODELS) is None


def test_keys_lead_to_the_other_windows(make: Make, qtbot: QtBot) -> None:
    windows = make()
    chat = opened(windows, Place.CHAT)
    with qtbot.waitActive(chat):
        chat.activateWindow()
    QTest.keyClick(chat, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert Place.MODELS in windows.visible
    with qtbot.waitSignal(windows.quit_wished):
        QTest.keyClick(chat, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(chat, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert Place.CHAT not in windows.visible


def test_the_sheet_lists_all_keys(make: Make, qtbot: QtBot) -> None:
    window = opened(make(), Place.CHAT)
    action = QAction("&Find…", window)
    action.setShortcut("Ctrl+F")
    shortcut = QShortcut(QKeySequence("Ctrl+N"), window)
    shortcut.setWhatsThis("New chat")
    assert own_keys(window) == [("Ctrl+F", "Find"), ("Ctrl+N", "New chat"), ("Return", "Send")]
    assert ("F1", "Help") in common_keys(window)
    keys = window.findChild(Keys)
    assert keys is not None
    keys.show_sheet()
    keys.show_sheet()
    (sheet,) = window.findChildren(Sheet)
    texts = [label.text() for label in sheet.findChildren(QLabel)]
    assert "New chat" in texts
    assert "Ctrl+Q" in texts
    sheet.close()
    qtbot.waitUntil(lambda: not window.findChildren(Sheet))


def test_a_question_mark_can_be_typed(make: Make, qtbot: QtBot) -> None:
    window = opened(make(), Place.CHAT)
    window.field.setFocus()
    with qtbot.waitActive(window):
        window.activateWindow()
    QTest.keyClicks(window.field, "why?")
    assert window.field.text() == "why?"
    assert not window.findChildren(Sheet)
