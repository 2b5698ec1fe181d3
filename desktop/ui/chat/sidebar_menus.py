"""The menus of the list of chats."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from desktop.history.records import ChatLine


class ChatMenu(QMenu):
    """Of one chat, or of several that are selected."""

    open_chosen = Signal()
    rename_chosen = Signal()
    pin_chosen = Signal(bool)
    folder_chosen = Signal(str)  # "" none
    new_folder_chosen = Signal()
    export_chosen = Signal(str)  # kind
    remove_chosen = Signal()

    def __init__(self, chats: Sequence[ChatLine], folders: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if len(chats) == 1:
            self.addAction(self.tr("&Open")).triggered.connect(self.open_chosen)
            rename = self.addAction(self.tr("&Rename"))
            rename.setShortcut(QKeySequence(Qt.Key.Key_F2))
            rename.triggered.connect(self.rename_chosen)
        pinned = all(chat.pinned for chat in chats)
        pin = self.addAction(self.tr("Un&pin") if pinned else self.tr("&Pin"))
        pin.triggered.connect(lambda: self.pin_chosen.emit(not pinned))
        self._add_folders({chat.folder for chat in chats}, folders)
        if len(chats) == 1:
            self._add_exports()
        self.addSeparator()
        remove = self.addAction(self.tr("&Delete"))
        remove.setShortcut(QKeySequence(Qt.Key.Key_Delete))
        remove.triggered.connect(self.remove_chosen)

    def _add_folders(self, inside: set[str], folders: Sequence[str]) -> None:
        menu = self.addMenu(self.tr("&Move to"))
        for name in folders:
            action = menu.addAction(name.replace("&", "&&"), partial(self._move, name))
            action.setCheckable(True)
            action.setChecked(inside == {name})
        if inside != {""}:
            menu.addAction(self.tr("No folder"), lambda: self._move(""))
        menu.addSeparator()
        menu.addAction(self.tr("New folder…")).triggered.connect(self.new_folder_chosen)

    def _move(self, name: str) -> None:
        self.folder_chosen.emit(name)

    def _add_exports(self) -> None:
        menu = self.addMenu(self.tr("&Export as"))
        for text, kind in (
            (self.tr("&Markdown, to read and edit…"), "markdown"),
            (self.tr("&Web page (HTML), to read and print…"), "html"),
            (self.tr("&JSON, with everything, to import again…"), "json"),
        ):
            menu.addAction(text, partial(self.export_chosen.emit, kind))


class FolderMenu(QMenu):
    """Of a folder."""

    rename_chosen = Signal()
    remove_chosen = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.addAction(self.tr("&Rename")).triggered.connect(self.rename_chosen)
        remove = self.addAction(self.tr("Remove the &folder, keep its chats"))
        remove.triggered.connect(self.remove_chosen)
