"""Colours and distances that all windows share, for light and dark alike.

Everything is taken from the palette at the moment of painting, so that a change of the system's
colours needs nothing but a repaint.
"""

from enum import Enum

from PySide6.QtGui import QColor, QGuiApplication, QPalette

from desktop.ui.look.contrast import wants_contrast

SPACE = 8  # pixels between things that belong together; everything else is a multiple
MARGIN = 20
RADIUS = 8
QUIET_WORDS = 0.5  # with more of the text's colour, it is no ground but words


class Tone(Enum):
    """What a colour says. Never the only sign: words or shapes say the same."""

    GOOD = ("#167645", "#4cc38a", "#00512b", "#7ff0b8")
    FAIR = ("#8a5c00", "#e3b341", "#5c3d00", "#ffd866")
    BAD = ("#c0362c", "#ff7b72", "#8a1009", "#ffb3ad")
    ACCENT = ("#2f6f73", "#6cc0c0", "#004448", "#9ff0f0")
    QUIET = ("#5f6670", "#9aa3ad", "#1b1b1b", "#ececec")

    def color(self, palette: QPalette | None = None) -> QColor:
        """Readable on the window's background."""
        light, dark = self.value[2:] if wants_contrast() else self.value[:2]
        return QColor(dark if is_dark(palette) else light)


def is_dark(palette: QPalette | None = None) -> bool:
    """Whether texts are lighter than what they stand on."""
    palette = palette or QGuiApplication.palette()
    window, text = QPalette.ColorRole.Window, QPalette.ColorRole.WindowText
    return palette.color(window).lightness() < palette.color(text).lightness()


def mixed(palette: QPalette, share: float) -> QColor:
    """The background with a share (0 to 1) of the text's colour: cards, quiet words."""
    if share > QUIET_WORDS and wants_contrast():
        share = 1.0
    back = palette.color(QPalette.ColorRole.Window)
    text = palette.color(QPalette.ColorRole.WindowText)

    def between(low: int, high: int) -> int:
        return round(low + (high - low) * share)

    return QColor(
        between(back.red(), text.red()),
        between(back.green(), text.green()),
        between(back.blue(), text.blue()),
    )


def edge(palette: QPalette, share: float) -> QColor:
    """As `mixed`, for frames and lines: where contrast is wanted, they are as clear as words."""
    return mixed(palette, 1.0 if wants_contrast() else share)
