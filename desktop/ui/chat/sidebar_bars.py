"""What the list of chats says below itself: what can be undone, and what has happened."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStyle, QToolButton, QWidget

from desktop.ui.look.theme import SPACE
from desktop.ui.look.widgets import Card


class UndoBar(Card):
    """A sentence and a button, for some seconds."""

    undone = Signal()

    def __init__(self, stays_ms: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QLabel(wordWrap=True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.button = QPushButton(self.tr("&Undo"))
        self.button.setAccessibleName(self.tr("Undo deleting"))
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, SPACE // 2, SPACE // 2, SPACE // 2)
        row.addWidget(self.text, stretch=1)
        row.addWidget(self.button)
        self._timer = QTimer(self, singleShot=True, interval=stays_ms)
        self._timer.timeout.connect(self.hide)
        self.button.clicked.connect(self.undone)
        self.hide()

    def offer(self, text: str) -> None:
        """With no text it goes away."""
        self.text.setText(text)
        self.text.setAccessibleName(text)
        self.setVisible(bool(text))
        if text:
            self._timer.start()
        else:
            self._timer.stop()


class NoticeBar(Card):
    """A sentence that stays until it is closed, or for some seconds."""

    def __init__(self, stays_ms: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QLabel(wordWrap=True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.close_button = QToolButton(autoRaise=True)
        icon = self.style().standardIcon(QStyle.StandardPixmap.SP_TitleBarCloseButton)
        self.close_button.setIcon(icon)
        self.close_button.setAccessibleName(self.tr("Close this message"))
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, SPACE // 2, SPACE // 2, SPACE // 2)
        row.addWidget(self.text, stretch=1)
        row.addWidget(self.close_button, alignment=Qt.AlignmentFlag.AlignTop)
        self._timer = QTimer(self, singleShot=True, interval=stays_ms)
        self._timer.timeout.connect(self.hide)
        self.close_button.clicked.connect(self.hide)
        self.hide()

    def tell(self, text: str, stays: bool = False) -> None:
        """With no text it goes away."""
        self._timer.stop()
        self.text.setText(text)
        self.text.setAccessibleName(text)
        self.setVisible(bool(text))
        if text and not stays:
            self._timer.start()
