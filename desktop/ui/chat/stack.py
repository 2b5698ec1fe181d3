"""Widgets below each other whose heights follow from their width.

Qt's own layouts ask every widget again after each change. This one asks only what has changed, so
that a growing answer costs the same in a long chat as in a short one.
"""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter
from PySide6.QtWidgets import QWidget

from desktop.ui.look.theme import RADIUS, edge, mixed


class Part(QWidget):
    """Something in a stack. `height_changed`: please lay out again."""

    height_changed = Signal()

    is_shown = True

    def set_shown(self, shown: bool) -> None:
        if shown != self.is_shown:
            self.is_shown = shown
            self.setVisible(shown)
            self.height_changed.emit()

    def height_for(self, width: int) -> int:
        """Pixels; called often, so what is costly is kept by the part."""
        if self.hasHeightForWidth():
            return self.heightForWidth(width)
        if layout := self.layout():
            return (
                layout.totalHeightForWidth(width)
                if layout.hasHeightForWidth()
                else (layout.totalSizeHint().height())
            )
        return self.sizeHint().height()


class Stack(Part):
    """Parts, from top to bottom.

    Args:
        space: Pixels between two parts that can be seen.
    """

    def __init__(self, space: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parts: list[Part] = []
        self._space = space
        self._known: tuple[int, int] | None = None
        self._last_top = 0

    def insert(self, at: int, part: Part) -> None:
        part.setParent(self)
        self.parts.insert(at, part)
        part.height_changed.connect(self.changed)
        part.setVisible(part.is_shown)
        self._known = None

    def append(self, part: Part) -> None:
        self.insert(len(self.parts), part)

    def drop(self, part: Part) -> None:
        """Take a part out, for good."""
        self.parts.remove(part)
        part.height_changed.disconnect(self.changed)
        part.hide()
        part.deleteLater()
        self._known = None

    def changed(self) -> None:
        """Something has another height: tells whoever holds this."""
        self._known = None
        self.height_changed.emit()

    def forget_height(self) -> None:
        """As `changed`, without telling."""
        self._known = None

    def height_for(self, width: int) -> int:
        """Places all parts, too."""
        if self._known is not None and self._known[0] == width:
            return self._known[1]
        margins = self.contentsMargins()
        inner = width - margins.left() - margins.right()
        y = margins.top()
        for part in self.parts:
            if not part.is_shown:
                continue
            height = part.height_for(inner)
            self._last_top = y
            self._place(part, y, inner, height)
            y += height + self._space
        y += margins.bottom() - (self._space if y > margins.top() else 0)
        self._known = (width, y)
        return y

    def last_grew(self) -> None:
        """Nothing but the last part has another height: the others are not asked."""
        if self._known is None or not self.parts or not self.parts[-1].is_shown:
            self._known = None
            return
        width, part = self._known[0], self.parts[-1]
        margins = self.contentsMargins()
        inner = width - margins.left() - margins.right()
        height = part.height_for(inner)
        self._place(part, self._last_top, inner, height)
        self._known = (width, self._last_top + height + margins.bottom())

    def _place(self, part: Part, y: int, width: int, height: int) -> None:
        part.setGeometry(self.contentsMargins().left(), y, width, height)


def is_right_to_left(widget: QWidget) -> bool:
    return widget.layoutDirection() == Qt.LayoutDirection.RightToLeft


def paint_card(widget: QWidget, back: float, line: float = 0.0) -> None:
    """A rounded background in shares of the text's colour; call from `paintEvent`."""
    palette = QGuiApplication.palette()
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(edge(palette, line) if line else Qt.PenStyle.NoPen)
    painter.setBrush(mixed(palette, back))
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
    painter.end()
