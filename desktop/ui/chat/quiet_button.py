"""A small button that keeps in the background until it is needed.

It paints itself: a style sheet on each of some hundred buttons would make a chat open slowly.
"""

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolButton, QWidget

from desktop.ui.look.icons import SIZE_PX, icon
from desktop.ui.look.theme import RADIUS, SPACE, Tone, mixed

PAD = 5
HOVER, PRESSED, FLOATING = 0.08, 0.16, 0.12


class QuietButton(QToolButton):
    """A drawing, with a word perhaps.

    Args:
        drawing: Of `resources/icons/`.
        purpose: What it does: its name for those who do not see it, and its tip.
        floating: It lies over something, and so has a background.
    """

    def __init__(
        self,
        drawing: str,
        purpose: str,
        *,
        text: str = "",
        checkable: bool = False,
        floating: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setIcon(icon(drawing, Tone.QUIET))
        self.setIconSize(QSize(SIZE_PX, SIZE_PX))
        self._is_floating = floating
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(purpose)
        self.setToolTip(purpose)
        self.setText(text)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        height = max(SIZE_PX, metrics.height()) + 2 * PAD
        if not self.text():
            return QSize(height, height)
        return QSize(SIZE_PX + SPACE + metrics.horizontalAdvance(self.text()) + 3 * PAD, height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        share = PRESSED if self.isDown() or self.isChecked() else HOVER if self._is_hot() else 0.0
        shape = self.rect().adjusted(1, 1, -1, -1)
        painter.setPen(QPen(Tone.ACCENT.color(), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
        if share or self._is_floating:
            painter.setBrush(mixed(self.palette(), share or FLOATING))
        if share or self.hasFocus() or self._is_floating:
            painter.drawRoundedRect(shape, RADIUS - 2, RADIUS - 2)
        self._paint_face(painter)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def _is_hot(self) -> bool:
        return self.underMouse() and self.isEnabled()

    def _paint_face(self, painter: QPainter) -> None:
        mode = self.icon().Mode.Normal if self.isEnabled() else self.icon().Mode.Disabled
        box = QRect(QPoint(0, 0), QSize(SIZE_PX, SIZE_PX))
        box.moveCenter(self.rect().center())
        words = QRect(self.rect())
        if self.text():
            is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            box.moveLeft(self.width() - SIZE_PX - PAD - 2 if is_mirrored else PAD + 2)
            room = SIZE_PX + PAD + SPACE
            words.adjust(*((PAD, 0, -room, 0) if is_mirrored else (room, 0, -PAD, 0)))
            painter.setPen(Tone.QUIET.color())
            align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
            painter.drawText(words, align, self.text())
        self.icon().paint(painter, box, Qt.AlignmentFlag.AlignCenter, mode)
