"""What a model thought before it answered: folded, with the seconds that it took."""

from PySide6.QtCore import QEvent, QLocale
from PySide6.QtGui import QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.ui.chat.quiet_button import QuietButton
from desktop.ui.chat.stack import Part, Stack, is_right_to_left, paint_card
from desktop.ui.chat.text_view import TextView
from desktop.ui.look.icons import icon
from desktop.ui.look.theme import SPACE, Tone


class Thoughts(Stack):
    """A line to click on, and the thoughts below it when they are wanted."""

    def __init__(self) -> None:
        super().__init__(2)
        self._text = ""
        self._is_written = False
        self._head = _Head()
        self.fold = self._head.fold
        self.view = TextView(markdown=False)
        self.view.browser.setAccessibleName(self.tr("Thoughts of the model"))
        self._quieten()
        self._frame = _Indented(self.view)
        self._frame.is_shown = False
        self.append(self._head)
        self.append(self._frame)
        self.fold.toggled.connect(self._on_toggled)

    def set_thoughts(self, text: str, seconds: float, *, is_live: bool) -> None:
        self._text, self._is_written = text, False
        self._name(seconds, is_live)
        if self._frame.is_shown:
            self._write()

    def feed(self, piece: str) -> None:
        """More of them; written only while somebody looks."""
        self._text += piece
        if not self._frame.is_shown:
            return
        if not self._is_written:
            self._write()
            return
        self.view.append_plain(piece)
        self._frame.forget_height()
        self.forget_height()

    def set_seconds(self, seconds: float, *, is_live: bool) -> None:
        self._name(seconds, is_live)

    def _name(self, seconds: float, is_live: bool) -> None:
        number = QLocale().toString(seconds, "f", 0 if seconds >= 10 or is_live else 1)
        if is_live:
            text = self.tr("Thinking, %1 s").replace("%1", number)
        elif seconds > 0:
            text = self.tr("Thought for %1 s").replace("%1", number)
        else:
            text = self.tr("Thoughts")
        if text != self.fold.text():
            self.fold.setText(text)
            self.fold.setAccessibleName(text)

    def _on_toggled(self, wanted: bool) -> None:
        self.fold.setIcon(icon("down" if wanted else _closed_mark(self), Tone.QUIET))
        if wanted:
            self._write()
        self._frame.set_shown(wanted)

    def _write(self) -> None:
        self._is_written = True
        self.view.set_text(self._text)
        self._frame.forget_height()
        self.forget_height()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._quieten()

    def _quieten(self) -> None:
        browser, color = self.view.browser, Tone.QUIET.color()
        if browser.palette().color(QPalette.ColorRole.Text) != color:
            palette = QPalette()
            palette.setColor(QPalette.ColorRole.Text, color)
            browser.setPalette(palette)


def _closed_mark(widget: QWidget) -> str:
    return "before" if is_right_to_left(widget) else "next"


class _Head(Part):
    def __init__(self) -> None:
        super().__init__()
        self.fold = QuietButton("next", self.tr("Show the thoughts"), text=" ", checkable=True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.fold)
        layout.addStretch(1)


class _Indented(Stack):
    """Thoughts stand a little to the side, in a frame."""

    def __init__(self, view: TextView) -> None:
        super().__init__(0)
        self.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
        self.append(view)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_card(self, 0.03, 0.08)
