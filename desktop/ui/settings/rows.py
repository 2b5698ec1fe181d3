"""One line of the settings: what it is, what it does, what to know about it now."""

from collections.abc import Sequence
from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.ui.chat.quiet_button import QuietButton
from desktop.ui.chat.quiet_label import QuietLabel
from desktop.ui.look.theme import SPACE, Tone
from desktop.ui.look.widgets import heading

PAGE_HEADING = 1.35


class Place(Enum):
    """Where the widget of a row stands."""

    BESIDE = "at the end of the line"
    BELOW = "below the words, as wide as they"
    INSTEAD = "in place of the title, which it carries itself: a check box"


class Row(QWidget):
    """Words on one side, a widget on the other; below them what there is to say."""

    def __init__(
        self,
        title: str,
        hint: str,
        widget: QWidget | None = None,
        place: Place = Place.BESIDE,
    ) -> None:
        super().__init__()
        self._texts = f"{title} {hint}".casefold()
        self.title = QLabel(title, wordWrap=True)
        self.hint = QuietLabel(hint)
        self.hint.setWordWrap(True)
        self.told = QuietLabel()
        self.told.setWordWrap(True)
        self.told.hide()
        self.reset = QuietButton("reset", self.tr("Back to the default"))
        self.reset.hide()
        keeps_place = self.reset.sizePolicy()
        keeps_place.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(keeps_place)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * SPACE)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(0, 1)
        self._lay_out(widget, place)

    def add_words(self, *words: str) -> None:
        """More that the search finds it by."""
        self._texts += " " + " ".join(words).casefold()

    def matches(self, words: Sequence[str]) -> bool:
        """Whether all words are in its texts."""
        return all(word in self._texts for word in words)

    def tell(self, text: str, tone: Tone = Tone.QUIET) -> None:
        """Something about it now; empty: nothing."""
        self.told.set_tone(tone)
        self.told.setText(text)
        self.told.setVisible(bool(text))

    def _lay_out(self, widget: QWidget | None, place: Place) -> None:
        middle, leading = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignLeading
        grid = self._grid
        if widget is not None and place is Place.INSTEAD:
            self.title.setParent(self)
            self.title.hide()
            grid.addWidget(widget, 0, 0, leading)
        else:
            grid.addWidget(self.title, 0, 0)
        grid.addWidget(self.hint, 1, 0)
        if widget is not None and place is Place.BESIDE:
            grid.addWidget(widget, 0, 1, 2, 1, middle | Qt.AlignmentFlag.AlignTrailing)
        elif widget is not None and place is Place.BELOW:
            grid.setRowMinimumHeight(2, SPACE // 2)
            grid.addWidget(widget, 3, 0, 1, 2)
            grid.addWidget(self.reset, 3, 2)
        if place is not Place.BELOW:
            grid.addWidget(self.reset, 0, 2, 2, 1, middle)
        grid.addWidget(self.told, 4, 0, 1, 3)


class Page(QWidget):
    """A group of rows under a heading."""

    def __init__(self, name: str, title: str, intro: str = "") -> None:
        super().__init__()
        self.name, self.title = name, title
        self.rows: list[Row] = []
        self.head = heading(title, PAGE_HEADING)
        self.intro = QuietLabel(intro)
        self.intro.setWordWrap(True)
        self.intro.setVisible(bool(intro))
        self.extra: list[QWidget] = [self.intro]
        """Hidden while one searches."""
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(2 * SPACE)
        self.column.addWidget(self.head)
        self.column.addWidget(self.intro)

    def add(self, row: Row) -> None:
        self.rows.append(row)
        self.column.addWidget(row)

    def add_extra(self, widget: QWidget) -> None:
        """What is no setting."""
        self.extra.append(widget)
        self.column.addWidget(widget)

    def show_all(self) -> None:
        """The whole page."""
        for row in self.rows:
            row.show()
        for widget in self.extra:
            widget.show()
        self.intro.setVisible(bool(self.intro.text()))

    def show_found(self, words: Sequence[str]) -> int:
        """Only rows with all words; returns how many there are."""
        is_titled = all(word in self.title.casefold() for word in words)
        found = [row for row in self.rows if is_titled or row.matches(words)]
        for row in self.rows:
            row.setVisible(row in found)
        for widget in self.extra:
            widget.hide()
        self.setVisible(bool(found))
        return len(found)


def side_by_side(*widgets: QWidget) -> QWidget:
    """Buttons in one line."""
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return box
