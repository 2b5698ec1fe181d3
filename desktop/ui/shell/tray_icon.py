"""The icon in the notification area: our llama, with a small shape that tells what it does.

Each state has a shape of its own, so that it can be told without colours. Where the platform wants
one colour only (macOS), the picture is a mask that the system paints.
"""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from desktop.core.resources import resource
from desktop.ui.shell.watching import Doing

SIZES_PX = (16, 22, 24, 32, 44, 48, 64, 128)
COLORS = {
    Doing.LOADING: "#b07d12",
    Doing.ANSWERING: "#1f8a55",
    Doing.SERVING: "#2f6fd0",
    Doing.PAUSED: "#5f6670",
    Doing.PROBLEM: "#c8352b",
}
DISC = 0.58  # of the icon's width: large enough to be told at 16 pixels
MASK_ASIDE = 0.16  # the mask has room beside it, so that the head stays free
GAP = 0.055  # around the disc, so that it does not touch the picture


@lru_cache(maxsize=16)
def tray_icon(doing: Doing, *, is_mask: bool = False) -> QIcon:
    """All sizes of one state."""
    icon = QIcon()
    for size_px in SIZES_PX:
        icon.addPixmap(_picture(doing, size_px, is_mask))
    icon.setIsMask(is_mask)
    return icon


def _picture(doing: Doing, size_px: int, is_mask: bool) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer

    pixmap = QPixmap(size_px, size_px)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    name = "puna-template.svg" if is_mask else "puna.svg"
    aside = MASK_ASIDE * size_px if is_mask and doing is not Doing.IDLE else 0.0
    QSvgRenderer(str(resource(name))).render(painter, QRectF(-aside, 0, size_px, size_px))
    if doing is not Doing.IDLE:
        _badge(painter, doing, float(size_px), is_mask)
    painter.end()
    return pixmap


def _badge(painter: QPainter, doing: Doing, size: float, is_mask: bool) -> None:
    """A disc in the lower right corner, or a triangle for a problem, with a sign in it."""
    width = max(9.0, round(size * DISC))
    place = QRectF(size - width, size - width, width, width)
    outline = _triangle(place) if doing is Doing.PROBLEM else _disc(place)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
    gap = QPen(Qt.GlobalColor.black, 2 * max(1.0, size * GAP))
    gap.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(outline, gap)
    painter.fillPath(outline, Qt.GlobalColor.black)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    painter.fillPath(outline, QColor("#000000" if is_mask else COLORS[doing]))
    if is_mask:  # signs are holes
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#ffffff"))
    painter.save()
    painter.translate(place.center())
    painter.scale(width / 20, width / 20)  # signs are drawn in a disc of 20 units
    SIGNS[doing](painter)
    painter.restore()


def _disc(place: QRectF) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(place)
    return path


def _triangle(place: QRectF) -> QPainterPath:
    path = QPainterPath(QPointF(place.center().x(), place.top()))
    path.lineTo(place.bottomRight())
    path.lineTo(place.bottomLeft())
    path.closeSubpath()
    return path


def _loading(painter: QPainter) -> None:
    """Three dots, as of something that is to come."""
    for x in (-5.5, 0.0, 5.5):
        painter.drawEllipse(QPointF(x, 0), 1.9, 1.9)


def _answering(painter: QPainter) -> None:
    """Something goes on: the triangle of a player."""
    painter.drawPolygon(QPolygonF([QPointF(-3.6, -5.4), QPointF(-3.6, 5.4), QPointF(5.8, 0)]))


def _serving(painter: QPainter) -> None:
    """Two arrows: out to another program, and back."""
    for angle in (0, 180):
        painter.save()
        painter.rotate(angle)
        painter.drawRect(QRectF(-6.5, -4.6, 7, 2.2))
        painter.drawPolygon(QPolygonF([QPointF(0, -7.5), QPointF(0, 0.4), QPointF(6.8, -3.5)]))
        painter.restore()


def _paused(painter: QPainter) -> None:
    for x in (-4.6, 1.4):
        painter.drawRect(QRectF(x, -5, 3.2, 10))


def _problem(painter: QPainter) -> None:
    """An exclamation mark; it stands a little lower, in the middle of the triangle's area."""
    painter.drawRoundedRect(QRectF(-1.5, -4, 3, 7.4), 1.2, 1.2)
    painter.drawEllipse(QPointF(0, 6.4), 1.8, 1.8)


SIGNS = {
    Doing.LOADING: _loading,
    Doing.ANSWERING: _answering,
    Doing.SERVING: _serving,
    Doing.PAUSED: _paused,
    Doing.PROBLEM: _problem,
}
