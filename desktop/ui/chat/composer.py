"""Where the user writes: grows with the text, sends with Enter."""

from typing import Any

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.ui.chat.quiet_button import QuietButton
from desktop.ui.chat.quiet_label import QuietLabel
from desktop.ui.chat.round_button import RoundButton
from desktop.ui.chat.stack import paint_card
from desktop.ui.look.theme import SPACE, Tone

MOST_LINES = 10
DRAFT_MS = 600


class Composer(QWidget):
    """The text, Send or Stop, and room for what belongs beside it.

    `tools` is the row below the text: put the model's and the attachments' buttons there; what
    `above` holds stands over the text.
    """

    sent = Signal(str)
    edited = Signal(int, str)  # the changed text of a message of old
    stopped = Signal()
    typed = Signal(str)  # whatever the text is now
    drafted = Signal(str)  # the same, when the user rests, and not while he changes an old message
    edit_last_wanted = Signal()
    pasted = Signal(object)  # QMimeData with pictures or files

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editing = 0
        self._kept = ""  # what was being written before an old message was changed
        self._is_busy = False
        self._may_send = True
        self._has_files = False
        self.field = _Field()
        self.field.setPlaceholderText(self.tr("Write a message"))
        self.field.setAccessibleName(self.tr("Message"))
        self.send = RoundButton()
        self.above = QVBoxLayout()
        self.tools = QHBoxLayout()
        self.banner = _Banner()
        self._draft = QTimer(self, singleShot=True, interval=DRAFT_MS)
        self._draft.timeout.connect(self._on_rest)
        self._lay_out()
        self._connect()
        self._refresh()

    @property
    def text(self) -> str:
        return self.field.toPlainText()

    @property
    def is_editing(self) -> bool:
        return self._editing != 0

    def set_text(self, text: str) -> None:
        """A draft of another chat."""
        self._leave_editing(give_back=False)
        self._put(text)
        self._draft.stop()

    def edit(self, line_id: int, text: str) -> None:
        """Change a message that was sent."""
        if not self._editing:
            self._kept = self.text
            self.tell_draft()
        self._editing = line_id
        self.banner.show()
        self._put(text)
        self.field.setFocus()

    def escape(self) -> None:
        """Stop the answer; if there is none, leave the old message as it was."""
        if self._is_busy:
            self.stopped.emit()
        else:
            self._leave_editing(give_back=True)

    def set_busy(self, busy: bool) -> None:
        self._is_busy = busy
        self._refresh()

    def set_may_send(self, may: bool) -> None:
        """Whether there is a model to send to."""
        self._may_send = may
        self._refresh()

    def set_has_files(self, has: bool) -> None:
        """Files may be sent without a text."""
        self._has_files = has
        self._refresh()

    def tell_draft(self) -> None:
        """Now, as when the chat is left."""
        if self._draft.isActive():
            self._draft.stop()
            self._on_rest()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_card(self, 0.04, 0.3 if self.field.hasFocus() else 0.16)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE + 4, SPACE, SPACE, SPACE)
        layout.setSpacing(SPACE // 2)
        layout.addWidget(self.banner)
        layout.addLayout(self.above)
        layout.addWidget(self.field)
        row = QHBoxLayout()
        row.addLayout(self.tools, stretch=1)
        row.addWidget(self.send)
        layout.addLayout(row)
        self.banner.hide()

    def _connect(self) -> None:
        self.field.textChanged.connect(self._on_typed)
        self.field.enter_pressed.connect(self._on_enter)
        self.field.escape_pressed.connect(self.escape)
        self.field.up_pressed.connect(self.edit_last_wanted)
        self.field.pasted.connect(self.pasted)
        self.field.focus_changed.connect(self.update)
        self.send.clicked.connect(self._on_button)
        self.banner.cancel.clicked.connect(lambda: self._leave_editing(give_back=True))

    def _on_typed(self) -> None:
        self._draft.start()
        self._refresh()
        self.typed.emit(self.text)

    def _on_rest(self) -> None:
        if not self._editing:
            self.drafted.emit(self.text)

    def _on_button(self) -> None:
        if self._is_busy:
            self.stopped.emit()
        else:
            self._on_enter()

    def _on_enter(self) -> None:
        """While an answer comes the text waits in the field."""
        if self._is_busy or not self.send.isEnabled():
            return
        text, editing = self.text, self._editing
        self._leave_editing(give_back=False)
        self._put(self._kept if editing else "")
        self._kept = ""
        self._draft.stop()
        if editing:
            self.edited.emit(editing, text)
        else:
            self.sent.emit(text)

    def _leave_editing(self, *, give_back: bool) -> None:
        if not self._editing:
            return
        self._editing = 0
        self.banner.hide()
        if give_back:
            self._put(self._kept)
            self._kept = ""

    def _put(self, text: str) -> None:
        self.field.setPlainText(text)
        cursor = self.field.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        self.field.setTextCursor(cursor)

    def _refresh(self) -> None:
        self.send.set_stops(self._is_busy)
        something = bool(self.text.strip()) or self._has_files
        self.send.setEnabled(self._is_busy or (self._may_send and something))


class _Banner(QWidget):
    """Says that an old message is being changed."""

    def __init__(self) -> None:
        super().__init__()
        self.words = QuietLabel(self.tr("You are changing an earlier message."), Tone.ACCENT)
        self.words.setWordWrap(True)
        cancel = self.tr("Cancel")
        self.cancel = QuietButton("close", self.tr("Leave the message as it was"), text=cancel)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.words, stretch=1)
        layout.addWidget(self.cancel)


class _Field(QPlainTextEdit):
    """As high as its lines, up to ten."""

    enter_pressed = Signal()
    escape_pressed = Signal()
    up_pressed = Signal()  # in an empty field
    pasted = Signal(object)
    focus_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(2)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.textChanged.connect(self._fit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = event.key(), event.modifiers()
        plain = not modifiers & ~Qt.KeyboardModifier.KeypadModifier
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self.enter_pressed.emit()
        elif key == Qt.Key.Key_Escape:
            self.escape_pressed.emit()
        elif key == Qt.Key.Key_Up and plain and not self.toPlainText():
            self.up_pressed.emit()
        else:
            super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return _has_files(source) or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        if _has_files(source):
            self.pasted.emit(source)
        else:
            super().insertFromMimeData(source)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def focusInEvent(self, event: Any) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit()

    def focusOutEvent(self, event: Any) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.fontMetrics().lineSpacing() + SPACE)

    def _fit(self) -> None:
        lines = max(round(self.document().size().height()), 1)
        policy = Qt.ScrollBarPolicy
        most = lines > MOST_LINES
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if most else policy.ScrollBarAlwaysOff
        )
        height = min(lines, MOST_LINES) * self.fontMetrics().lineSpacing() + SPACE
        if height != self.height():
            self.setFixedHeight(height)


def _has_files(source: QMimeData) -> bool:
    local = any(url.isLocalFile() for url in source.urls())
    return local or (source.hasImage() and not source.hasText())
