"""The models of the picker's list: what is shown of each, and how it is drawn."""

from collections.abc import Callable

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QPainter, QPalette, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.ui.chat.picker_presenter import ModelRow
from desktop.ui.look.figures import size_text
from desktop.ui.look.theme import RADIUS, SPACE, Tone, edge, mixed

translate = QCoreApplication.translate

ROW = Qt.ItemDataRole.UserRole
PAD = 10
DOT = 8
HOVER, CHOSEN = 0.06, 0.12

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class PickerList(QAbstractListModel):
    """Rows that match what was typed."""

    def __init__(self) -> None:
        super().__init__()
        self._all: list[ModelRow] = []
        self._shown: list[ModelRow] = []
        self._words: list[str] = []

    def set_rows(self, rows: list[ModelRow]) -> None:
        self._all = rows
        self._select()

    def filter(self, text: str) -> None:
        """Keep what has all words in its name or its abilities."""
        self._words = text.casefold().split()
        self._select()

    def row(self, index: Index) -> ModelRow | None:
        return self._shown[index.row()] if index.isValid() else None

    def place(self, name: str) -> int:
        """Of a model in the list; -1: it is not shown."""
        names = [row.name for row in self._shown]
        return names.index(name) if name in names else -1

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row(index)
        if row is None:
            return None
        answers: dict[int, Callable[[], object]] = {
            Qt.ItemDataRole.DisplayRole: lambda: row.title,
            Qt.ItemDataRole.ToolTipRole: lambda: row.name,
            Qt.ItemDataRole.AccessibleTextRole: lambda: spoken(row),
            ROW: lambda: row,
        }
        return answers[role]() if role in answers else None

    def _select(self) -> None:
        shown = [row for row in self._all if self._matches(row)]
        same = [row.name for row in shown] == [row.name for row in self._shown]
        if same:
            self._shown = shown
            if shown:
                self.dataChanged.emit(self.index(0), self.index(len(shown) - 1))
            return
        self.beginResetModel()
        self._shown = shown
        self.endResetModel()

    def _matches(self, row: ModelRow) -> bool:
        text = " ".join((row.name, *abilities(row))).casefold()
        return all(word in text for word in self._words)


def abilities(row: ModelRow) -> list[str]:
    """Badges: what it can besides writing."""
    words = {
        "vision": translate("ModelPicker", "sees images"),
        "audio": translate("ModelPicker", "hears"),
        "tools": translate("ModelPicker", "uses tools"),
        "thinking": translate("ModelPicker", "thinks first"),
    }
    return [words[each] for each in row.capabilities if each in words]


def memory_text(row: ModelRow) -> str:
    """Whether it is in memory, or what it would take."""
    if row.is_loaded and not row.memory_bytes:
        return translate("ModelPicker", "being loaded")
    if row.is_loaded:
        return translate("ModelPicker", "in memory, %1").replace("%1", size_text(row.memory_bytes))
    if row.memory_bytes and row.verdict == "too_large":
        return translate("ModelPicker", "needs %1, too large for here").replace(
            "%1", size_text(row.memory_bytes)
        )
    if row.memory_bytes:
        return translate("ModelPicker", "needs about %1").replace("%1", size_text(row.memory_bytes))
    return translate("ModelPicker", "%1 on the disk").replace("%1", size_text(row.size_bytes))


def spoken(row: ModelRow) -> str:
    return ", ".join((row.title, memory_text(row), *abilities(row)))


