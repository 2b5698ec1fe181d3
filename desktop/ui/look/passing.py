"""A sentence that goes away by itself after it could be read."""

from PySide6.QtCore import QTimer

from desktop.ui.look.theme import Tone
from desktop.ui.look.widgets import ToneLabel

SHOWN_MS = 15_000


class PassingLabel(ToneLabel):
    """Tells why something that was asked for did not happen."""

    def __init__(self) -> None:
        super().__init__("", Tone.BAD)
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def tell(self, sentence: str) -> None:
        self.setText(sentence)
        self.show()
        self._timer.start()
