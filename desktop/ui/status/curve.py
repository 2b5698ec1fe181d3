"""A curve of the last two minutes, and a bar that shows what something consists of."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.look.theme import Tone, mixed
from desktop.ui.status.presenter import KEPT_S, Point

GAP_S = 3.5  # longer without a figure: the curve has a hole
HEIGHT_PX = 56
BAR_PX = 10


class Curve(QWidget):
    """Shares from 0 to 1 against time; the newest is at the right edge."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: Sequence[Point] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(160, HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, HEIGHT_PX)

    def show_points(self, points: Sequence[Point]) -> None:
        self._points = points
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 1.5, -0.5, -1.5)
        painter.setPen(QPen(mixed(self.palette(), 0.12), 1))
        for share in (0.0, 0.5, 1.0):
            height = area.bottom() - share * area.height()
            painter.drawLine(QPointF(area.left(), height), QPointF(area.right(), height))
        for piece in self._pieces():
            self._paint_piece(painter, area, piece)

    def _paint_piece(self, painter: QPainter, area: QRectF, piece: Sequence[Point]) -> None:
        newest = self._points[-1][0]
        line = QPainterPath()
        for number, (at, share) in enumerate(piece):
            place = QPointF(
                area.right() - (newest - at) / KEPT_S * area.width(),
                area.bottom() - min(max(share, 0.0), 1.0) * area.height(),
            )
            line.lineTo(place) if number else line.moveTo(place)
        color = Tone.ACCENT.color(self.palette())
        filled = QPainterPath(line)
        filled.lineTo(line.currentPosition().x(), area.bottom())
        filled.lineTo(line.elementAt(0).x, area.bottom())
        veil = QColor(color)
        veil.setAlphaF(0.16)
        painter.save()
        painter.setClipRect(self.rect())
        painter.fillPath(filled, veil)
        pen = QPen(color, 1.8)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPath(line)
        painter.restore()

    def _pieces(self) -> list[list[Point]]:
        """Split where nobody looked for a while; a single point is a short line."""
        pieces: list[list[Point]] = []
        for point in self._points:
            if pieces and point[0] - pieces[-1][-1][0] <= GAP_S:
                pieces[-1].append(point)
            else:
                pieces.append([(point[0] - 0.5, point[1]), point])
        return pieces


class ShareBar(QWidget):
    """Parts of a whole side by side, each paler than the one before."""

    STRENGTHS = (1.0, 0.55, 0.28)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: Sequence[float] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(160, BAR_PX)

    def show_parts(self, parts: Sequence[float]) -> None:
        """At most three."""
        if parts != self._parts:
            self._parts = parts
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), BAR_PX / 2, BAR_PX / 2)
        painter.setClipPath(shape)
        painter.fillRect(self.rect(), mixed(self.palette(), 0.1))
        whole = sum(self._parts) or 1.0
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = 0.0
        for part, strength in zip(self._parts, self.STRENGTHS, strict=False):
            width = part / whole * self.width()
            start = self.width() - left - width if is_mirrored else left
            area = QRectF(start, 0, max(width - 1, 0), self.height())
            painter.fillRect(area, part_color(self, strength))
            left += width


def part_color(widget: QWidget, strength: float) -> QColor:
    """The accent, paler on this widget's background."""
    color = Tone.ACCENT.color(widget.palette())
    color.setAlphaF(strength)
    return color
