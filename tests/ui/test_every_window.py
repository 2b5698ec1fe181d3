"""What holds for every window: names for who does not see, keys for who has no mouse, and calm
under thousands of random events."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import (
    QAccessible,
    QAccessibleInterface,
    QDesktopServices,
    QKeyEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.core.autostart import DesktopEntry
from desktop.models.registry.endpoints import Endpoints
from desktop.ui.context import Place
from tests import tiny_gguf
from tests.api.conftest import Shelf
from tests.api.served import Served, serving
from tests.ui.every_window import Stage, staged
from tests.ui.screenless import SCREENLESS

pytestmark = [pytest.mark.slow, pytest.mark.anyio, SCREENLESS]
EVENTS = int(os.environ.get("MONKEY_EVENTS", "2000"))
LEAST_CONTROLS = 1  # else nothing was looked at
CLOSED = "http://127.0.0.1:1"  # nobody listens there

Role = QAccessible.Role
CONTROLS = {
    *(Role.PushButton, Role.CheckBox, Role.RadioButton, Role.ComboBox, Role.EditableText),
    *(Role.SpinBox, Role.Slider, Role.List, Role.Tree, Role.Table, Role.PageTab, Role.Link),
    *(Role.ButtonMenu, Role.ButtonDropDown, Role.ListItem, Role.TreeItem, Role.Dial),
}
KEYS = (
    *(Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Space),
    *(Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Delete),
    *(Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageDown, Qt.Key.Key_Backspace, Qt.Key.Key_A),
    *(Qt.Key.Key_7, Qt.Key.Key_Question, Qt.Key.Key_F1, Qt.Key.Key_F2, Qt.Key.Key_Menu),
)


@pytest.fixture
def alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> Iterator[tuple[Served, list[str]]]:
    """A service without a network, and what would have been opened in the browser."""
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    login = DesktopEntry(tmp_path / "autostart", ["puna"])  # the monkey ticks that box, too
    monkeypatch.setattr("desktop.ui.settings.window.autostart", lambda *_: login)
    files = tmp_path / "files"
    files.mkdir()
    tiny_gguf.write_script_model(files / "script", "Hello big world")
    shelf = Shelf(tmp_path / "models", files)
    shelf.add("script", "script")
    endpoints = Endpoints(bases={}, hub=CLOSED)
    with serving(tmp_path / "home", shelf.root, endpoints) as service:
        yield service, opened


@pytest.mark.parametrize("place", Place)
async def test_every_control_has_a_name(
    place: Place, alone: tuple[Served, list[str]], tmp_path: Path
) -> None:
    async with staged(place, alone[0].url, tmp_path) as stage:
        nameless, named = [], 0
        for path, each in walked(QAccessible.queryAccessibleInterface(stage.window), ()):
            state = each.state()
            wanted = each.role() in CONTROLS and not state.invisible
            named += wanted
            if wanted and not each.text(QAccessible.Text.Name).strip():
                nameless.append((*path, each.role().name, described(each.object())))
        assert not nameless
        assert named >= LEAST_CONTROLS
        assert stage.window.windowTitle()


def walked(
    node: QAccessibleInterface | None, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], QAccessibleInterface]]:
    if node is None or len(path) > 30:
        return
    yield path, node
    for number in range(min(node.childCount(), 200)):
        child = node.child(number)
        if child is not None and child.isValid():
            yield from walked(child, (*path, described(node.object())))


def described(thing: QObject | None) -> str:
    return type(thing).__name__ + (f"#{thing.objectName()}" if thing else "")


@pytest.mark.parametrize("place", Place)
async def test_keys_alone_reach_every_control(
    place: Place, alone: tuple[Served, list[str]], tmp_path: Path
) -> None:
    """What a mouse could press, Tab can reach: or it has a key, or a neighbour's arrows do."""
    async with staged(place, alone[0].url, tmp_path) as stage:
        kinds = (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView)
        unreachable = [
            describe_button(child)
            for kind in kinds
            for child in stage.window.findChildren(kind)
            if child.isVisible() and child.isEnabled() and not is_reachable(child)
        ]
        assert not unreachable


