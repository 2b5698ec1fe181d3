"""A sidebar with a real history behind it; no running Qt loop needed."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLineEdit,
    QMenu,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.history.history import History
from desktop.ui.chat.sidebar import Sidebar
from desktop.ui.chat.sidebar_menus import ChatMenu, FolderMenu
from desktop.ui.chat.sidebar_model import ROW
from desktop.ui.chat.sidebar_presenter import SidebarPresenter
from desktop.ui.task_scope import Work
from tests.history.talk import talk

if TYPE_CHECKING:
    from desktop.ui.chat.sidebar_rows import Row


class Room:
    """A sidebar, its history, and ways to ask both."""

    def __init__(self, qtbot: QtBot, runner: asyncio.Runner, path: Path) -> None:
        self.bot, self.runner = qtbot, runner
        self.history = History(path)
        runner.run(self.history.open())
        self.sidebar = Sidebar(SidebarPresenter(self.history), self.start)
        qtbot.addWidget(self.sidebar)
        self.opened: list[int] = []
        self.sidebar.opened.connect(self.opened.append)

    def start(self, work: Work) -> None:
        self.runner.run(work)

    def add(self, *titles: str) -> list[int]:
        return [self.runner.run(talk(self.history, title, "an answer")).id for title in titles]

    def show(self) -> None:
        self.sidebar.show()
        self.settle()

    def settle(self) -> None:
        timer = self.sidebar.findChildren(type(self.sidebar._changing))
        self.bot.waitUntil(
            lambda: not any(one.isActive() for one in timer if one.interval() < 1000)
        )

    def rows(self) -> list[str]:
        """Headings as "# text"."""
        model = self.sidebar.model
        rows: list[Row] = [model.index(place).data(ROW) for place in range(model.rowCount())]
        return [row.line.title if row.line else f"# {row.heading.text}" for row in rows]

    def index(self, text: str) -> QModelIndex:
        return self.sidebar.model.index(self.rows().index(text))

    def choose(self, text: str) -> None:
        self.sidebar.list.setFocus()
        self.sidebar.list.setCurrentIndex(self.index(text))

    def press(self, key: Qt.Key, widget: QWidget | None = None) -> None:
        QTest.keyClick(widget or self.sidebar.list, key)

    def click(self, text: str) -> None:
        at = self.sidebar.list.visualRect(self.index(text)).center()
        QTest.mouseClick(self.sidebar.list.viewport(), Qt.MouseButton.LeftButton, pos=at)

    def popup(self, text: str) -> ChatMenu | FolderMenu:
        """The context menu of a row."""
        self.choose(text)
        at = self.sidebar.list.visualRect(self.index(text)).center()
        self.sidebar.list.customContextMenuRequested.emit(at)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, ChatMenu | FolderMenu)
        return menu

    def pick(self, text: str, *path: str) -> None:
        """Take an action of the menu, which is not shown: without a screen its end deactivates
        the window."""
        self.choose(text)
        row: Row = self.index(text).data(ROW)
        if row.line:
            menu: QMenu = self.sidebar._chat_menu(self.sidebar.list.chosen())
        else:
            menu = self.sidebar._folder_menu(row.heading.name)
        for name in path:
            (action,) = [one for one in menu.actions() if one.text().replace("&", "") == name]
            if (below := action.menu()) is not None:
                assert isinstance(below, QMenu)
                menu = below
        action.trigger()
        self.settle()

    def editor(self) -> QLineEdit:
        """The field that a row is renamed in, once it is there."""
        self.bot.waitUntil(lambda: self.sidebar.list.findChild(QLineEdit) is not None)
        editor = self.sidebar.list.findChild(QLineEdit)
        assert editor
        return editor

    def dialog(self) -> QFileDialog:
        (dialog,) = self.sidebar.findChildren(QFileDialog)
        return dialog
