"""Colours that change while windows are open: light to dark, or to strong contrast."""

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget


class ColourWatch(QWidget):
    """Lives as long as the application, and is never seen.

    Qt tells windows of new colours, and from there their parts; but not those that have a style
    sheet, for which it takes the colours to be given.
    """

    def __init__(self) -> None:
        super().__init__()
        styles = QGuiApplication.styleHints()
        styles.accessibility().contrastPreferenceChanged.connect(self._on_contrast)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            QTimer.singleShot(0, self, self._on_palette)  # once all others have heard of it
        return super().event(event)

    def _on_palette(self) -> None:
        styled = [widget for widget in QApplication.allWidgets() if widget.styleSheet()]
        for widget in styled:  # what their sheets leave open is the palette's again
            widget.style().unpolish(widget)
            widget.style().polish(widget)
        paint_again(styled)

    def _on_contrast(self) -> None:
        paint_again(QApplication.allWidgets())


def paint_again(widgets: list[QWidget]) -> None:
    """Let them take their colours anew."""
    for widget in widgets:
        QApplication.sendEvent(widget, QEvent(QEvent.Type.PaletteChange))
        widget.update()


def wear(widget: QWidget, rules: str) -> None:
    """Give a widget its style sheet; for the same one, nothing is done or told."""
    if rules != widget.styleSheet():
        widget.setStyleSheet(rules)
