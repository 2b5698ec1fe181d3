"""Running text of a message: Markdown of an answer, or what the user wrote as it is.

Nothing is ever fetched to show a text: pictures of an answer become links, and no resource is
loaded whatever the text asks for.
"""

import math
import re
from typing import Any

from PySide6.QtCore import QEvent, QMargins, QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QBrush,
    QFont,
    QFontDatabase,
    QPalette,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrame,
    QTextFrameFormat,
    QTextTable,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QVBoxLayout

from desktop.ui.chat.formulas import with_readable_formulas
from desktop.ui.chat.stack import Part
from desktop.ui.look.theme import SPACE, edge, mixed

MARKDOWN = (
    QTextDocument.MarkdownFeature.MarkdownDialectGitHub
    | QTextDocument.MarkdownFeature.MarkdownNoHTML  # else <words> and what follows are dropped
)
LINE_PERCENT = 124.0
HEADINGS = {1: 2, 2: 1}  # steps of the text size; the lower ones are bold only
PARAGRAPH_SPACE = 7
ITEM_SPACE = 2
INDENT_PX = 26
_PICTURE = re.compile(r"(`+[^`]*`+)|!\[([^\]]*)\]\(([^)\s]+)[^)]*\)")
_QUOTE = QTextFormat.Property.BlockQuoteLevel


class TextView(Part):
    """One segment of running text."""

    link_clicked = Signal(str)

    def __init__(self, *, markdown: bool) -> None:
        super().__init__()
        self.browser = _Browser()
        self._markdown = markdown
        self._source: str | None = None
        self._measured: tuple[int, int] | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.browser)
        self.browser.anchorClicked.connect(lambda url: self.link_clicked.emit(url.toString()))
        self.setFocusProxy(self.browser)

    def set_text(self, text: str) -> None:
        if text == self._source:
            return
        self._source, self._measured = text, None
        document = self.browser.document()
        if self._markdown:
            document.setMarkdown(_without_pictures(with_readable_formulas(text)), MARKDOWN)
            _dress(document, self.palette())
        else:
            document.setPlainText(text.strip("\n"))
            _space_lines(document)

    def append_plain(self, piece: str) -> None:
        """More of a text that is no Markdown."""
        self._source, self._measured = (self._source or "") + piece, None
        cursor = QTextCursor(self.browser.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(piece)

    def height_for(self, width: int) -> int:
        if self._measured is None or self._measured[0] != width:
            document = self.browser.document()
            document.setTextWidth(width)
            self._measured = (width, math.ceil(document.size().height()))
        return self._measured[1]

    def natural_width(self) -> int:
        """Pixels that the text takes where it is never wrapped."""
        document = self.browser.document()
        document.setTextWidth(-1)
        self._measured = None
        return math.ceil(document.idealWidth()) + 1

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        kinds = (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange)
        if event.type() in kinds and self._source is not None:
            source, self._source = self._source, None
            self.set_text(source)
            if event.type() != QEvent.Type.PaletteChange:
                self.height_changed.emit()


class _Browser(QTextBrowser):
    """Shows, selects and copies; never scrolls, and never loads anything."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewportMargins(QMargins())
        self.document().setDocumentMargin(0)
        self.document().setUndoRedoEnabled(False)
        self.document().setIndentWidth(INDENT_PX)
        self.viewport().setAutoFillBackground(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.DefaultContextMenu)
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustIgnored)
        self.setMinimumSize(QSize(0, 0))

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        return None


def _without_pictures(text: str) -> str:
    """Pictures of the web become links to them.

    >>> _without_pictures("![a cat](https://example.com/c.png) `![x](y)`")
    '[a cat](https://example.com/c.png) `![x](y)`'
    """
    if "![" not in text:
        return text
    return _PICTURE.sub(lambda match: match[1] or f"[{match[2] or match[3]}]({match[3]})", text)


def _space_lines(document: QTextDocument) -> None:
    cursor = QTextCursor(document)
    cursor.select(QTextCursor.SelectionType.Document)
    spacing = QTextBlockFormat()
    spacing.setLineHeight(LINE_PERCENT, _PROPORTIONAL)
    cursor.mergeBlockFormat(spacing)


_PROPORTIONAL = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value


def _dress(document: QTextDocument, palette: QPalette) -> None:
    """Distances, headings, inline code, quotes and tables as the rest of the window looks."""
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    _dress_frame(document.rootFrame(), palette)
    block = document.begin()
    while block.isValid():
        cursor.setPosition(block.position())
        cursor.mergeBlockFormat(_block_format(block, block == document.begin()))
        _dress_words(block, cursor, palette)
        block = block.next()
    cursor.endEditBlock()


def _block_format(block: QTextBlock, is_first: bool) -> QTextBlockFormat:
    had = block.blockFormat()
    wanted = QTextBlockFormat()
    wanted.setLineHeight(LINE_PERCENT, _PROPORTIONAL)
    space = ITEM_SPACE if block.textList() else PARAGRAPH_SPACE
    in_table = isinstance(QTextCursor(block).currentTable(), QTextTable)
    if in_table:
        space = 0
    wanted.setTopMargin(0 if is_first else space)
    wanted.setBottomMargin(space)
    if had.headingLevel() and not is_first:
        wanted.setTopMargin(2 * PARAGRAPH_SPACE)
    if level := had.property(_QUOTE):
        wanted.setLeftMargin(2 * SPACE * int(level))
    return wanted


def _dress_words(block: QTextBlock, cursor: QTextCursor, palette: QPalette) -> None:
    heading = block.blockFormat().headingLevel()
    quoted = bool(block.blockFormat().property(_QUOTE))
    if heading or quoted:
        words = QTextCharFormat()
        if heading:
            words.setProperty(QTextFormat.Property.FontSizeAdjustment, HEADINGS.get(heading, 0))
            words.setFontWeight(QFont.Weight.DemiBold)
        else:
            words.setForeground(mixed(palette, 0.7))
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(words)
    for start, length in _inline_code(block):
        cursor.setPosition(start)
        cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
        words = QTextCharFormat()
        words.setFontFamilies(fixed_font().families())
        words.setBackground(mixed(palette, 0.1))
        cursor.mergeCharFormat(words)


def _inline_code(block: QTextBlock) -> list[tuple[int, int]]:
    found = []
    pieces = block.begin()
    while not pieces.atEnd():
        piece = pieces.fragment()
        if piece.isValid() and piece.charFormat().fontFixedPitch():
            found.append((piece.position(), piece.length()))
        pieces += 1
    return found


def _dress_frame(frame: QTextFrame, palette: QPalette) -> None:
    for child in frame.childFrames():
        if isinstance(child, QTextTable):
            shape = child.format()
            shape.setBorderCollapse(True)
            shape.setBorder(1)
            shape.setBorderBrush(QBrush(edge(palette, 0.22)))
            shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            shape.setCellPadding(SPACE - 3)
            shape.setCellSpacing(0)
            shape.setTopMargin(PARAGRAPH_SPACE)
            shape.setBottomMargin(PARAGRAPH_SPACE)
            child.setFormat(shape)
        _dress_frame(child, palette)


def fixed_font() -> QFont:
    """For code, as large as the other texts look."""
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
