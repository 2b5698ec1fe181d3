"""One figure of the machine with its curve, and tiles that fill a row."""

import math
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.ui.look.theme import SPACE, Tone
from desktop.ui.look.widgets import Card, ToneLabel
from desktop.ui.status.curve import Curve
from desktop.ui.status.presenter import Point

TILE_PX = 220
VALUE_SCALE = 1.7


class Gauge(Card):
    """A title, a figure, its curve, and a line about it. Without a figure, the reason instead."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self.value = QLabel()
        font = QFont(self.value.font())
        font.setPointSizeF(font.pointSizeF() * VALUE_SCALE)
        font.setWeight(QFont.Weight.DemiBold)
        self.value.setFont(font)
        self.curve = Curve()
        self.about = ToneLabel()
        name = ToneLabel(title)
        name.setWordWrap(True)
        top = QHBoxLayout()
        top.addWidget(name, 1, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.value, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, SPACE + 4, 2 * SPACE, SPACE + 4)
        layout.setSpacing(SPACE - 2)
        layout.addLayout(top)
        layout.addWidget(self.curve)
        layout.addWidget(self.about)
        layout.addStretch(1)

    def show_figure(self, value: str, about: str, points: Sequence[Point]) -> None:
        self.value.setText(value)
        self.about.setText(about)
        self.about.set_tone(Tone.QUIET)
        self.value.show()
        self.curve.show()
        self.curve.show_points(points)
        self.setAccessibleName(f"{self._title}: {value}")
        self.setAccessibleDescription(about)

    def show_absent(self, reason: str) -> None:
        """No figure, and why."""
        self.value.hide()
        self.curve.hide()
        self.about.setText(reason)
        self.setAccessibleName(self._title)
        self.setAccessibleDescription(reason)


class Tiles(QWidget):
    """Widgets of one size in as many columns as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACE + 4)
        self._tiles: list[QWidget] = []
        self._columns = 0

    def add(self, tile: QWidget) -> None:
        self._tiles.append(tile)
        self._columns = 0
        self._arrange()

    def remove(self, tile: QWidget) -> None:
        self._tiles.remove(tile)
        self._grid.removeWidget(tile)
        tile.hide()
        tile.deleteLater()
        self._columns = 0
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        if not self._tiles:
            return
        most = max(1, min(len(self._tiles), self.width() // TILE_PX))
        rows = math.ceil(len(self._tiles) / most)
        columns = math.ceil(len(self._tiles) / rows)  # rows of about the same length
        if columns == self._columns:
            return
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 0)
        self._columns = columns
        for number, tile in enumerate(self._tiles):
            self._grid.addWidget(tile, number // columns, number % columns)
            self._grid.setColumnStretch(number % columns, 1)
