"""Keys that do the same in every window, and the sheet that lists all keys of a window."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.context import Place
from desktop.ui.look.theme import MARGIN, SPACE
from desktop.ui.look.widgets import heading

Go = Callable[[Place, str], None]
Line = tuple[str, str]  # keys as people write them, and what they do


class Keys(QObject):
    """Gives a window the keys that all windows have; belongs to it."""

    quit_wished = Signal()

    def __init__(self, window: QWidget, go: Go) -> None:
        super().__init__(window)
        self._window = window
        self._sheet: Sheet | None = None
        for keys, text, act in (
            ("Ctrl+1", self.tr("Chat"), partial(go, Place.CHAT, "")),
            ("Ctrl+2", self.tr("Models"), partial(go, Place.MODELS, "")),
            ("Ctrl+3", self.tr("Status"), partial(go, Place.STATUS, "")),
            ("Ctrl+4", self.tr("Connect programs"), partial(go, Place.CONNECT, "")),
            ("Ctrl+,", self.tr("Settings"), partial(go, Place.SETTINGS, "")),
            ("F1", self.tr("Help"), partial(go, Place.HELP, "")),
            ("?", self.tr("This list"), self.show_sheet),
            ("Ctrl+W", self.tr("Close this window"), window.close),
            ("Ctrl+Q", self.tr("Quit Puna"), self.quit_wished.emit),
        ):
            shortcut = QShortcut(QKeySequence(keys), window)
            shortcut.setWhatsThis(text)
            shortcut.setProperty("everywhere", True)
            shortcut.activated.connect(act)

    def show_sheet(self) -> None:
        """List the keys."""
        if self._sheet:
            self._sheet.raise_()
            return
        self._sheet = Sheet(self._window)
        self._sheet.finished.connect(self._on_sheet_closed)
        self._sheet.open()

    def _on_sheet_closed(self) -> None:
        if self._sheet:
            self._sheet.deleteLater()
            self._sheet = None


def own_keys(window: QWidget) -> list[Line]:
    """What only this window has, in alphabetical order."""
    lines: set[Line] = set()
    for shortcut in window.findChildren(QShortcut):
        if shortcut.whatsThis() and not shortcut.property("everywhere"):
            lines.add((_text(shortcut.key()), shortcut.whatsThis()))
    for action in window.findChildren(QAction):
        if not action.shortcut().isEmpty() and action.text():
            lines.add((_text(action.shortcut()), action.text().replace("&", "").rstrip("…")))
    more = getattr(window, "shortcuts", None)
    lines |= {(_text(QKeySequence(keys)), text) for keys, text in (more() if more else ())}
    return sorted(lines, key=lambda line: line[1].casefold())


def common_keys(window: QWidget) -> list[Line]:
    """What every window has, in their order."""
    return [
        (_text(shortcut.key()), shortcut.whatsThis())
        for shortcut in window.findChildren(QShortcut)
        if shortcut.property("everywhere")
    ]


class Sheet(QDialog):
    """The keys of one window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, SPACE, 0)
        grid.setHorizontalSpacing(3 * SPACE)
        grid.setVerticalSpacing(SPACE)
        grid.setColumnStretch(0, 1)
        self._add(grid, self.tr("In this window"), own_keys(window))
        self._add(grid, self.tr("In every window"), common_keys(window))
        grid.setRowStretch(grid.rowCount(), 1)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        area.setAccessibleName(self.tr("Keyboard shortcuts"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.addWidget(area, 1)
        layout.addWidget(buttons)
        wanted = inside.sizeHint()
        self.resize(max(420, wanted.width() + 4 * MARGIN), min(560, wanted.height() + 5 * MARGIN))

    def _add(self, grid: QGridLayout, title: str, lines: list[Line]) -> None:
        if lines:
            grid.addWidget(heading(title, 1.1), grid.rowCount(), 0, 1, 2)
        for keys, text in lines:
            row = grid.rowCount()
            what, key = QLabel(text, wordWrap=True), QLabel(keys)
            key.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            key.setTextFormat(Qt.TextFormat.PlainText)
            font = key.font()
            font.setWeight(font.Weight.DemiBold)
            key.setFont(font)
            grid.addWidget(what, row, 0)
            grid.addWidget(key, row, 1)


def _text(keys: QKeySequence) -> str:
    return keys.toString(QKeySequence.SequenceFormat.NativeText)
