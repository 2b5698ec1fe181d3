"""Lines between the conversation and the text: what was done and can be undone, what to know."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from desktop.ui.chat.quiet_button import QuietButton
from desktop.ui.chat.quiet_label import QuietLabel
from desktop.ui.chat.stack import paint_card
from desktop.ui.look.theme import SPACE, Tone

UNDO_MS = 9_500  # the history keeps what was removed for ten seconds


class UndoBar(QWidget):
    """Says that something was deleted, for as long as it can be had back."""

    undo_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words = QLabel(wordWrap=True)
        self.undo = QPushButton(self.tr("&Undo"))
        self._timer = QTimer(self, singleShot=True, interval=UNDO_MS)
        self._timer.timeout.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE + 4, SPACE // 2, SPACE // 2, SPACE // 2)
        layout.addWidget(self.words, stretch=1)
        layout.addWidget(self.undo)
        self.undo.clicked.connect(self._on_undo)
        self.hide()

    def offer(self, text: str) -> None:
        self.words.setText(text)
        self.show()
        self._timer.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_card(self, 0.08, 0.14)

    def _on_undo(self) -> None:
        self._timer.stop()
        self.hide()
        self.undo_wanted.emit()


class NoticeBar(QWidget):
    """One sentence that stays until it is no longer true, or is closed."""

    def __init__(self, tone: Tone) -> None:
        super().__init__()
        self.words = QuietLabel(tone=tone)
        self.words.setWordWrap(True)
        self.close_button = QuietButton("close", self.tr("Close this notice"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE + 4, 0, 0, 0)
        layout.addWidget(self.words, stretch=1)
        layout.addWidget(self.close_button)
        self.close_button.clicked.connect(self.hide)
        self.hide()

    def say(self, text: str) -> None:
        """Nothing: hides it."""
        if text:
            self.words.setText(text)
        self.setVisible(bool(text))
