"""What can be done with chats in their list."""

import asyncio
import json
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
)
from pytestqt.qtbot import QtBot

from desktop.ui.chat import sidebar as sidebar_module
from desktop.ui.chat.sidebar_menus import ChatMenu, FolderMenu
from desktop.ui.chat.sidebar_model import MIME
from tests.ui.screenless import SCREENLESS
from tests.ui.sidebar.room import Room

pytestmark = SCREENLESS
Key = Qt.Key


def test_renaming_in_place(room: Room) -> None:
    (chat,) = room.add("old name")
    room.show()
    room.choose("old name")
    room.press(Key.Key_F2)
    editor = room.editor()
    editor.setText("new name")
    room.press(Key.Key_Return, editor)
    room.bot.waitUntil(lambda: room.rows() == ["# Today", "new name"])
    room.press(Key.Key_F2)
    editor = room.editor()
    room.add("added meanwhile")
    room.settle()
    room.press(Key.Key_Escape, editor)
    room.bot.waitUntil(lambda: room.rows() == ["# Today", "added meanwhile", "new name"])
    assert room.runner.run(room.history.open_chat(chat)).title == "new name"


def test_deleting_can_be_undone(room: Room) -> None:
    room.add("a", "b", "c")
    room.show()
    room.choose("b")
    room.press(Key.Key_Delete)
    room.settle()
    assert room.rows() == ["# Today", "c", "a"]
    assert room.sidebar.undo.isVisible()
    assert room.sidebar.undo.text.text() == "“b” was deleted."
    room.sidebar.undo.button.click()
    room.settle()
    assert room.rows() == ["# Today", "c", "b", "a"]
    assert not room.sidebar.undo.isVisible()
    room.choose("c")
    room.sidebar.list.selectAll()
    room.press(Key.Key_Delete)
    room.settle()
    assert room.rows() == []
    assert "3" in room.sidebar.undo.text.text()
    QTest.keyClick(room.sidebar.list, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    room.sidebar.undo.button.click()
    room.settle()
    assert room.rows() == ["# Today", "c", "b", "a"]


def test_the_offer_to_undo_ends(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sidebar_module, "UNDO_MS", 1)
    with asyncio.Runner() as runner:
        room = Room(qtbot, runner, tmp_path / "history.sqlite")
        room.add("a")
        room.show()
        room.choose("a")
        room.press(Key.Key_Delete)
        qtbot.waitUntil(room.sidebar.undo.isHidden)
        room.sidebar.hide()
        runner.run(room.history.close())


def test_the_menu_pins_moves_and_renames(room: Room) -> None:
    room.add("a", "b")
    room.show()
    room.pick("a", "Pin")
    assert room.rows() == ["# Pinned", "a", "# Today", "b"]
    room.pick("a", "Unpin")
    room.pick("b", "Move to", "New folder…")
    editor = room.editor()
    editor.setText("Kitchen")
    room.press(Key.Key_Return, editor)
    room.bot.waitUntil(lambda: room.rows() == ["# Kitchen", "b", "# Today", "a"])
    room.pick("a", "Move to", "Kitchen")
    assert room.rows() == ["# Kitchen", "b", "a"]
    room.pick("b", "Move to", "No folder")
    assert room.rows() == ["# Kitchen", "a", "# Today", "b"]
    room.pick("# Kitchen", "Remove the folder, keep its chats")
    assert room.rows() == ["# Today", "b", "a"]
    room.pick("b", "Delete")
    assert room.rows() == ["# Today", "a"]
    room.pick("a", "Open")
    assert len(room.opened) == 1


def test_a_menu_opens_for_chats_and_folders(room: Room) -> None:
    room.add("a")
    room.runner.run(room.history.add_folder("Kitchen"))
    room.show()
    for text, kind in (("a", ChatMenu), ("# Kitchen", FolderMenu)):
        menu = room.popup(text)
        assert isinstance(menu, kind)
        menu.close()
    room.sidebar.list.customContextMenuRequested.emit(
        room.sidebar.list.visualRect(room.index("# Today")).center()
    )
    assert QApplication.activePopupWidget() is None


def test_dragging_into_folders_and_pins(room: Room) -> None:
    chat, _ = room.add("a", "b")
    room.runner.run(room.history.add_folder("Kitchen"))
    room.show()
    model = room.sidebar.model
    move = Qt.DropAction.MoveAction

    def drop(text: str, target: str) -> None:
        data = model.mimeData([room.index(text)])
        assert model.canDropMimeData(data, move, -1, -1, room.index(target))
        assert not model.dropMimeData(data, move, -1, -1, room.index(target))
        room.settle()

    drop("a", "# Kitchen")
    assert room.rows() == ["# Kitchen", "a", "# Today", "b"]
    drop("b", "a")
    assert room.rows() == ["# Kitchen", "b", "a"]
    room.runner.run(room.history.pin(chat))
    room.settle()
    drop("b", "# Pinned")
    assert room.rows() == ["# Pinned", "b", "a", "# Kitchen"]
    foreign = QMimeData()
    foreign.setText("x")
    assert not model.canDropMimeData(foreign, move, -1, -1, room.index("a"))
    data = model.mimeData([room.index("# Kitchen"), room.index("a")])
    assert json.loads(bytes(data.data(MIME).data())) == [chat]


def test_export_and_import_through_dialogs(room: Room, tmp_path: Path) -> None:
    room.add("a/b: c")
    room.show()
    room.pick("a/b: c", "Export as", "JSON, with everything, to import again…")
    file = tmp_path / "x.json"
    dialog = room.dialog()
    assert Path(dialog.selectedFiles()[0]).name == "a b c.json"
    dialog.fileSelected.emit(str(file))
    dialog.close()
    room.settle()
    assert room.sidebar.notice.text.text() == "Saved as x.json."
    exported = json.loads(file.read_text(encoding="utf-8"))
    exported["chats"][0]["uid"] = "another"
    file.write_text(json.dumps(exported), encoding="utf-8")
    presenter = room.sidebar._presenter
    for told, paths in (("1 chat(s) were added.", [file]), ("already here", [file])):
        room.start(presenter.import_files(paths))
        assert told in room.sidebar.notice.text.text()
    file.write_text("[]")
    room.start(presenter.import_files([file]))
    assert "x.json has no chats" in room.sidebar.notice.text.text()
    room.start(presenter.export(None, "json", tmp_path / "no" / "folder.json"))
    assert "cannot be written" in room.sidebar.notice.text.text()
    room.sidebar.notice.close_button.click()
    assert room.sidebar.notice.isHidden()
