"""Small widgets that look the same in every window."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from desktop.ui.look.repainting import wear
from desktop.ui.look.theme import RADIUS, SPACE, Tone, edge, mixed

FOCUS_PX = 2


def heading(text: str, scale: float = 1.4) -> QLabel:
    """A line that begins a part of a window."""
    label = QLabel(text, wordWrap=True)
    font = QFont(label.font())
    font.setPointSizeF(font.pointSizeF() * scale)
    font.setWeight(QFont.Weight.DemiBold)
    label.setFont(font)
    return label


class ToneLabel(QLabel):
    """A text in the colour of a tone; follows light and dark."""

    def __init__(self, text: str = "", tone: Tone = Tone.QUIET, parent: QWidget | None = None):
        super().__init__(text, parent)
        self.setWordWrap(True)
        self.set_tone(tone)

    def set_tone(self, tone: Tone) -> None:
        self._tone = tone
        self._paint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()

    def _paint(self) -> None:
        wear(self, f"color: {self._tone.color().name()}")


class Badge(ToneLabel):
    """A word in a frame: what a model can do, a verdict."""

    def __init__(self, text: str, tone: Tone = Tone.QUIET, parent: QWidget | None = None):
        super().__init__(text, tone, parent)
        self.setWordWrap(False)
        self.setSizePolicy(self.sizePolicy().Policy.Maximum, self.sizePolicy().Policy.Maximum)

    def _paint(self) -> None:
        color = self._tone.color().name()
        wear(
            self,
            f"color: {color}; border: 1px solid {color}; border-radius: {RADIUS}px;"
            f" padding: 1px {SPACE - 2}px",
        )


class Card(QFrame):
    """A frame around what belongs together."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._paint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()

    def _paint(self) -> None:
        palette = QGuiApplication.palette()
        back, line = mixed(palette, 0.03), edge(palette, 0.14)
        wear(
            self,
            f"#card {{ background: {back.name()}; border: 1px solid {line.name()};"
            f" border-radius: {RADIUS}px }}",
        )


class PrimaryButton(QPushButton):
    """The one thing to do next."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._paint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()

    def _paint(self) -> None:
        color = Tone.ACCENT.color()
        text = "#000000" if color.lightness() > 140 else "#ffffff"
        palette = QGuiApplication.palette()
        still, quiet = mixed(palette, 0.12), mixed(palette, 0.7)
        rules = [
            f"QPushButton {{ {_filled(color)}; color: {text}; border-style: solid;"
            f" border-width: {FOCUS_PX}px; border-radius: {RADIUS - 2}px; font-weight: 600;"
            f" padding: {SPACE - 2 - FOCUS_PX}px {2 * SPACE - FOCUS_PX}px }}"
        ]
        for state, fill in (
            ("hover", color.lighter(112)),
            ("pressed", color.darker(112)),
            ("disabled", still),
        ):
            rules.append(f"QPushButton:{state} {{ {_filled(fill)} }}")
        rules.append(f"QPushButton:disabled {{ color: {quiet.name()} }}")
        rules.append(f"QPushButton:focus {{ border-color: {text} }}")
        wear(self, "".join(rules))


def _filled(color: QColor) -> str:
    """The border has its width always: a button keeps the room of its words with the focus."""
    return f"background: {color.name()}; border-color: {color.name()}"
