"""The tab with what is on this computer."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.client.found import FoundModel
from desktop.client.installed import Partials
from desktop.ui.look.theme import MARGIN, SPACE, Tone
from desktop.ui.look.widgets import ToneLabel
from desktop.ui.models.extras import FoundPart, SpacePart
from desktop.ui.models.figures import data_size, filled
from desktop.ui.models.installed import Folder, InstalledPresenter, InstalledRow
from desktop.ui.models.installed_card import InstalledCard
from desktop.ui.models.parts import CardList, Empty, facts_line
from desktop.ui.models.taking import TakingPresenter
from desktop.ui.models.verdicts import tone_of
from desktop.ui.task_scope import Start, Work

STEPS = 1000


class InstalledTab(QWidget):
    """Shows an InstalledPresenter and a TakingPresenter."""

    chat_wanted = Signal(str)
    delete_wanted = Signal(str)
    folder_wanted = Signal(object)  # the Folder as it is
    recommended_wanted = Signal()
    drop_wanted = Signal(list)  # partial files to be deleted

    def __init__(
        self, presenter: InstalledPresenter, taking: TakingPresenter, start: Start
    ) -> None:
        super().__init__()
        self._start, self._taking = start, taking
        self._cards: dict[str, InstalledCard] = {}
        self._rows: list[InstalledRow] = []
        self._held: list[str] = []
        self._folder = Folder("", True)
        self._is_new = True
        self._actions: dict[str, Callable[[str], Work]] = {
            "details": presenter.describe,
            "explain": presenter.explain,
            "unload": presenter.unload,
        }
        self.summary = ToneLabel("")
        self.add = QPushButton(self.tr("Add a &file…"))
        self.folder = QPushButton(self.tr("F&older…"))
        self.folder.setAccessibleName(self.tr("Folder of the models"))
        self.taking_label, self.bar = ToneLabel(""), QProgressBar(textVisible=False, maximum=STEPS)
        self.stop = QPushButton(self.tr("Stop"))
        self.list = CardList(self.tr("Models on this computer"))
        self.empty = Empty()
        self.found, self.space = FoundPart(), SpacePart()
        self._lay_out()
        self._connect(presenter, taking)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.summary, stretch=1)
        row.addWidget(self.add)
        row.addWidget(self.folder)
        self.progress = QWidget()
        progress = QHBoxLayout(self.progress)
        progress.setContentsMargins(0, 0, 0, 0)
        progress.addWidget(self.taking_label, stretch=1)
        progress.addWidget(self.bar, stretch=1)
        progress.addWidget(self.stop)
        self.progress.hide()
        head = QVBoxLayout()
        head.setContentsMargins(MARGIN, SPACE + SPACE // 2, MARGIN, 0)
        head.addLayout(row)
        head.addWidget(self.progress)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self.list)
        self._say_loading()

    def _connect(self, presenter: InstalledPresenter, taking: TakingPresenter) -> None:
        self.add.clicked.connect(self._on_add)
        self.folder.clicked.connect(self._on_folder)
        self.stop.clicked.connect(taking.stop)
        self.empty.acted.connect(self.recommended_wanted)
        self.found.adopted.connect(lambda models: self._start(taking.adopt(models)))
        self.space.dropped.connect(self.drop_wanted)
        presenter.refreshed.connect(self._on_refreshed)
        presenter.failed.connect(self._on_failed)
        presenter.explained.connect(self._on_explained)
        taking.found.connect(self._on_found)
        taking.progressed.connect(self._on_progressed)
        taking.ended.connect(self.progress.hide)

    def hold(self, names: list[str]) -> None:
        """Leave these out: they are about to be deleted."""
        self._held = names
        self._show_rows()

    def add_files(self, paths: Sequence[str]) -> None:
        self._start(self._taking.add(paths))

    def _on_refreshed(self, rows: list[InstalledRow], partials: Partials, folder: Folder) -> None:
        self._rows, self._is_new = rows, False
        self._folder = folder
        self.space.show_partials(partials)
        self._show_rows()

    def _show_rows(self) -> None:
        rows = [row for row in self._rows if row.name not in self._held]
        cards = {}
        for row in rows:
            card = self._cards.get(row.name)
            if card is None:
                card = InstalledCard(row)
                card.chat_wanted.connect(self.chat_wanted)
                card.acted.connect(self._on_acted)
            card.show_row(row)
            cards[row.name] = card
        if not rows and not self._is_new:
            self.empty.say(
                self.tr("There are no models yet"),
                self.tr(
                    "Download one, or drop a model's file (.gguf) onto this window to copy it to"
                    " Puna's models."
                ),
                self.tr("Find a model"),
            )
        self.list.show_all([*cards.values(), *self._below(bool(rows))])
        for old in self._cards.keys() - cards.keys():
            self._cards[old].deleteLater()
        self._cards = cards
        self._summarize(rows)

    def _below(self, has_rows: bool) -> list[QWidget]:
        parts: list[QWidget] = [] if has_rows else [self.empty]
        if self._taking.usable:
            parts.append(self.found)
        if self.space.has_content:
            parts.append(self.space)
        return parts

    def _summarize(self, rows: list[InstalledRow]) -> None:
        count = self.tr("%n model(s)", "", len(rows))
        sizes = {min((row.name, *row.same_as)): row for row in rows}  # the same files count once
        total = data_size(sum(row.size_bytes for row in sizes.values()))
        self.summary.setText(
            facts_line((count, total, self._folder.path)) if rows else self._folder.path
        )

    def _on_failed(self, sentence: str) -> None:
        if self._is_new:
            self.empty.say(self.tr("The models cannot be shown"), sentence)

    def _on_explained(self, name: str, sentence: str, verdict: str) -> None:
        if card := self._cards.get(name):
            card.explain(sentence, tone_of(verdict) if verdict else Tone.BAD)

    def _on_acted(self, name: str, action: str) -> None:
        if action == "delete":
            self.delete_wanted.emit(name)
        else:
            self._start(self._actions[action](name))

    def _on_found(self, usable: list[FoundModel]) -> None:
        self.found.show_found(usable)
        self.space.show_copies(self._taking.models)
        self._show_rows()

    def _on_progressed(self, title: str, done: int, total: int) -> None:
        self.progress.show()
        self.taking_label.setText(filled(self.tr("Adding %1"), title))
        self.bar.setMaximum(STEPS if total else 0)
        self.bar.setValue(round(done / total * STEPS) if total else 0)
        self.bar.setAccessibleName(self.taking_label.text())

    def _on_add(self) -> None:
        dialog = QFileDialog(self, self.tr("Add models from files"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(self.tr("Models (*.gguf)"))
        dialog.filesSelected.connect(self.add_files)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_folder(self) -> None:
        self.folder_wanted.emit(self._folder)

    def _say_loading(self) -> None:
        self.empty.say(self.tr("Looking what is there…"), "")
        self.list.show_all([self.empty])
