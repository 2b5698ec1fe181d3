"""A block of code: its language, Copy, and the code in colours."""

import math

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import (
    QGuiApplication,
    QPaintEvent,
    QPalette,
    QTextCharFormat,
    QTextCursor,
    QTextLayout,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
)

from desktop.ui.chat.highlighting import Highlighter, Span
from desktop.ui.chat.quiet_button import QuietButton
from desktop.ui.chat.quiet_label import QuietLabel
from desktop.ui.chat.segments import Segment
from desktop.ui.chat.stack import Part, paint_card
from desktop.ui.chat.text_view import fixed_font
from desktop.ui.look.theme import SPACE

WHILE_OPEN_MS = 500  # between two colourings of a block that still grows
COPIED_MS = 1500


class CodeFrame(Part):
    """Shows one segment of code, and what is added to it."""

    def __init__(self, highlighter: Highlighter) -> None:
        super().__init__()
        self._highlighter = highlighter
        self._ticket: int | None = None
        self._spans: list[Span] = []
        self._language = ""
        self._shown = ""
        self._is_open = True
        self._measured: tuple[int, int] | None = None
        self.language = QuietLabel()
        self.wrap = QuietButton("wrap", self.tr("Wrap long lines"), checkable=True)
        self.copy = QuietButton("copy", self.tr("Copy the code"), text=self.tr("Copy"))
        self.code = _Code()
        self._colouring = QTimer(self, interval=WHILE_OPEN_MS, singleShot=True)
        self._colouring.timeout.connect(self._colour)
        self._lay_out()
        self.copy.clicked.connect(self._on_copy)
        self.wrap.toggled.connect(self._on_wrap)

    def show_segment(self, segment: Segment) -> None:
        text = segment.text
        if segment.language != self._language or not self.language.text():
            self._language = segment.language
            self.language.setText(segment.language or self.tr("Text"))
            self.code.setAccessibleName(self.tr("Code: %1").replace("%1", self.language.text()))
        if text != self._shown:
            self._add(text)
        if segment.closed:
            self._close()
        elif not self._colouring.isActive() and self._ticket is None and text:
            self._colouring.start()

    def height_for(self, width: int) -> int:
        if self._measured is None or self._measured[0] != width:
            header = self._header.sizeHint().height()
            self._measured = (width, header + self.code.height_for(width - 2) + 2)
        return self._measured[1]

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._show_colours()
        elif event.type() == QEvent.Type.FontChange:
            self._measured = None
            self.height_changed.emit()

    def _lay_out(self) -> None:
        self._header = QHBoxLayout()
        self._header.setContentsMargins(SPACE + 4, 2, 4, 2)
        self._header.setSpacing(2)
        self._header.addWidget(self.language, stretch=1)
        self._header.addWidget(self.wrap)
        self._header.addWidget(self.copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(self._header)
        layout.addWidget(self.code)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_card(self, 0.05, 0.14)

    def _add(self, text: str) -> None:
        """Only what is new is written, so that a long block costs no more than a short one."""
        self._measured = None
        if text.startswith(self._shown):
            cursor = QTextCursor(self.code.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(text[len(self._shown) :])
        else:
            self.code.setPlainText(text)
        self._shown = text

    def _close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._colouring.stop()
            self._colour()

    def _colour(self) -> None:
        if not self._language or not self._shown:
            return
        if self._ticket is not None:
            self._highlighter.forget(self._ticket)
        highlighter = self._highlighter
        ticket = highlighter.ask(self._shown, self._language, self._on_colours)
        self._ticket = ticket
        self.destroyed.connect(lambda: highlighter.forget(ticket))

    def _on_colours(self, spans: list[Span]) -> None:
        self._ticket = None
        self._spans = spans
        self._show_colours()

    def _show_colours(self) -> None:
        """Straight into the layout, as QSyntaxHighlighter does: the document stays as it is."""
        if not self._spans:
            return
        document = self.code.document()
        palette = QGuiApplication.palette()
        pending = iter(self._spans)
        span = next(pending, None)
        block = document.begin()
        while block.isValid() and span is not None:
            begin, end = block.position(), block.position() + block.length()
            ranges = []
            while span is not None and span[0] < end:
                ranges.append(_range(span, begin, end, palette))
                if span[0] + span[1] > end:
                    break
                span = next(pending, None)
            block.layout().setFormats([each for each in ranges if each.length > 0])
            block = block.next()
        document.markContentsDirty(0, document.characterCount())

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._shown)
        self.copy.setText(self.tr("Copied"))
        QTimer.singleShot(COPIED_MS, self, lambda: self.copy.setText(self.tr("Copy")))

    def _on_wrap(self, wrap: bool) -> None:
        mode = QPlainTextEdit.LineWrapMode
        self.code.setLineWrapMode(mode.WidgetWidth if wrap else mode.NoWrap)
        self._measured = None
        self.height_changed.emit()


def _range(span: Span, begin: int, end: int, palette: QPalette) -> QTextLayout.FormatRange:
    start, length, ink = span
    found = QTextLayout.FormatRange()
    found.start = max(start, begin) - begin
    found.length = min(start + length, end - 1) - max(start, begin)
    words = QTextCharFormat()
    words.setForeground(ink.color(palette))
    found.format = words
    return found


class _Code(QPlainTextEdit):
    """As high as its lines; scrolls sideways only. Code is never mirrored."""

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setFont(fixed_font())
        self.document().setDocumentMargin(SPACE)
        self.setUndoRedoEnabled(False)
        self.viewport().setAutoFillBackground(False)
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))
        self.setTabChangesFocus(True)

    def height_for(self, width: int) -> int:
        if self.width() != width:
            self.resize(width, max(self.height(), 1))  # wraps its lines
        lines = max(self.document().size().height(), 1)
        metrics = self.fontMetrics()
        bar = 0
        if self.horizontalScrollBar().maximum() > 0:
            bar = self.horizontalScrollBar().sizeHint().height()
        return math.ceil(lines * metrics.lineSpacing()) + 2 * SPACE + bar + 1
