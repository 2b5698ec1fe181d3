"""The messages of a chat, one below the other.

What can be seen is built at once, older messages in the pauses between two events: a chat of any
length opens in the same time. While an answer comes, only its last segment is drawn anew.
"""

import time
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from desktop.ui.chat.highlighting import Highlighter
from desktop.ui.chat.line import Line
from desktop.ui.chat.message import Message
from desktop.ui.chat.quiet_button import QuietButton
from desktop.ui.chat.stack import Stack
from desktop.ui.look.theme import MARGIN, SPACE

FIRST_MESSAGES = 50
BATCH = 20
STICKY_PX = 40  # as near as this to the end, the end stays in sight
SLICE_S = 0.006  # of building in one go
FILLED = 1.2  # screens that are built before the first painting
COLUMN_LETTERS = 116


class Transcript(QScrollArea):
    """Shows Lines. `asked(action, id)` and `link_clicked(url)` tell what the user wants."""

    asked = Signal(object, int)
    link_clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []
        self._wanted = FIRST_MESSAGES
        self._is_laying_out = False
        self._sought = 0  # a message to scroll to as soon as it is built
        self._highlighter = Highlighter(self)
        self.column = Stack(3 * SPACE)
        self.column.height_changed.connect(self._lay_out)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Conversation"))
        self.setWidget(self.column)
        self.viewport().setAutoFillBackground(False)
        self.column.setAutoFillBackground(True)  # opaque: scrolling paints only what is new
        self._ready: list[Message] = []  # built, and not yet in the column: the newest first
        self._building = QTimer(self, interval=0)
        self._building.timeout.connect(self._build_some)
        self.to_end = QuietButton(
            "down", self.tr("Go to the newest message"), floating=True, parent=self
        )
        self.to_end.hide()
        self.to_end.clicked.connect(self.scroll_to_end)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)

    @property
    def messages(self) -> list[Message]:
        """Those that are built, from the oldest to the newest."""
        return [part for part in self.column.parts if isinstance(part, Message)]

    @property
    def is_complete(self) -> bool:
        """Whether all lines are built."""
        return len(self.column.parts) == len(self._lines)

    @property
    def column_width(self) -> int:
        """Pixels that a line of text takes at most."""
        return COLUMN_LETTERS * self.fontMetrics().averageCharWidth()

    def open(self, lines: Sequence[Line]) -> None:
        """Another chat, from its end."""
        self._building.stop()
        self.column.setUpdatesEnabled(False)
        for part in list(self.column.parts):
            self.column.drop(part)
        self._forget_ready()
        self._lines, self._wanted, self._sought = list(lines), FIRST_MESSAGES, 0
        self._fill_screen()
        self.column.setUpdatesEnabled(True)
        self._keep_building()
        self.scroll_to_end()

    def show_lines(self, lines: Sequence[Line]) -> None:
        """The same chat after a change: what is equal stays as it is."""
        at_end = self.is_at_end
        self._forget_ready()
        same = _common_beginning(self._lines, lines)
        hidden = len(self._lines) - len(self.column.parts)
        if same < hidden:
            self.open(lines)
            return
        for part in self.column.parts[same - hidden :]:
            self.column.drop(part)
        had, self._lines = self._lines, list(lines)
        for message, line in zip(self.messages, self._lines[hidden:], strict=False):
            if message.line != line:
                message.show_line(line)
        for line in lines[same:]:
            self.column.append(self._message(line))
        self._put_in_order(max(min(same, len(lines) - 1) - hidden, 0))
        self._lay_out()
        if at_end or len(lines) > len(had):
            self.scroll_to_end()

    def feed(self, content: str, thinking: str) -> None:
        """More of the last line."""
        at_end = self.is_at_end
        if last := self.last:
            last.feed(content, thinking)
            self.column.last_grew()
            self._lay_out()
            if at_end:
                self.scroll_to_end()

    @property
    def last(self) -> Message | None:
        part = self.column.parts[-1] if self.column.parts else None
        return part if isinstance(part, Message) else None

    @property
    def is_at_end(self) -> bool:
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum() - STICKY_PX

    def scroll_to_end(self) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())

    def reveal(self, line_id: int) -> None:
        """Scroll to a message, once all that is newer is built."""
        places = [at for at, line in enumerate(self._lines) if line.id == line_id]
        if not places:
            return
        self._wanted = max(self._wanted, len(self._lines) - places[0])
        self._sought = line_id
        self._seek()
        self._keep_building()

    def _seek(self) -> None:
        found = [each for each in self.messages if each.line.id == self._sought]
        if found:
            self._sought = 0
            self._lay_out()
            self.verticalScrollBar().setValue(max(found[0].y() - MARGIN, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        at_end = self.is_at_end
        super().resizeEvent(event)
        self._lay_out()
        self._place_to_end()
        if at_end:
            self.scroll_to_end()
        self._keep_building()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        if event.key() == Qt.Key.Key_End:
            self.scroll_to_end()
        elif event.key() == Qt.Key.Key_Home:
            bar.setValue(0)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._lay_out()

    def sizeHint(self) -> QSize:
        return QSize(560, 400)

    def _lay_out(self) -> None:
        """Give the column its size. Its own changes while that happens are in it already."""
        if self._is_laying_out:
            return
        self._is_laying_out = True
        width = self.viewport().width()
        room = self.column_width
        side = max((width - room) // 2, MARGIN)
        margins = self.column.contentsMargins()
        if margins.left() != side or margins.top() != MARGIN:
            self.column.setContentsMargins(side, MARGIN, side, MARGIN)
            self.column.forget_height()
        height = self.column.height_for(width)
        if self.column.size() != QSize(width, height):
            self.column.resize(width, height)
        self._is_laying_out = False

    def _message(self, line: Line) -> Message:
        message = Message(line, self._highlighter)
        message.asked.connect(self.asked)
        message.link_clicked.connect(self.link_clicked)
        return message

    def _fill_screen(self) -> None:
        wanted = max(self.viewport().height(), 300) * FILLED
        while len(self.column.parts) < len(self._lines):
            self._build_one()
            self._lay_out()
            if self.column.height() > wanted:
                break
        self._lay_out()
        self._put_in_order()

    def _keep_building(self) -> None:
        if len(self.column.parts) < min(self._wanted, len(self._lines)):
            self._building.start()

    def _build_some(self) -> None:
        """Older messages, above; what can be seen stays where it is."""
        until = time.perf_counter() + SLICE_S
        goal = min(self._wanted, len(self._lines))
        while self._built < goal and len(self._ready) < BATCH:
            message = self._message(self._lines[len(self._lines) - self._built - 1])
            message.height_for(self._inner_width())
            self._ready.append(message)
            if time.perf_counter() > until:
                break
        if self._built < goal and len(self._ready) < BATCH:
            return
        bar = self.verticalScrollBar()
        below = self.column.height() - bar.value()
        for message in self._ready:
            self.column.insert(0, message)
        self._ready.clear()
        self._lay_out()
        bar.setValue(self.column.height() - below)
        if self._built >= goal:
            self._building.stop()
            self._put_in_order()
            if self._sought:
                self._seek()

    @property
    def _built(self) -> int:
        return len(self.column.parts) + len(self._ready)

    def _inner_width(self) -> int:
        margins = self.column.contentsMargins()
        return self.viewport().width() - margins.left() - margins.right()

    def _forget_ready(self) -> None:
        """They are not in any layout yet; the timer builds them again."""
        for message in self._ready:
            message.deleteLater()
        self._ready.clear()

    def _build_one(self) -> None:
        line = self._lines[len(self._lines) - len(self.column.parts) - 1]
        self.column.insert(0, self._message(line))

    def _on_scrolled(self, value: int) -> None:
        self.to_end.setVisible(not self.is_at_end)
        self._place_to_end()
        is_near_top = value < self.viewport().height()
        if is_near_top and not self._building.isActive() and self._wanted < len(self._lines):
            if self._built >= self._wanted:
                self._wanted += BATCH
            self._keep_building()

    def _place_to_end(self) -> None:
        size = self.to_end.sizeHint()
        corner = QPoint(
            (self.viewport().width() - size.width()) // 2,
            self.viewport().height() - size.height() - SPACE,
        )
        self.to_end.setGeometry(corner.x(), corner.y(), size.width(), size.height())
        self.to_end.raise_()

    def _put_in_order(self, first: int = 0) -> None:
        """Tab goes from the oldest message to the newest, whenever each was built.

        Args:
            first: The messages before it are in order.
        """
        messages = self.messages
        known = messages[first - 1].focusable() if first else []
        before: QWidget = known[-1] if known else self
        for message in messages[first:] if known else messages:
            for widget in message.focusable():
                QWidget.setTabOrder(before, widget)
                before = widget


def _common_beginning(had: Sequence[Line], lines: Sequence[Line]) -> int:
    """How many lines are the same messages, whatever has become of them."""
    count = 0
    for one, other in zip(had, lines, strict=False):
        if (one.id, one.role) != (other.id, other.role):
            break
        count += 1
    return count
