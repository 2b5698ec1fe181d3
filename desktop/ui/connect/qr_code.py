"""A text as a picture that telephones read."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

QUIET_CELLS = 4
SIDE_PX = 190


class QrCode(QWidget):
    """Dark on white whatever the palette, as cameras want it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._rows: list[bytearray] = []
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(SIDE_PX, SIDE_PX)

    def show_text(self, text: str) -> None:
        import segno

        self._rows = [bytearray(row) for row in segno.make(text, error="m", micro=False).matrix]
        self.setAccessibleDescription(text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._rows:
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(Qt.GlobalColor.white))
        cells = len(self._rows) + 2 * QUIET_CELLS
        side = min(self.width(), self.height()) / cells
        for row, values in enumerate(self._rows):
            for column, value in enumerate(values):
                if value:
                    left, top = (column + QUIET_CELLS) * side, (row + QUIET_CELLS) * side
                    cell = QRectF(left, top, side + 0.4, side + 0.4)  # no hair lines between
                    painter.fillRect(cell, QColor(Qt.GlobalColor.black))
