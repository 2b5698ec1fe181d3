"""Lays widgets out in lines, like words; scrolls when there are too many lines."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStyle, QWidget

from desktop.ui.look.theme import SPACE

MOST_LINES = 3


class Flow(QScrollArea):
    """As high as its lines, up to a few."""

    def __init__(self) -> None:
        super().__init__()
        self._widgets: list[QWidget] = []
        self._inside = QWidget()
        self.setWidget(self._inside)
        self._inside.setAutoFillBackground(False)  # which setWidget has switched on
        self.viewport().setAutoFillBackground(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def add(self, widget: QWidget) -> None:
        widget.setParent(self._inside)
        self._widgets.append(widget)
        widget.show()

    def drop(self, widget: QWidget) -> None:
        self._widgets.remove(widget)
        widget.hide()
        widget.deleteLater()

    def arrange(self) -> None:
        """After widgets came, went, or changed their size."""
        width = self.viewport().width()
        at, line = QPoint(0, 0), 0
        for widget in self._widgets:
            if layout := widget.layout():
                layout.activate()  # a text that was just set counts
            size = widget.sizeHint().boundedTo(widget.maximumSize())
            size.setWidth(min(size.width(), width))
            if at.x() and at.x() + size.width() > width:
                at = QPoint(0, at.y() + line + SPACE)
            direction, room = self.layoutDirection(), QRect(0, 0, width, size.height())
            widget.setGeometry(QStyle.visualRect(direction, room, QRect(at, size)))
            at.setX(at.x() + size.width() + SPACE)
            line = size.height()
        height = at.y() + line
        self._inside.resize(width, height)
        self.setFixedHeight(min(height, MOST_LINES * (line + SPACE)))
        self.setVisible(bool(self._widgets))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()
