"""A text in the background. Like ToneLabel, for places that have hundreds of them."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QWidget

from desktop.ui.look.theme import Tone


class QuietLabel(QLabel):
    """Coloured by its palette: a style sheet takes a tenth of a millisecond each."""

    def __init__(self, text: str = "", tone: Tone = Tone.QUIET, parent: QWidget | None = None):
        super().__init__(text, parent)
        self._tone = tone
        self._paint()

    def set_tone(self, tone: Tone) -> None:
        if tone is not self._tone:
            self._tone = tone
            self._paint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()

    def _paint(self) -> None:
        color = self._tone.color()
        if self.palette().color(QPalette.ColorRole.WindowText) != color:
            palette = QPalette()
            palette.setColor(QPalette.ColorRole.WindowText, color)
            self.setPalette(palette)
