"""The rows of the list of chats as Qt wants them. One flat list: folders open and close in it."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from desktop.history.records import ChatLine
from desktop.ui.chat.sidebar_rows import Heading, Kind, Listing, Row, rows_of

MIME = "application/x-puna-chats"
ROW = Qt.ItemDataRole.UserRole  # the Row itself
_NO_INDEX = QModelIndex()

Index = QModelIndex | QPersistentModelIndex
Flag = Qt.ItemFlag


class ChatListModel(QAbstractListModel):
    """Changes nothing itself: it tells what the user wants."""

    renamed = Signal(int, str)  # chat, title
    folder_renamed = Signal(str, str)
    dropped = Signal(list, object)  # chats, Heading

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._listing = Listing()
        self._closed: set[str] = set()
        self._rows: list[Row] = []

    def show_listing(self, listing: Listing, today: date) -> None:
        rows = rows_of(listing, self._closed, today)
        self._listing = listing
        if rows != self._rows:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()

    def toggle(self, folder: str, today: date) -> None:
        """Open a folder, or close it."""
        self._closed ^= {folder}
        self.show_listing(self._listing, today)

    def open_folder(self, folder: str, today: date) -> None:
        if folder in self._closed:
            self.toggle(folder, today)

    @property
    def folders(self) -> Sequence[str]:
        return self._listing.folders

    @property
    def query(self) -> str:
        return self._listing.query

    def row(self, index: Index) -> Row | None:
        return self._rows[index.row()] if index.isValid() else None

    def index_of_chat(self, chat_id: int | None) -> QModelIndex:
        for place, row in enumerate(self._rows):
            if row.line and row.line.id == chat_id:
                return self.index(place)
        return QModelIndex()

    def index_of_folder(self, name: str) -> QModelIndex:
        for place, row in enumerate(self._rows):
            if not row.line and row.heading.kind is Kind.FOLDER and row.heading.name == name:
                return self.index(place)
        return QModelIndex()

    # ---- Qt's names

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index)
        if row is None:
            return None
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return (row.line.title or self._untitled()) if row.line else row.heading.text
        if role == Qt.ItemDataRole.ToolTipRole and row.line:
            return row.line.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row, text = self.row(index), str(value).strip()
        if row is None or not text or text == self.data(index):
            return False
        if row.line:
            self.renamed.emit(row.line.id, text)
        else:
            self.folder_renamed.emit(row.heading.name, text)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        row = self.row(index)
        if row is None:
            return Flag.NoItemFlags
        common = Flag.ItemIsEnabled | Flag.ItemNeverHasChildren
        if row.heading.kind is not Kind.FOUND:
            common |= Flag.ItemIsDropEnabled
        if row.line:
            return common | Flag.ItemIsSelectable | Flag.ItemIsEditable | Flag.ItemIsDragEnabled
        if row.heading.kind is Kind.FOLDER:
            return common | Flag.ItemIsSelectable | Flag.ItemIsEditable
        return common

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        rows = [self.row(index) for index in indexes]
        chats = [row.line.id for row in rows if row and row.line]
        data = QMimeData()
        data.setData(MIME, json.dumps(chats).encode())
        return data

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def canDropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        return data.hasFormat(MIME) and parent.isValid()

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        target = self.row(parent)
        if target is None or not data.hasFormat(MIME):
            return False
        chats = json.loads(bytes(data.data(MIME).data()))
        self.dropped.emit(chats, target.heading)
        return False  # the rows move when the history says so

    # ---- words

    def _untitled(self) -> str:
        return self.tr("New chat")

    def _spoken(self, row: Row) -> str:
        if row.line:
            title = row.line.title or self._untitled()
            return self._spoken_chat(row.line, title)
        return self._spoken_heading(row.heading)

    def _spoken_chat(self, line: ChatLine, title: str) -> str:
        if line.pinned:
            return self.tr("%1, pinned").replace("%1", title)
        if line.folder:
            text = self.tr("%1, in the folder %2")
            return text.replace("%2", line.folder).replace("%1", title)
        return title

    def _spoken_heading(self, heading: Heading) -> str:
        if heading.kind is not Kind.FOLDER:
            return heading.text
        if heading.is_open:
            text = self.tr("Folder %1, open, %n chat(s)", "", heading.count)
        else:
            text = self.tr("Folder %1, closed, %n chat(s)", "", heading.count)
        return text.replace("%1", heading.text)
