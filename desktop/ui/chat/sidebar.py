"""The list of chats beside the conversation: search, folders, pins, delete with undo."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from PySide6.QtCore import QDir, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.history.records import ChatLine
from desktop.ui.chat.sidebar_bars import NoticeBar, UndoBar
from desktop.ui.chat.sidebar_list import ChatListView
from desktop.ui.chat.sidebar_menus import ChatMenu, FolderMenu
from desktop.ui.chat.sidebar_model import ChatListModel
from desktop.ui.chat.sidebar_presenter import SidebarPresenter
from desktop.ui.chat.sidebar_rows import Heading, Kind, Listing
from desktop.ui.context import Context
from desktop.ui.look.theme import SPACE
from desktop.ui.look.widgets import ToneLabel
from desktop.ui.task_scope import Start

SEARCH_MS = 120  # after the last key
REFRESH_MS = 30  # changes come in bunches
UNDO_MS = 9_500  # a little less than the history waits
NOTICE_MS = 8_000
WIDTH = 270
ENDINGS = {"markdown": "md", "html": "html", "json": "json"}


class Sidebar(QWidget):
    """Shows a SidebarPresenter. It lists by itself what changes in the history."""

    opened = Signal(int)  # a chat; also when it is the one that is shown
    hit_opened = Signal(int, int)  # after `opened`: the turn that the search found in it
    new_requested = Signal()

    def __init__(self, presenter: SidebarPresenter, start: Start) -> None:
        super().__init__()
        self._presenter = presenter
        self._start = start
        presenter.setParent(self)
        self.new_chat = QPushButton(self.tr("&New chat"))
        self.more = QToolButton(autoRaise=True)
        self.search = SearchField()
        self.model = ChatListModel(self)
        self.list = ChatListView(self.model)
        self.empty = ToneLabel()
        self.pages = QStackedWidget()
        self.undo = UndoBar(UNDO_MS)
        self.notice = NoticeBar(NOTICE_MS)
        self._typing = QTimer(self, singleShot=True, interval=SEARCH_MS)
        self._changing = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._lay_out()
        self._connect()
        self._connect_presenter()

    def show_chat(self, chat_id: int | None) -> None:
        """Mark the chat that is shown beside the list; None: a new one."""
        self.list.mark_shown(chat_id)

    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._changing.start()  # the day may be another one

    # ---- construction

    def _lay_out(self) -> None:
        self.setMinimumWidth(180)
        self.resize(WIDTH, 600)
        top = QHBoxLayout()
        top.addWidget(self.new_chat, stretch=1)
        top.addWidget(self.more)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.empty.setTextFormat(Qt.TextFormat.PlainText)
        self.empty.setContentsMargins(2 * SPACE, 4 * SPACE, 2 * SPACE, 0)
        self.pages.addWidget(self.list)
        self.pages.addWidget(self.empty)
        head = QVBoxLayout()
        head.setContentsMargins(SPACE, SPACE, SPACE, 0)
        head.setSpacing(SPACE)
        head.addLayout(top)
        head.addWidget(self.search)
        foot = QVBoxLayout()
        foot.setContentsMargins(SPACE, 0, SPACE, SPACE)
        foot.setSpacing(SPACE // 2)
        foot.addWidget(self.notice)
        foot.addWidget(self.undo)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE // 2)
        layout.addLayout(head)
        layout.addWidget(self.pages, stretch=1)
        layout.addLayout(foot)
        self.setAccessibleName(self.tr("List of chats"))
        self.more.setText("⋯")
        self.more.setAccessibleName(self.tr("More about chats"))
        self.more.setToolTip(self.tr("Folders, import and export"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.more.setMenu(self._more_menu())
        self.more.setStyleSheet("QToolButton::menu-indicator { image: none }")

    def _more_menu(self) -> QMenu:
        menu = QMenu(self.more)
        new_folder = menu.addAction(self.tr("New &folder"))
        new_folder.triggered.connect(lambda: self._start(self._presenter.make_folder()))
        menu.addSeparator()
        menu.addAction(self.tr("&Import chats…")).triggered.connect(self._on_import)
        everything = menu.addAction(self.tr("&Export all chats…"))
        everything.triggered.connect(lambda: self._ask_where(None, "json", self.tr("Puna chats")))
        return menu

    def _connect(self) -> None:
        self.new_chat.setWhatsThis(self.tr("Begin a new chat"))
        self.new_chat.setShortcut(QKeySequence(QKeySequence.StandardKey.New))
        self.new_chat.clicked.connect(self.new_requested)
        find = QShortcut(QKeySequence("Ctrl+K"), self)
        find.setWhatsThis(self.tr("Search in all chats"))
        find.activated.connect(self.focus_search)
        undo = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self.list)
        undo.setWhatsThis(self.tr("Bring back the chat that was deleted last"))
        undo.setContext(Qt.ShortcutContext.WidgetShortcut)
        undo.activated.connect(lambda: None if self.undo.isHidden() else self._on_undo())
        self.search.textChanged.connect(self._typing.start)
        self.search.left_downwards.connect(self._on_down)
        self._typing.timeout.connect(
            lambda: self._start(self._presenter.search(self.search.text()))
        )
        self._changing.timeout.connect(self._refresh)
        self.list.opened.connect(self._on_opened)
        self.list.remove_requested.connect(self._on_remove)
        self.list.edit_ended.connect(self._changing.start)
        self.list.left_upwards.connect(self.search.setFocus)
        self.list.customContextMenuRequested.connect(self._on_menu)
        self.undo.undone.connect(self._on_undo)

    def _connect_presenter(self) -> None:
        presenter = self._presenter
        presenter.listed.connect(self._on_listed)
        presenter.changed.connect(self._changing.start)
        presenter.removed.connect(self.undo.offer)
        presenter.folder_made.connect(self._on_folder_made)
        presenter.told.connect(self.notice.tell)
        presenter.failed.connect(lambda text: self.notice.tell(text, stays=True))
        self.destroyed.connect(presenter.close)
        self.model.renamed.connect(lambda chat, title: self._start(presenter.rename(chat, title)))
        self.model.folder_renamed.connect(
            lambda name, new: self._start(presenter.rename_folder(name, new))
        )
        self.model.dropped.connect(self._on_dropped)

    # ---- what happens

    def _refresh(self) -> None:
        if self.isVisible():
            self._start(self._presenter.refresh())

    def _on_listed(self, listing: Listing) -> None:
        self.list.drawing.today = date.today()
        self.list.show_listing(listing)
        if listing.query:
            text = self.tr("Nothing was found for “%1”.").replace("%1", listing.query)
        else:
            text = self.tr("There are no chats yet. What you talk about is kept here.")
        self.empty.setText(text)
        has_rows = self.model.rowCount() > 0
        self.pages.setCurrentWidget(self.list if has_rows else self.empty)

    def _on_opened(self, line: ChatLine) -> None:
        if line.turn_id is not None:
            self._start(self._presenter.show_turn(line.turn_id))
        self.opened.emit(line.id)
        if line.turn_id is not None:
            self.hit_opened.emit(line.id, line.turn_id)

    def _on_down(self) -> None:
        """From the search to what was found."""
        self.list.setFocus()
        if self.model.rowCount() and (self.model.query or not self.list.currentIndex().isValid()):
            first = next((i for i in range(self.model.rowCount()) if self._is_chat(i)), 0)
            self.list.setCurrentIndex(self.model.index(first))

    def _is_chat(self, place: int) -> bool:
        row = self.model.row(self.model.index(place))
        return row is not None and row.line is not None

    def _on_remove(self) -> None:
        row = self.list.current()
        chats = self.list.chosen()
        if chats:
            ids, title = [line.id for line in chats], chats[0].title
            self._start(self._presenter.remove(ids, title))
        elif row and not row.line and row.heading.kind is Kind.FOLDER:
            self._start(self._presenter.remove_folder(row.heading.name))

    def _on_undo(self) -> None:
        self._start(self._presenter.undo())

    def _on_dropped(self, chats: list[int], heading: Heading) -> None:
        if heading.kind is Kind.PINNED:
            self._start(self._presenter.pin(chats, True))
        else:
            self._start(self._presenter.unpin_into(chats, heading.name))

    def _on_folder_made(self, name: str) -> None:
        self.model.open_folder(name, date.today())
        self.list.edit_folder(name)

    # ---- menus

    def _on_menu(self, point: QPoint) -> None:
        row = self.list.row_at(point) or self.list.current()
        if row is None:
            return
        at = self.list.viewport().mapToGlobal(point)
        if row.line:
            self._chat_menu(self.list.chosen() or [row.line]).popup(at)
        elif row.heading.kind is Kind.FOLDER:
            self._folder_menu(row.heading.name).popup(at)

    def _chat_menu(self, chats: Sequence[ChatLine]) -> ChatMenu:
        menu = ChatMenu(chats, self.model.folders, self)
        presenter, first = self._presenter, chats[0]
        ids = [line.id for line in chats]
        menu.open_chosen.connect(lambda: self._on_opened(first))
        menu.rename_chosen.connect(lambda: self.list.edit_chat(first.id))
        menu.pin_chosen.connect(lambda pinned: self._start(presenter.pin(ids, pinned)))
        menu.folder_chosen.connect(lambda name: self._start(presenter.unpin_into(ids, name)))
        menu.new_folder_chosen.connect(lambda: self._start(presenter.make_folder(ids)))
        menu.export_chosen.connect(lambda kind: self._ask_where(first.id, kind, first.title))
        menu.remove_chosen.connect(lambda: self._start(presenter.remove(ids, first.title)))
        return menu

    def _folder_menu(self, name: str) -> FolderMenu:
        menu = FolderMenu(self)
        menu.rename_chosen.connect(lambda: self.list.edit_folder(name))
        menu.remove_chosen.connect(lambda: self._start(self._presenter.remove_folder(name)))
        return menu

    # ---- files

    def _on_import(self) -> None:
        dialog = self._dialog(self.tr("Import chats"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(
            [self.tr("Chats of Puna, ChatGPT, Open WebUI (*.json *.zip)"), self.tr("All files (*)")]
        )
        dialog.filesSelected.connect(
            lambda names: self._start(self._presenter.import_files([Path(name) for name in names]))
        )
        dialog.open()

    def _ask_where(self, chat_id: int | None, kind: str, title: str) -> None:
        dialog = self._dialog(self.tr("Export chats"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ENDINGS[kind])
        dialog.selectFile(f"{file_name(title)}.{ENDINGS[kind]}")
        dialog.fileSelected.connect(
            lambda name: self._start(self._presenter.export(chat_id, kind, Path(name)))
        )
        dialog.open()

    def _dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self, title, QDir.homePath())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog


class SearchField(QLineEdit):
    """Esc empties it, the arrow down leads into what was found."""

    left_downwards = Signal()

    def __init__(self) -> None:
        super().__init__(clearButtonEnabled=True)
        self.setPlaceholderText(self.tr("Search chats"))
        self.setAccessibleName(self.tr("Search in all chats"))
        self.setToolTip(self.tr("Search in all chats (%1)").replace("%1", _shortcut("Ctrl+K")))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left_downwards.emit()
        else:
            super().keyPressEvent(event)


def make_sidebar(context: Context) -> Sidebar:
    return Sidebar(SidebarPresenter(context.history), context.start)


def file_name(title: str) -> str:
    """A title as a name that every system takes.

    >>> file_name('What is 1/2? "Half"…'), file_name("...")
    ('What is 1 2 Half …', 'chat')
    """
    name = " ".join(re.sub(r'[\\/:*?"<>|\x00-\x1f]', " ", title).split()).strip(". ")
    return name[:80] or "chat"


def _shortcut(keys: str) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