class PickerDelegate(QStyledItemDelegate):
    """Name and memory in one line, abilities as badges below it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line = option.fontMetrics.height()
        row = index.data(ROW)
        lines = 2 if isinstance(row, ModelRow) and abilities(row) else 1
        return QSize(0, lines * line + (lines - 1) * (SPACE - 2) + 2 * PAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(ROW)
        if not isinstance(row, ModelRow):
            return
        rect: QRect = option.rect
        palette: QPalette = option.palette
        font: QFont = option.font
        state: QStyle.StateFlag = option.state
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_back(painter, rect, palette, state)
        pen = _Pen(painter, rect, font, palette, mirrored)
        pen.first_line(row)
        pen.badges(abilities(row))
        painter.restore()


def _paint_back(painter: QPainter, rect: QRect, palette: QPalette, state: QStyle.StateFlag) -> None:
    is_chosen = bool(state & QStyle.StateFlag.State_Selected)
    is_hot = bool(state & QStyle.StateFlag.State_MouseOver)
    if not (is_chosen or is_hot):
        return
    shape = rect.adjusted(2, 1, -2, -1)
    accent = QPen(Tone.ACCENT.color(), 1.5)
    painter.setPen(accent if is_chosen else QPen(Qt.PenStyle.NoPen))
    painter.setBrush(mixed(palette, CHOSEN if is_chosen else HOVER))
    painter.drawRoundedRect(shape, RADIUS - 2, RADIUS - 2)


class _Pen:
    """Writes into a row, from its beginning and its end, whichever side that is."""

    def __init__(
        self, painter: QPainter, rect: QRect, font: QFont, palette: QPalette, mirrored: bool
    ) -> None:
        self._painter, self._palette, self._mirrored = painter, palette, mirrored
        self._inside = rect.adjusted(PAD + 2, PAD, -PAD - 2, -PAD)
        self._font = font
        self._small = QFont(font)
        self._small.setPointSizeF(font.pointSizeF() * 0.9)

    def first_line(self, row: ModelRow) -> None:
        painter = self._painter
        line = self._line(0)
        painter.setFont(self._small)
        memory = memory_text(row)
        width = painter.fontMetrics().horizontalAdvance(memory) + 1
        tone = Tone.GOOD if row.is_loaded else Tone.QUIET
        painter.setPen((Tone.BAD if row.verdict == "too_large" else tone).color())
        end = self._piece(line, line.width() - width, width)
        painter.drawText(end, Qt.AlignmentFlag.AlignVCenter, memory)
        room = line.width() - width - 2 * SPACE
        if row.is_loaded:
            self._dot(self._piece(line, line.width() - width - DOT - SPACE, DOT))
            room -= DOT + SPACE
        bold = QFont(self._font)
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(self._palette.color(QPalette.ColorRole.WindowText))
        title = painter.fontMetrics().elidedText(row.title, Qt.TextElideMode.ElideMiddle, room)
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        painter.drawText(self._piece(line, 0, room), align, title)

    def badges(self, words: list[str]) -> None:
        painter = self._painter
        painter.setFont(self._small)
        metrics, line, at = painter.fontMetrics(), self._line(1), 0
        for word in words:
            width = metrics.horizontalAdvance(word) + 2 * SPACE
            if at + width > line.width():
                return
            box = self._piece(line, at, width)
            painter.setPen(QPen(edge(self._palette, 0.3), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
            painter.setPen(Tone.QUIET.color())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, word)
            at += width + SPACE - 2

    def _dot(self, box: QRect) -> None:
        shape = QRect(0, 0, DOT, DOT)
        shape.moveCenter(box.center())
        self._painter.setBrush(Tone.GOOD.color())
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.drawEllipse(shape)

    def _line(self, number: int) -> QRect:
        height = round((self._inside.height() - SPACE + 2) / 2)
        if number == 0 and self._inside.height() < 2 * self._painter.fontMetrics().height():
            return QRect(self._inside)
        top = self._inside.top() + number * (height + SPACE - 2)
        return QRect(self._inside.left(), top, self._inside.width(), height)

    def _piece(self, line: QRect, at: int, width: int) -> QRect:
        """A part of a line; `at` counts from where reading begins."""
        left = line.right() - at - width + 1 if self._mirrored else line.left() + at
        return QRect(left, line.top(), width, line.height())
