"""What the list of chats shows, and what it finds."""

import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QColor, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
)

from desktop.history.records import Recovery, Turn
from tests.ui.screenless import SCREENLESS
from tests.ui.sidebar.room import Room

pytestmark = SCREENLESS
Key = Qt.Key


def test_without_chats_it_says_what_to_expect(room: Room) -> None:
    room.show()
    assert room.sidebar.pages.currentWidget() is room.sidebar.empty
    assert "no chats yet" in room.sidebar.empty.text()
    with room.bot.waitSignal(room.sidebar.new_requested, timeout=1000):
        room.sidebar.new_chat.click()


def test_chats_stand_under_headings_and_open(room: Room) -> None:
    first, second, third = room.add("first", "second", "third")
    run = room.runner.run
    run(room.history.pin(second))
    run(room.history.move(third, "Kitchen"))
    run(room.history.add_folder("Attic"))
    room.show()
    wanted = ["# Pinned", "second", "# Attic", "# Kitchen", "third", "# Today", "first"]
    assert room.rows() == wanted
    room.click("third")
    room.choose("first")
    room.press(Key.Key_Return)
    room.press(Key.Key_Up)
    room.press(Key.Key_Return)
    assert room.opened == [third, first, third]
    room.click("# Kitchen")
    assert "third" not in room.rows()
    room.press(Key.Key_Right)
    assert room.rows() == wanted
    room.press(Key.Key_Left)
    assert "third" not in room.rows()


def test_it_follows_the_history_by_itself(room: Room) -> None:
    room.show()
    (chat,) = room.add("new one")
    room.settle()
    assert room.rows() == ["# Today", "new one"]
    room.sidebar.show_chat(chat)
    assert room.sidebar.list.drawing.shown == chat
    room.runner.run(room.history.rename(chat, "other name"))
    room.settle()
    assert room.rows() == ["# Today", "other name"]


def test_searching_as_one_types(room: Room) -> None:
    bread, _ = room.add("Bread", "Lisbon")
    answer = room.runner.run(room.history.open_chat(bread)).turns[1]
    asked = room.runner.run(room.history.open_chat(bread)).turns[0]
    other = Turn(role="assistant", content="Without a kettle")
    room.runner.run(room.history.add_turn(bread, asked.id, other))
    room.runner.run(room.history.save_answer(answer.id, content="Of rye and salt"))
    room.show()
    QTest.keyClicks(room.sidebar.search, "rye sa")
    room.settle()
    assert room.rows() == ["Bread"]
    hits: list[tuple[int, int]] = []
    room.sidebar.hit_opened.connect(lambda *hit: hits.append(hit))
    room.press(Key.Key_Down, room.sidebar.search)
    room.press(Key.Key_Return)
    assert room.opened == [bread]
    assert hits == [(bread, answer.id)]
    shown = room.runner.run(room.history.open_chat(bread)).path()
    assert shown[-1].id == answer.id  # although another branch was shown
    room.press(Key.Key_Up)
    assert room.sidebar.search.hasFocus() or not room.sidebar.isActiveWindow()
    QTest.keyClicks(room.sidebar.search, "x")
    room.settle()
    assert room.sidebar.pages.currentWidget() is room.sidebar.empty
    assert "rye sax" in room.sidebar.empty.text()
    room.press(Key.Key_Escape, room.sidebar.search)
    room.settle()
    assert room.rows() == ["# Today", "Bread", "Lisbon"]


def test_damage_is_told_once(room: Room) -> None:
    recovery = Recovery(aside="history.sqlite.damaged-1", backup_day="2026-11-22")
    room.history._file.recovery = recovery
    room.show()
    assert "were damaged" in room.sidebar.notice.text.text().replace("was damaged", "were damaged")
    assert recovery.aside in room.sidebar.notice.text.text()
    room.sidebar.notice.hide()
    room.start(room.sidebar._presenter.refresh())
    assert room.sidebar.notice.isHidden()


def test_failures_are_told(room: Room) -> None:
    room.show()
    room.runner.run(room.history.close())
    room.start(room.sidebar._presenter.refresh())
    assert "cannot be used now" in room.sidebar.notice.text.text()


def test_every_control_has_a_name(room: Room) -> None:
    room.add("a")
    room.show()
    side = room.sidebar
    for widget in (side.new_chat, side.more, side.search, side.list, side.undo.button):
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface.text(QAccessible.Text.Name)
    role = Qt.ItemDataRole.AccessibleTextRole
    room.runner.run(room.history.move(1, "Kitchen"))
    room.settle()
    spoken = [side.model.index(place).data(role) for place in range(2)]
    assert spoken == ["Folder Kitchen, open, 1 chat(s)", "a, in the folder Kitchen"]


@pytest.mark.parametrize("direction", Qt.LayoutDirection)
def test_it_can_be_painted_in_any_direction_and_colour(
    room: Room, direction: Qt.LayoutDirection
) -> None:
    room.add("a", "شجرة", "long words " * 30)
    room.sidebar.setLayoutDirection(direction)
    room.show()
    room.sidebar.grab()
    dark = QPalette(QColor("#202020"))
    room.sidebar.setPalette(dark)
    QTest.keyClicks(room.sidebar.search, "a")
    room.settle()
    assert not room.sidebar.grab().isNull()


def fill(count: int) -> Callable[..., None]:
    from desktop.history import turns

    def work(connection: object) -> None:
        for number in range(count):
            chat = turns.create(connection, f"Chat number {number} about bread")  # type: ignore[arg-type]
            turns.insert(connection, chat.id, None, Turn(content="words " * 9))  # type: ignore[arg-type]

    return work


@pytest.mark.slow
def test_thousands_of_chats_are_no_burden(room: Room) -> None:
    room.runner.run(room.history._ask(fill(5000)))
    room.show()
    view = room.sidebar.list
    assert len(room.rows()) == 5001
    started = time.perf_counter()
    room.start(room.sidebar._presenter.refresh())
    refreshed = time.perf_counter()
    for step in range(20):
        view.verticalScrollBar().setValue(step * 5000)
        view.viewport().repaint()
    scrolled = time.perf_counter()
    room.start(room.sidebar._presenter.search("bread 1"))
    found = time.perf_counter()
    assert view.state() == QAbstractItemView.State.NoState
    assert refreshed - started < 1.0  # a tenth of that on a quiet machine
    assert (scrolled - refreshed) / 20 < 0.1
    assert found - scrolled < 0.5
    assert view.indexAt(QPoint(20, 10)).isValid()
