"""One message of the transcript, put together from its parts."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.ui.chat.body import Body, Bubble
from desktop.ui.chat.highlighting import Highlighter
from desktop.ui.chat.line import Action, Ending, Line
from desktop.ui.chat.message_parts import Calls, CutMark, Footer, Head, Notice, Pictures
from desktop.ui.chat.picker_presenter import short_name
from desktop.ui.chat.quiet_label import QuietLabel
from desktop.ui.chat.stack import Part, Stack, is_right_to_left
from desktop.ui.chat.thoughts import Thoughts
from desktop.ui.look.theme import SPACE

NAME_LETTERS = 60


class Message(Stack):
    """Shows a Line; tells what is asked of it."""

    asked = Signal(object, int)  # Action, id of the line
    link_clicked = Signal(str)

    def __init__(self, line: Line, highlighter: Highlighter) -> None:
        super().__init__(SPACE // 2)
        self.line = line
        self._is_user = line.role == "user"
        self._content = ""
        self.mark: CutMark | None = None
        self.pictures: Pictures | None = None
        self.thoughts: Thoughts | None = None
        self.calls: Calls | None = None
        self.notice: Notice | None = None
        self.state: State | None = None
        self.head: Head | None = None
        if not self._is_user:
            self.head = Head()
            self.append(self.head)
        self.body = Bubble(highlighter) if self._is_user else Body(highlighter, markdown=True)
        self.body.link_clicked.connect(self.link_clicked)
        self.append(self.body)
        self.footer = Footer(line.role)
        self.footer.asked.connect(self._ask)
        self.append(self.footer)
        self._is_written = False
        self.show_line(line)

    def show_line(self, line: Line) -> None:
        """Another state of the same message."""
        was, self.line = self.line, line
        if self.head is not None and (not self._is_written or was.model != line.model):
            self.head.words.setText(short_name(line.model) or self.tr("Answer"))
        if line.is_live:
            if not self._is_written or was.content != line.content or not was.is_live:
                self._content = line.content
                self.body.begin(line.content)
        elif not self._is_written or self._content != line.content or was.is_live:
            if self._is_written and self._content == line.content:
                self.body.finish()
            else:
                self.body.set_text(line.content)
            self._content = line.content
        self._is_written = True
        self.body.set_shown(bool(line.content) or line.is_live)
        self._show_extras(line)
        self._name(line)
        self.changed()

    def feed(self, content: str, thinking: str) -> None:
        """More of a live answer. The feeder lays out again."""
        if thinking:
            self._thoughts().feed(thinking)
        if content:
            self._content += content
            self.body.feed(content)
            if self.state is not None:
                self.state.set_shown(False)
        self.forget_height()

    def set_state(self, text: str) -> None:
        """What a live answer waits for; nothing once it comes."""
        if self.state is None:
            if not text:
                return
            self.state = State()
            self.insert(self.parts.index(self.body) + 1, self.state)
        if text:
            self.state.words.setText(text)
        self.state.set_shown(bool(text))
        self.changed()

    def set_thinking_time(self, seconds: float, *, is_live: bool) -> None:
        if self.thoughts is not None:
            self.thoughts.set_seconds(seconds, is_live=is_live)

    def focusable(self) -> list[QWidget]:
        """What Tab stops at, from top to bottom."""
        found = [
            child
            for child in self.findChildren(QWidget)
            if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.focusProxy() is None
        ]
        return sorted(found, key=lambda child: (_top(child, self), child.x()))

    def _show_extras(self, line: Line) -> None:
        if line.thinking or (self.thoughts is not None and not line.is_live):
            self._thoughts().set_thoughts(
                line.thinking, line.thinking_s, is_live=line.is_live and not line.content
            )
            self._thoughts().set_shown(bool(line.thinking))
        if line.unseen or self.mark is not None:
            self._mark().set_count(line.unseen)
            self._mark().set_shown(line.unseen > 0)
        if line.media and self.pictures is None:
            self.pictures = Pictures()
            self.insert(self.parts.index(self.body), self.pictures)
        if self.pictures is not None:
            self.pictures.set_line(line)
        if line.calls and self.calls is None:
            self.calls = Calls()
            self.insert(self.parts.index(self.body) + 1, self.calls)
        if self.calls is not None:
            self.calls.set_calls(line.calls)
            self.calls.set_shown(bool(line.calls))
        self._show_notice(line)
        self.footer.set_line(line, line.content)
        self.footer.set_shown(not line.is_live)
        if line.is_live and self.state is None and not (line.content or line.thinking):
            self.set_state("…")
        if self.state is not None and not line.is_live:
            self.state.set_shown(False)

    def _show_notice(self, line: Line) -> None:
        wanted = not line.is_live and (line.ending is not Ending.NONE or line.dropped_tokens > 0)
        if wanted and self.notice is None:
            self.notice = Notice()
            self.notice.asked.connect(self._ask)
            self.insert(self.parts.index(self.footer), self.notice)
        if self.notice is not None:
            self.notice.set_shown(wanted and self.notice.set_line(line))

    def _thoughts(self) -> Thoughts:
        if self.thoughts is None:
            self.thoughts = Thoughts()
            self.insert(self.parts.index(self.body), self.thoughts)
        return self.thoughts

    def _mark(self) -> CutMark:
        if self.mark is None:
            self.mark = CutMark()
            self.insert(0, self.mark)
        return self.mark

    def _ask(self, action: Action) -> None:
        self.asked.emit(action, self.line.id)

    def _name(self, line: Line) -> None:
        text = self.tr("You: %1") if self._is_user else self.tr("Answer: %1")
        self.setAccessibleName(text.replace("%1", line.content[:NAME_LETTERS]))

    def _place(self, part: Part, y: int, width: int, height: int) -> None:
        """What the user says stands at the end of the line."""
        super()._place(part, y, width, height)
        if isinstance(part, Bubble):
            natural = part.natural_width(width)
            part.setGeometry(0 if is_right_to_left(self) else width - natural, y, natural, height)


class State(Part):
    """What a live answer waits for."""

    def __init__(self) -> None:
        super().__init__()
        self.words = QuietLabel()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.words)


def _top(widget: QObject, outer: QObject) -> int:
    top = 0
    at: QObject | None = widget
    while isinstance(at, QWidget) and at is not outer:
        top += at.y()
        at = at.parent()
    return top
