"""The one button of the chat: sends, or stops what comes."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton

from desktop.ui.look.icons import icon
from desktop.ui.look.theme import Tone, mixed

SIDE_PX = 34
ICON_PX = 18


class RoundButton(QAbstractButton):
    """A disc with an arrow, or with a square while something can be stopped."""

    def __init__(self) -> None:
        super().__init__()
        self._stops: bool | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_stops(False)

    def set_stops(self, stops: bool) -> None:
        if stops is self._stops:
            return
        self._stops = stops
        name = self.tr("Stop the answer") if stops else self.tr("Send the message")
        self.setAccessibleName(name)
        self.setToolTip(self.tr("%1 (Esc)").replace("%1", name) if stops else name)
        self.setIcon(icon(self._sign, _on_accent))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(SIDE_PX, SIDE_PX)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = Tone.ACCENT.color()
        if not self.isEnabled():
            color = mixed(QGuiApplication.palette(), 0.2)
        elif self.isDown():
            color = color.darker(115)
        elif self.underMouse():
            color = color.lighter(112)
        disc = QRect(0, 0, SIDE_PX, SIDE_PX)
        disc.moveCenter(self.rect().center())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(disc)
        if self.hasFocus():
            painter.setPen(QPen(_on_accent(), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(disc.adjusted(3, 3, -3, -3))
        box = QRect(0, 0, ICON_PX, ICON_PX)
        box.moveCenter(disc.center())
        shape = self.icon() if self.isEnabled() else icon(self._sign, _faded)
        shape.paint(painter, box)

    @property
    def _sign(self) -> str:
        return "stop" if self._stops else "send"


def _on_accent() -> QColor:
    light = Tone.ACCENT.color().lightness() > 140
    return QColor(Qt.GlobalColor.black if light else Qt.GlobalColor.white)


def _faded() -> QColor:
    return mixed(QGuiApplication.palette(), 0.7)
