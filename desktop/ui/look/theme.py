"""Colours and distances that all windows share, for light and dark alike.

Everything is taken from the palette at the moment of painting, so that a change of the system's
colours needs nothing but a repaint.
"""

from enum import Enum

from PySide6.QtGui import QColor, QGuiApplication, QPalette

SPACE = 8  # pixels between things that belong together; everything else is a multiple
MARGIN = 20
RADIUS = 8


class Tone(Enum):
    """What a colour says. Never the only sign: words or shapes say the same."""

    GOOD = ("#1a7f4b", "#4cc38a")
    FAIR = ("#9a6700", "#e3b341")
    BAD = ("#c0362c", "#ff7b72")
    ACCENT = ("#2f6f73", "#6cc0c0")
    QUIET = ("#5f6670", "#9aa3ad")

    def color(self, palette: QPalette | None = None) -> QColor:
        """Readable on the window's background."""
        light, dark = self.value
        return QColor(dark if is_dark(palette) else light)


def is_dark(palette: QPalette | None = None) -> bool:
    """Whether texts are lighter than what they stand on."""
    palette = palette or QGuiApplication.palette()
    window, text = QPalette.ColorRole.Window, QPalette.ColorRole.WindowText
    return palette.color(window).lightness() < palette.color(text).lightness()


def mixed(palette: QPalette, share: float) -> QColor:
    """The background with a share (0 to 1) of the text's colour: frames, cards, lines."""
    back = palette.color(QPalette.ColorRole.Window)
    text = palette.color(QPalette.ColorRole.WindowText)

    def between(low: int, high: int) -> int:
        return round(low + (high - low) * share)

    return QColor(
        between(back.red(), text.red()),
        between(back.green(), text.green()),
        between(back.blue(), text.blue()),
    )
