"""The models window: what there is to fetch, what is here, and what is on its way."""

from collections.abc import Sequence

from PySide6.QtCore import QFileInfo, QTimer
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QHideEvent,
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QMessageBox, QTabWidget, QVBoxLayout, QWidget

from desktop.client.downloads import Download
from desktop.ui.context import Context, Place
from desktop.ui.look.theme import MARGIN, SPACE, Tone
from desktop.ui.models.ask_dialog import AskDialog
from desktop.ui.models.asking import AskPresenter, Inquiry
from desktop.ui.models.details_dialog import DetailsDialog
from desktop.ui.models.downloads import DownloadsPresenter
from desktop.ui.models.downloads_tab import DownloadsTab
from desktop.ui.models.figures import filled, plain_name
from desktop.ui.models.folder_dialog import FolderDialog
from desktop.ui.models.installed import Folder, InstalledPresenter, InstalledRow, Sheet
from desktop.ui.models.installed_tab import InstalledTab
from desktop.ui.models.measuring import MeasuringPresenter
from desktop.ui.models.offers import Offer, Product
from desktop.ui.models.parts import Notice
from desktop.ui.models.recommended import RecommendedPresenter
from desktop.ui.models.recommended_tab import RecommendedTab
from desktop.ui.models.removals import Removals
from desktop.ui.models.search import SearchPresenter
from desktop.ui.models.search_tab import SearchTab
from desktop.ui.models.taking import TakingPresenter

SIZE_PX = (900, 680)
LOOK_AGAIN_MS = 5000  # while the window can be seen
TABS = ("recommended", "search", "installed", "downloads")
IMPORT = "import:"
FILE_ENDING = ".gguf"


def make_models(context: Context) -> QWidget:
    return ModelsWindow(context)


