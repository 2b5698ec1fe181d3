"""Draws the rows of the list of chats: headings, titles, and what a search found."""

from datetime import date

from PySide6.QtCore import (
    QDateTime,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QPainter,
    QPalette,
    QPen,
    QPolygonF,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.history.records import MARK_OFF, MARK_ON
from desktop.ui.chat.sidebar_model import ROW
from desktop.ui.chat.sidebar_rows import Heading, Kind, Row, day_of
from desktop.ui.look.theme import SPACE, Tone, mixed

PADDING = SPACE - 1  # above and below a line of text
CORNER = 6.0
SMALL = 0.88  # of the list's own size
INDENT = 2 * SPACE
ARROW = 14
SEEN = 0.85  # the part of a line that a found word has to be in

Index = QModelIndex | QPersistentModelIndex
State = QStyle.StateFlag


class ChatDelegate(QStyledItemDelegate):
    """`shown`: the chat that is open beside the list. `two_lines`: while searching."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.shown: int | None = None
        self.two_lines = False
        self.today = date.today()
        self._locale = QLocale()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        height = option.fontMetrics.height() + 2 * PADDING
        if self.two_lines:
            height += QFontMetrics(_small(option.font)).height() + 2
        return QSize(0, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: Row | None = index.data(ROW)
        if row is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.line:
            self._paint_back(painter, option, row.line.id == self.shown)
            self._paint_chat(painter, option, row, str(index.data()))
        else:
            if row.heading.kind is Kind.FOLDER:
                self._paint_back(painter, option, False)
            self._paint_heading(painter, option, row.heading)
        painter.restore()

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        editor.setGeometry(option.rect.adjusted(SPACE, 1, -SPACE, -1))

    # ---- parts

    def _paint_back(self, painter: QPainter, option: QStyleOptionViewItem, is_shown: bool) -> None:
        rect = option.rect.adjusted(SPACE // 2, 1, -SPACE // 2, -1)
        selected = bool(option.state & State.State_Selected)
        if is_shown or selected or option.state & State.State_MouseOver:
            share = 0.16 if is_shown else 0.1 if selected else 0.05
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(mixed(option.palette, share))
            painter.drawRoundedRect(rect, CORNER, CORNER)
        if is_shown:  # not by colour alone
            bar = QStyle.visualRect(
                option.direction, rect, QRect(rect.left(), rect.top() + 5, 3, rect.height() - 10)
            )
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(Tone.ACCENT.color(option.palette))
            painter.drawRoundedRect(bar, 1.5, 1.5)
        if option.state & State.State_HasFocus:
            painter.setPen(QPen(option.palette.color(QPalette.ColorRole.Highlight), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect, CORNER, CORNER)

    def _paint_chat(
        self, painter: QPainter, option: QStyleOptionViewItem, row: Row, title: str
    ) -> None:
        line = row.line
        assert line is not None
        indent = INDENT + (ARROW if row.heading.kind is Kind.FOLDER else 0)
        text = option.rect.adjusted(indent, PADDING, -INDENT, -PADDING)
        first = QRect(text.left(), text.top(), text.width(), option.fontMetrics.height())
        small = _small(option.font)
        if self.two_lines:
            day = self._day(line.updated_at)
            width = QFontMetrics(small).horizontalAdvance(day)
            day_at = QRect(first.right() - width, first.top(), width + 1, first.height())
            _write(painter, option, (day_at, Tone.QUIET, small), day)
            first.setRight(day_at.left() - SPACE)
            second = text.adjusted(0, first.height() + 2, 0, 0)
            _write(painter, option, (second, Tone.QUIET, small), line.snippet)
            title = line.marked_title or title
        font = QFont(option.font)
        if line.id == self.shown:
            font.setWeight(QFont.Weight.DemiBold)
        _write(painter, option, (first, None, font), title)

    def _paint_heading(
        self, painter: QPainter, option: QStyleOptionViewItem, heading: Heading
    ) -> None:
        rect = option.rect.adjusted(INDENT, PADDING, -INDENT, -PADDING)
        font = _small(option.font)
        font.setWeight(QFont.Weight.DemiBold)
        if heading.kind is Kind.FOLDER:
            arrow = QRect(rect.left() - 2, rect.top(), 10, rect.height())
            _arrow(painter, option, arrow, heading.is_open)
            count = self._locale.toString(heading.count)
            width = QFontMetrics(font).horizontalAdvance(count)
            count_at = QRect(rect.right() - width, rect.top(), width + 1, rect.height())
            _write(painter, option, (count_at, Tone.QUIET, _small(option.font)), count)
            rect = rect.adjusted(ARROW, 0, -width - SPACE, 0)
        _write(painter, option, (rect, Tone.QUIET, font), heading.text)

    def _day(self, seconds: float) -> str:
        moment = QDateTime.fromSecsSinceEpoch(int(seconds))
        short = QLocale.FormatType.ShortFormat
        if day_of(seconds) == self.today:
            return self._locale.toString(moment.time(), short)
        if moment.date().year() == self.today.year:
            return self._locale.toString(moment.date(), self.tr("d MMM"))
        return self._locale.toString(moment.date(), short)


def _small(font: QFont) -> QFont:
    small = QFont(font)
    if font.pointSizeF() > 0:
        small.setPointSizeF(font.pointSizeF() * SMALL)
    return small


def _write(
    painter: QPainter,
    option: QStyleOptionViewItem,
    how: tuple[QRect, Tone | None, QFont],
    marked: str,
) -> None:
    """One line, cut with an ellipsis, where the window's lines begin; found words stand out."""
    rect, tone, font = how
    rect = QStyle.visualRect(option.direction, option.rect, rect)
    is_enough = QFontMetrics(font).horizontalAdvance(marked) <= rect.width()
    text, marks = _unmarked(marked if is_enough else _around_mark(marked, font, rect.width()))
    if not is_enough:
        text = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    layout = QTextLayout(text, font)
    side = QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignLeading)
    choices = QTextOption(side)
    choices.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # as the text is written
    choices.setWrapMode(QTextOption.WrapMode.NoWrap)
    layout.setTextOption(choices)
    layout.setFormats([_bold(option, *mark) for mark in marks if mark[0] < len(text)])
    layout.beginLayout()
    line = layout.createLine()
    if line.isValid():
        line.setLineWidth(rect.width())
    layout.endLayout()
    role = QPalette.ColorRole.Text
    painter.setPen(tone.color(option.palette) if tone else option.palette.color(role))
    top = rect.top() + (rect.height() - layout.boundingRect().height()) / 2
    layout.draw(painter, QPointF(rect.left(), top))


