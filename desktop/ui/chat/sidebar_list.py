"""The list itself: keys, mouse, dragging. Smooth with thousands of rows: all are equally high."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QFrame, QListView, QWidget

from desktop.history.records import ChatLine
from desktop.ui.chat.sidebar_delegate import ChatDelegate
from desktop.ui.chat.sidebar_model import ROW, ChatListModel
from desktop.ui.chat.sidebar_rows import Listing, Row

Key = Qt.Key


class ChatListView(QListView):
    """Tells what the user wants."""

    opened = Signal(object)  # ChatLine
    remove_requested = Signal()
    edit_ended = Signal()
    left_upwards = Signal()  # with the arrow key, from the first row

    def __init__(self, model: ChatListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = model
        self.drawing = ChatDelegate(self)
        self.setModel(model)
        self.setItemDelegate(self.drawing)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDragDropOverwriteMode(True)  # onto rows, not between them
        self.setAccessibleName(self.tr("Chats"))
        self.clicked.connect(self._on_clicked)

    def show_listing(self, listing: Listing) -> None:
        """Keep the place, the selection and what is being edited as far as they still exist."""
        if self.state() == QAbstractItemView.State.EditingState:
            return  # `edit_ended` will lead here again
        is_new_search = listing.query != self.rows.query
        self.drawing.two_lines = bool(listing.query)
        self._keeping_place(partial(self.rows.show_listing, listing, self.drawing.today))
        if is_new_search:
            self.scrollToTop()

    def toggle(self, folder: str) -> None:
        """Open a folder, or close it."""
        self._keeping_place(partial(self.rows.toggle, folder, self.drawing.today))

    def chosen(self) -> Sequence[ChatLine]:
        """The selected chats, from top to bottom."""
        indexes = sorted(self.selectionModel().selectedIndexes(), key=QModelIndex.row)
        rows: list[Row] = [index.data(ROW) for index in indexes]
        return [row.line for row in rows if row.line]

    def current(self) -> Row | None:
        return self.rows.row(self.currentIndex())

    def row_at(self, point: QPoint) -> Row | None:
        return self.rows.row(self.indexAt(point))

    def mark_shown(self, chat_id: int | None) -> None:
        """Show which chat is open, and bring it into view."""
        self.drawing.shown = chat_id
        index = self.rows.index_of_chat(chat_id)
        if index.isValid() and not self.hasFocus():
            self.setCurrentIndex(index)
        self.viewport().update()

    def edit_chat(self, chat_id: int) -> None:
        self._edit_soon(partial(self.rows.index_of_chat, chat_id))

    def edit_folder(self, name: str) -> None:
        self._edit_soon(partial(self.rows.index_of_folder, name))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.current()
        key = event.key()
        if self.state() == QAbstractItemView.State.EditingState:
            super().keyPressEvent(event)  # a field lets the Enter key through
        elif key in (Key.Key_Return, Key.Key_Enter) and row:
            self._activate(row)
        elif key in (Key.Key_Delete, Key.Key_Backspace) and row:
            self.remove_requested.emit()
        elif key in (Key.Key_Left, Key.Key_Right) and row and not row.line:
            opens = (key == Key.Key_Right) is not self.isRightToLeft()
            if opens is not row.heading.is_open:
                self.toggle(row.heading.name)
        elif key == Key.Key_Up and not any(
            self._can_be_current(place) for place in range(self.currentIndex().row())
        ):
            self.left_upwards.emit()
        else:
            super().keyPressEvent(event)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        super().closeEditor(editor, hint)
        self.edit_ended.emit()

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Headings that nothing can be done with are passed over."""
        current, target = self.currentIndex().row(), super().moveCursor(action, modifiers).row()
        back = target < current or action is QAbstractItemView.CursorAction.MoveEnd
        step = -1 if back else 1
        place = target
        while 0 <= place < self.rows.rowCount():
            if self._can_be_current(place):
                return self.rows.index(place)
            place += step
        return self.currentIndex()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._is_plain_click = (
            event.button() == Qt.MouseButton.LeftButton
            and event.modifiers() == Qt.KeyboardModifier.NoModifier
        )
        super().mouseReleaseEvent(event)

    _is_plain_click = True

    def _on_clicked(self, index: QModelIndex) -> None:
        row = self.rows.row(index)
        if row and self._is_plain_click:
            self._activate(row)

    def _activate(self, row: Row) -> None:
        if row.line:
            self.opened.emit(row.line)
        elif row.heading.name:
            self.toggle(row.heading.name)

    def _can_be_current(self, place: int) -> bool:
        return bool(self.rows.index(place).flags() & Qt.ItemFlag.ItemIsSelectable)

    def _edit_soon(self, find: Callable[[], QModelIndex]) -> None:
        """Once the menu that led here is gone: its end takes the focus from an editor."""
        QTimer.singleShot(0, self, lambda: self._edit(find()))

    def _edit(self, index: QModelIndex) -> None:
        if index.isValid():
            self.setFocus()
            self.setCurrentIndex(index)
            self.edit(index)

    def _keeping_place(self, change: Callable[[], None]) -> None:
        selected, current = {line.id for line in self.chosen()}, self.current()
        at = self.verticalScrollBar().value()
        change()
        self.doItemsLayout()
        self._select(selected, current)
        self.verticalScrollBar().setValue(at)

    def _select(self, chats: set[int], current: Row | None) -> None:
        if current and current.line:
            at = self.rows.index_of_chat(current.line.id)
        else:
            at = self.rows.index_of_folder(current.heading.name if current else "")
        choose = QItemSelectionModel.SelectionFlag
        if at.isValid():
            self.selectionModel().setCurrentIndex(at, choose.NoUpdate)
        for chat_id in chats:
            index = self.rows.index_of_chat(chat_id)
            if index.isValid():
                self.selectionModel().select(index, choose.Select)
