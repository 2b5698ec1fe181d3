"""Below the models of this computer: those of other programs, and space that can be won."""

from collections.abc import Sequence
from functools import partial
from urllib.parse import urlsplit

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.client.found import FoundModel
from desktop.client.installed import Partial, Partials
from desktop.ui.look.theme import SPACE, Tone
from desktop.ui.look.widgets import Card, ToneLabel
from desktop.ui.models.figures import data_size, filled, percent
from desktop.ui.models.parts import Fold, Title, facts_line
from desktop.ui.models.taking import copies


class FoundPart(Card):
    """Models of other programs that could be used without a copy."""

    adopted = Signal(list)  # of FoundModel

    def __init__(self) -> None:
        super().__init__()
        self._models: list[FoundModel] = []
        self.title = Title(self.tr("Other programs have models, too"))
        sentence = self.tr("Puna can use them where they are: nothing is copied or changed.")
        self.all = QPushButton(self.tr("Use all"))
        self.all.setAccessibleName(self.tr("Use all models of other programs"))
        self.rows = QWidget()
        self._rows = QVBoxLayout(self.rows)
        self._rows.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.addWidget(ToneLabel(sentence), stretch=1)
        row.addWidget(self.all)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE * 2, SPACE + SPACE // 2, SPACE * 2, SPACE + SPACE // 2)
        column.addWidget(self.title)
        column.addLayout(row)
        column.addWidget(self.rows)
        self.all.clicked.connect(lambda: self.adopted.emit(self._models))

    def show_found(self, models: list[FoundModel]) -> None:
        self._models = models
        _clear(self._rows)
        self.all.setVisible(len(models) > 1)
        for model in models:
            button = QPushButton(self.tr("Use"))
            button.setAccessibleName(filled(self.tr("Use %1 of %2"), model.title, model.origin))
            button.clicked.connect(partial(self._on_one, model))
            facts = (model.origin, data_size(model.size), model.quantization_level)
            self._rows.addWidget(_line(model.title, facts_line(facts), button))

    def _on_one(self, model: FoundModel, _checked: bool = False) -> None:
        self.adopted.emit([model])


class SpacePart(Card):
    """Partial files and copies, with what their removal would give back."""

    dropped = Signal(list)  # names of partial files

    def __init__(self) -> None:
        super().__init__()
        self._names: list[str] = []
        self.title = Title("")
        self.sentence = ToneLabel(
            self.tr(
                "They belong to downloads that are not complete, and save time when those go on."
            )
        )
        self.drop_all = QPushButton(self.tr("Delete all"))
        self.drop_all.setAccessibleName(self.tr("Delete all partial files"))
        self.partials, self.copies = QWidget(), QWidget()
        self._partials, self._copies = QVBoxLayout(self.partials), QVBoxLayout(self.copies)
        for layout in (self._partials, self._copies):
            layout.setContentsMargins(0, 0, 0, 0)
        self.fold = Fold(self.tr("Show the files"), self.partials)
        row = QHBoxLayout()
        row.addWidget(self.title, stretch=1)
        row.addWidget(self.drop_all)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE * 2, SPACE + SPACE // 2, SPACE * 2, SPACE + SPACE // 2)
        column.addLayout(row)
        for part in (self.sentence, self.fold, self.partials, self.copies):
            column.addWidget(part)
        self.drop_all.clicked.connect(lambda: self.dropped.emit(self._names))

    def show_partials(self, found: Partials) -> None:
        self._names = [each.name for each in found.partials]
        text = self.tr("%n partial file(s): %1 can be freed", "", len(self._names))
        self.title.setText(filled(text, data_size(found.size)))
        for part in (self.title, self.sentence, self.drop_all, self.fold):
            part.setVisible(bool(self._names))
        _clear(self._partials)
        for each in found.partials:
            button = QPushButton(self.tr("Delete"))
            button.setAccessibleName(filled(self.tr("Delete the partial file of %1"), _of(each)))
            button.clicked.connect(partial(self._on_one, each.name))
            share = percent(each.completed / each.total) if each.total else ""
            facts = facts_line((data_size(each.size), share))
            self._partials.addWidget(_line(_of(each), facts, button))

    def show_copies(self, models: Sequence[FoundModel]) -> None:
        _clear(self._copies)
        for group in copies(models):
            text = self.tr("%1 lies on the disk %2 times: %3 could be freed in the other programs")
            count, size = len(group), group[0].size
            title = filled(text, group[0].title, str(count), data_size(size * (count - 1)))
            places = "\n".join(facts_line((each.origin, each.path)) for each in group)
            label = QLabel(places, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._copies.addWidget(Title(title, 1.0))
            self._copies.addWidget(label)
        self.copies.setVisible(self._copies.count() > 0)

    @property
    def has_content(self) -> bool:
        return bool(self._names) or self._copies.count() > 0

    def _on_one(self, name: str, _checked: bool = False) -> None:
        self.dropped.emit([name])


def _line(title: str, facts: str, button: QPushButton) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    name = QLabel(title, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
    row.addWidget(name, stretch=2)
    row.addWidget(ToneLabel(facts, Tone.QUIET), stretch=3)
    row.addWidget(button)
    return line


def _clear(layout: QVBoxLayout) -> None:
    while item := layout.takeAt(0):
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()


def _of(each: Partial) -> str:
    """What a partial file belongs to, as far as its address tells."""
    path = urlsplit(each.url).path
    repository, blobs, _ = path.removeprefix("/v2/").partition("/blobs/")
    return repository if blobs else path.rpartition("/")[2] or each.name[:20]