def _bold(option: QStyleOptionViewItem, start: int, length: int) -> QTextLayout.FormatRange:
    found = QTextLayout.FormatRange()
    found.start, found.length = start, length
    shape = QTextCharFormat()
    shape.setFontWeight(QFont.Weight.Bold)
    shape.setForeground(option.palette.color(QPalette.ColorRole.Text))
    shape.setFontUnderline(True)
    found.format = shape
    return found


def _around_mark(marked: str, font: QFont, width: int) -> str:
    """Cut words from the beginning until the first found one can be seen."""
    metrics = QFontMetrics(font)
    cut = marked
    while metrics.horizontalAdvance(cut[: cut.find(MARK_OFF) + 1]) > width * SEEN:
        before, _, after = cut.partition(" ")
        if not after or MARK_ON in before:
            break
        cut = after
    return cut if cut is marked else f"…{cut}"


def _unmarked(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """The text, and where in it the marks are: start and length.

    >>> _unmarked("a \\x02b\\x03 c")
    ('a b c', [(2, 1)])
    """
    text, marks = "", []
    for place, part in enumerate(marked.split(MARK_ON)):
        found, stop, rest = part.partition(MARK_OFF)
        if place and stop:
            marks.append((len(text), len(found)))
        text += found + rest
    return text, marks


def _arrow(painter: QPainter, option: QStyleOptionViewItem, rect: QRect, is_open: bool) -> None:
    """Points down when open, else to where the text goes."""
    rect = QStyle.visualRect(option.direction, option.rect, rect)
    x, y = rect.center().x() + 0.5, rect.center().y() + 0.5
    away = -1 if option.direction == Qt.LayoutDirection.RightToLeft else 1
    if is_open:
        points = [QPointF(x - 4, y - 2), QPointF(x, y + 2), QPointF(x + 4, y - 2)]
    else:
        points = [
            QPointF(x - 2 * away, y - 4),
            QPointF(x + 2 * away, y),
            QPointF(x - 2 * away, y + 4),
        ]
    painter.setPen(QPen(Tone.QUIET.color(option.palette), 1.6))
    painter.drawPolyline(QPolygonF(points))