class ModelsWindow(QWidget):
    """Puts the tabs together; what they know, their presenters know."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, self._start = context, context.start
        client = context.client
        self.downloads = DownloadsPresenter(client)
        self.recommended = RecommendedPresenter(client)
        self.search = SearchPresenter(client)
        self.installed = InstalledPresenter(client)
        self.taking = TakingPresenter(client)
        self.asking, self.measuring = AskPresenter(client), MeasuringPresenter(client)
        self.removals = Removals(self)
        self.recommended_tab = RecommendedTab(self.recommended, self._start)
        self.search_tab = SearchTab(self.search, self._start)
        self.installed_tab = InstalledTab(self.installed, self.taking, self._start)
        self.downloads_tab = DownloadsTab(self.downloads, self._start)
        self.tabs = QTabWidget(documentMode=True)
        self.undo, self.notice = Notice(), Notice()
        self.asking_dialog: AskDialog | None = None
        self.delete_box: QMessageBox | None = None
        self._after_notice = ""  # what the notice's button shows: a tab, or a model to chat with
        self._new = ""  # a model that is ready since the list was read
        self._timer = QTimer(self, interval=LOOK_AGAIN_MS)
        self._lay_out()
        self._connect_tabs()
        self._connect_presenters()

    def show_at(self, what: str) -> None:
        """Show a tab, or take in a file: `import:` and its path."""
        if what.startswith(IMPORT):
            self._add_files([what.removeprefix(IMPORT)])
        elif what in TABS:
            self.tabs.setCurrentIndex(TABS.index(what))

    def is_busy(self) -> bool:
        return self.taking.is_busy or bool(self.removals.names)

    def _lay_out(self) -> None:
        self.setWindowTitle(self.tr("Models"))
        self.resize(*SIZE_PX)
        self.setAcceptDrops(True)
        self.tabs.addTab(self.recommended_tab, self.tr("&Recommended"))
        self.tabs.addTab(self.search_tab, self.tr("&Search"))
        self.tabs.addTab(self.installed_tab, self.tr("On this &computer"))
        self.tabs.addTab(self.downloads_tab, self.tr("&Downloads"))
        self.tabs.setAccessibleName(self.tr("Models"))
        notices = QVBoxLayout()
        notices.setContentsMargins(MARGIN, 0, MARGIN, SPACE)
        for notice in (self.undo, self.notice):
            notices.addWidget(notice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE, 0, 0)
        column.addWidget(self.tabs, stretch=1)
        column.addLayout(notices)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setWhatsThis(self.tr("Search for models"))
        find.activated.connect(lambda: self.show_at("search"))
        undo = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self)
        undo.setWhatsThis(self.tr("Take a deletion back"))
        undo.activated.connect(self.removals.undo)

    def _connect_tabs(self) -> None:
        for tab in (self.recommended_tab, self.search_tab):
            tab.wanted.connect(self._on_wanted)
            tab.downloads_wanted.connect(lambda: self.show_at("downloads"))
        for chatting in (
            self.recommended_tab,
            self.search_tab,
            self.installed_tab,
            self.downloads_tab,
        ):
            chatting.chat_wanted.connect(self._on_chat)
        self.search_tab.installed_wanted.connect(lambda: self.show_at("installed"))
        self.installed_tab.recommended_wanted.connect(lambda: self.show_at("recommended"))
        self.downloads_tab.recommended_wanted.connect(lambda: self.show_at("recommended"))
        self.installed_tab.delete_wanted.connect(self.removals.hold)
        self.installed_tab.drop_wanted.connect(self._on_drop_wanted)
        self.installed_tab.folder_wanted.connect(self._on_folder)
        self.tabs.currentChanged.connect(self._on_look_again)
        self._timer.timeout.connect(self._on_look_again)
        self.undo.acted.connect(self.removals.undo)
        self.notice.acted.connect(self._on_notice)

    def _connect_presenters(self) -> None:
        self.downloads.changed.connect(self._on_downloads)
        self.downloads.finished.connect(self._on_ready)
        self.downloads.failed.connect(self._tell_failure)
        self.downloads.lost.connect(self._tell_failure)
        self.installed.refreshed.connect(self._on_installed)
        self.installed.failed.connect(self._tell_failure)
        self.installed.described.connect(self._on_described)
        self.installed.folder_moved.connect(self._on_folder_moved)
        self.taking.taken.connect(self._on_ready)
        self.taking.failed.connect(self._on_not_taken)
        self.asking.looked.connect(self._on_looked)
        self.search.opened.connect(self._on_opened)
        self.search.open_failed.connect(self._on_open_failed)
        self.measuring.measured.connect(self._refresh)
        self.removals.changed.connect(self._on_held)
        self.removals.due.connect(lambda name: self._start(self._delete(name)))

    # ---- asking, and fetching

    def _on_wanted(self, product: Product, offer: Offer | None) -> None:
        self.asking_dialog = dialog = AskDialog(product, self)
        dialog.accepted.connect(lambda: self._on_accepted(dialog))
        dialog.finished.connect(self._on_dialog_finished)
        dialog.open()
        if offer is None:
            self._start(self.search.open(product))
        else:
            self._look(offer)

    def _look(self, offer: Offer) -> None:
        if self.asking_dialog:
            self.asking_dialog.show_offer(offer)
            self._start(self.asking.look(offer))

    def _on_opened(self, product: Product) -> None:
        waits = self.asking_dialog and self.asking_dialog.offer is None
        if (
            waits
            and self.asking_dialog
            and self.asking_dialog.product_key == product.key
            and product.first
        ):
            self._look(product.first)

    def _on_open_failed(self, key: str, sentence: str) -> None:
        if self.asking_dialog and self.asking_dialog.product_key == key:
            self.asking_dialog.fail(sentence)

    def _on_looked(self, inquiry: Inquiry) -> None:
        if self.asking_dialog:
            self.asking_dialog.show_inquiry(inquiry)

    def _on_accepted(self, dialog: AskDialog) -> None:
        if dialog.offer is None:
            return
        self._start(self.downloads.start(dialog.offer.name))
        text = self.tr("%1 is being downloaded. It goes on when this window is closed.")
        self._tell(
            filled(text, plain_name(dialog.offer.name)), Tone.QUIET, self.tr("Show"), "downloads"
        )

    def _on_dialog_finished(self) -> None:
        self.asking_dialog = None

    def _on_downloads(self, downloads: list[Download]) -> None:
        active = len([each for each in downloads if not each.is_over])
        title = self.tr("&Downloads (%n)", "", active) if active else self.tr("&Downloads")
        self.tabs.setTabText(TABS.index("downloads"), title)
        for tab in (self.recommended_tab, self.search_tab):
            tab.show_downloads(self.downloads.of)

    def _on_ready(self, model: str) -> None:
        self._new = model
        self._tell_ready(model)
        self._refresh()

    def _tell_ready(self, model: str, action: str = "") -> None:
        text = filled(self.tr("%1 is ready."), plain_name(model))
        self._tell(text, Tone.GOOD, action, model)

    # ---- what is here

    def _on_installed(self, rows: list[InstalledRow]) -> None:
        self.search.installed = self.installed.names
        new = next((row for row in rows if row.name.casefold() == self._new.casefold()), None)
        if new and new.chats:
            self._tell_ready(new.name, self.tr("Chat"))
        self._new = "" if new else self._new

    def _on_described(self, sheet: Sheet) -> None:
        DetailsDialog(sheet, self).open()

    async def _delete(self, name: str) -> None:
        await self.installed.delete(name)
        self.removals.settle(name)

    def _on_held(self, names: list[str]) -> None:
        self.installed_tab.hold(self.removals.hidden)
        self.undo.setVisible(bool(names))
        if names:
            text = self.tr("%1 will be deleted in 10 seconds.")
            self.undo.tell(
                filled(text, plain_name(names[-1])), Tone.FAIR, self.tr("&Undo"), can_close=False
            )

    def _on_drop_wanted(self, names: list[str]) -> None:
        box = QMessageBox(self)
        box.setWindowTitle(self.tr("Delete partial files"))
        box.setText(self.tr("Delete %n partial file(s)?", "", len(names)))
        box.setInformativeText(self.tr("Downloads that they belong to begin again from the start."))
        delete = box.addButton(self.tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        delete.clicked.connect(lambda: self._start(self.installed.drop_partials(names)))
        box.finished.connect(self._on_box_finished)
        self.delete_box = box
        box.open()

    def _on_box_finished(self) -> None:
        if self.delete_box:
            self.delete_box.deleteLater()
        self.delete_box = None

    def _on_folder(self, folder: Folder) -> None:
        dialog = FolderDialog(folder, self)
        dialog.chosen.connect(lambda path: self._start(self.installed.move_folder(path)))
        dialog.open()

    def _on_folder_moved(self, path: str, later: bool) -> None:
        text = self.tr("%1 holds the models from the next start of Puna on.")
        if not later:
            text = self.tr("%1 holds the models now.")
        self._tell(filled(text, path), Tone.GOOD)

    def _on_not_taken(self, title: str, sentence: str) -> None:
        self._tell(filled(self.tr("%1: %2"), title, sentence), Tone.BAD)

    def _add_files(self, paths: Sequence[str]) -> None:
        self.show_at("installed")
        self.installed_tab.add_files(paths)

    # ---- telling

    def _tell(self, sentence: str, tone: Tone, action: str = "", target: str = "") -> None:
        self._after_notice = target
        self.notice.tell(sentence, tone, action)

    def _tell_failure(self, sentence: str) -> None:
        self._tell(sentence, Tone.BAD)

    def _on_notice(self) -> None:
        self.notice.hide()
        if self._after_notice in TABS:
            self.show_at(self._after_notice)
        else:
            self._on_chat(self._after_notice)

    def _on_chat(self, model: str) -> None:
        self._context.go(Place.CHAT, model)

    # ---- while it can be seen

    def _refresh(self) -> None:
        self._start(self.recommended.refresh())
        self._start(self.installed.refresh())
        self._start(self.taking.look())

    def _on_look_again(self) -> None:
        if not self.isVisible():
            return
        if not self.downloads.is_following:
            self._start(self.downloads.follow())
        self._start(self.measuring.look())
        if self.tabs.currentWidget() is self.installed_tab:
            self._start(self.installed.refresh())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        self._refresh()
        self._start(self.measuring.wish())
        self._on_look_again()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
        self.downloads.leave()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _models_in(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self._add_files(_models_in(event))


def _models_in(event: QDropEvent) -> list[str]:
    """Files and folders that may hold a model."""
    paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in paths if path.lower().endswith(FILE_ENDING) or QFileInfo(path).isDir()]