def is_reachable(child: QWidget) -> bool:
    if child.focusPolicy() & Qt.FocusPolicy.TabFocus or child.focusProxy():
        return True
    if isinstance(child, QAbstractButton) and not child.shortcut().isEmpty():
        return True
    parent = child.parentWidget()  # the parts of combo boxes, line edits, tab bars, calendars
    return isinstance(parent, QComboBox | QLineEdit | QTabBar | QAbstractItemView)


def describe_button(child: QWidget) -> str:
    name = child.accessibleName() or (child.text() if isinstance(child, QAbstractButton) else "")
    return f"{type(child).__name__} {name!r} in {type(child.parentWidget()).__name__}"


@pytest.mark.parametrize("place", Place)
@pytest.mark.timeout(120)
async def test_thousands_of_random_events_do_no_harm(
    place: Place, alone: tuple[Served, list[str]], tmp_path: Path
) -> None:
    monkey = random.Random(place.value)
    timer = QTimer(interval=20)
    timer.timeout.connect(lambda: leave_menu(monkey))
    timer.start()
    async with staged(place, alone[0].url, tmp_path) as stage:
        for number in range(EVENTS):
            poke(monkey, stage)
            if number % 25 == 0:
                tidy(stage)
                await stage.turn()
        timer.stop()
        tidy(stage)
        await stage.turn(20)


def leave_menu(monkey: random.Random) -> None:
    """Qt waits in a loop of its own while the menu of a button is open: choose, or close it."""
    popup = QApplication.activePopupWidget()
    if popup is None:
        return
    if monkey.random() < 0.5 and isinstance(popup, QMenu):
        QTest.keyClick(popup, Qt.Key.Key_Down)
        QTest.keyClick(popup, Qt.Key.Key_Return)
    else:
        popup.close()


def tidy(stage: Stage) -> None:
    """Close what has opened over the window, and bring that back if it was closed."""
    for window in QApplication.topLevelWidgets():
        if window is not stage.window and window.isVisible():
            window.close()
    stage.window.show()


def poke(monkey: random.Random, stage: Stage) -> None:
    popup = QApplication.activePopupWidget() or QApplication.activeModalWidget()
    window = popup or stage.window
    spot = QPoint(
        monkey.randrange(max(1, window.width())), monkey.randrange(max(1, window.height()))
    )
    target = window.childAt(spot) or window
    spot = target.mapFrom(window, spot)
    kind = monkey.random()
    if kind < 0.5:
        QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=spot)
    elif kind < 0.55:
        QTest.mouseDClick(target, Qt.MouseButton.LeftButton, pos=spot)
    elif kind < 0.85:
        press(monkey, QApplication.focusWidget() or target)
    elif kind < 0.95:
        wheel(monkey, target, spot)
    elif not isinstance(window, QMenu):
        window.resize(monkey.randrange(200, 1400), monkey.randrange(150, 1000))


def press(monkey: random.Random, target: QWidget) -> None:
    key = monkey.choice(KEYS)
    modifiers = Qt.KeyboardModifier.NoModifier
    if monkey.random() < 0.2:
        modifiers = Qt.KeyboardModifier.ControlModifier
    text = chr(key).lower() if key < 128 else ""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.postEvent(target, QKeyEvent(kind, key, modifiers, text))
    QApplication.sendPostedEvents()


def wheel(monkey: random.Random, target: QWidget, spot: QPoint) -> None:
    turn = QPoint(0, monkey.choice((-240, -120, 120, 240)))
    none = Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        QPointF(spot), QPointF(target.mapToGlobal(spot)), QPoint(), turn,
        Qt.MouseButton.NoButton, none, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(target, event)
