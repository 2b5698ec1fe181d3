"""Our own drawings of `resources/icons/`, in the colour of what they stand beside.

They are drawn when they are painted, so that they follow light and dark, and any scale.
"""

from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPalette, QPixmap

from desktop.core.resources import resource
from desktop.ui.look.theme import Tone

SIZE_PX = 16
DISABLED_OPACITY = 0.35


Ink = QPalette.ColorRole | Tone | Callable[[], QColor]


def icon(name: str, ink: Ink = QPalette.ColorRole.WindowText) -> QIcon:
    """One drawing, by its file's name without the ending.

    Args:
        ink: Where its colour is from, whenever it is painted.
    """
    return QIcon(_Drawing(name, ink))


class _Drawing(QIconEngine):
    def __init__(self, name: str, ink: Ink) -> None:
        super().__init__()
        self._name = name
        self._ink = ink
        self._drawn: dict[tuple[int, int, int], QPixmap] = {}

    def clone(self) -> QIconEngine:
        return _Drawing(self._name, self._ink)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        scale = painter.device().devicePixelRatio()
        pixmap = self._pixmap(rect.size() * scale)
        pixmap.setDevicePixelRatio(scale)
        painter.save()
        if mode == QIcon.Mode.Disabled:
            painter.setOpacity(DISABLED_OPACITY)
        painter.drawPixmap(rect, pixmap)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        picture = QPixmap(size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return picture

    def _pixmap(self, size: QSize) -> QPixmap:
        """In pixels of the screen; kept for each size and colour."""
        color = self._color()
        key = (size.width(), size.height(), color.rgb())
        if key not in self._drawn:
            self._drawn[key] = _render(self._name, size, color)
        return self._drawn[key]

    def _color(self) -> QColor:
        if isinstance(self._ink, Tone):
            return self._ink.color()
        if isinstance(self._ink, QPalette.ColorRole):
            return QPalette().color(self._ink)
        return self._ink()


def _render(name: str, size: QSize, color: QColor) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer

    picture = QPixmap(size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(str(resource(f"icons/{name}.svg"))).render(
        painter, QRectF(0, 0, size.width(), size.height())
    )
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(0, 0, size.width(), size.height(), color)
    painter.end()
    return picture
