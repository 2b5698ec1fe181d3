"""The chat window: the list of chats, the conversation, and how it is answered."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.chat.bars import NoticeBar, UndoBar
from desktop.ui.chat.composer import Composer
from desktop.ui.chat.filling import Fill, fitting_text
from desktop.ui.chat.line import Action, Line
from desktop.ui.chat.links import Links
from desktop.ui.chat.meter import ContextMeter
from desktop.ui.chat.picker_presenter import short_name
from desktop.ui.chat.presenter import ChatPresenter
from desktop.ui.chat.prompting import estimated_tokens
from desktop.ui.chat.quiet_button import QuietButton
from desktop.ui.chat.quiet_label import QuietLabel
from desktop.ui.chat.side_parts import SideParts, make_side_parts
from desktop.ui.chat.sidebar import Sidebar, make_sidebar
from desktop.ui.chat.transcript import Transcript
from desktop.ui.chat.waiting import Phase, Waiting
from desktop.ui.chat.waiting_words import waiting_text
from desktop.ui.chat.welcome import Welcome
from desktop.ui.context import Context, Place
from desktop.ui.look.theme import SPACE, Tone

SIZE = (1080, 760)
SIDEBAR_PX, PANEL_PX = 250, 290


def make_chat(context: Context) -> QWidget:
    parts = make_side_parts(context)
    presenter = ChatPresenter(context.client, context.history, parts.terms)
    return ChatWindow(context, presenter, parts, make_sidebar(context))


class ChatWindow(QWidget):
    """Shows a ChatPresenter and what stands beside it."""

    def __init__(
        self, context: Context, presenter: ChatPresenter, parts: SideParts, sidebar: Sidebar
    ) -> None:
        super().__init__()
        self._context, self._start = context, context.start
        self.presenter, self._parts = presenter, parts
        self._is_opened = False
        self._hit = 0
        self.destroyed.connect(context.history.watch(self._on_history))
        self._lines: list[Line] = []
        self.sidebar = sidebar
        self.picker = parts.picker
        self.transcript = Transcript()
        self.welcome = Welcome()
        self.pages = QStackedWidget()
        self.composer = Composer()
        self.meter = ContextMeter()
        self.state = QuietLabel()
        self.warning = NoticeBar(Tone.FAIR)
        self.failure = NoticeBar(Tone.BAD)
        self.fitted = NoticeBar(Tone.QUIET)
        self.undo = UndoBar()
        self.panel = parts.parameters
        self.show_sidebar = QuietButton("list", self.tr("Show the list of chats"), checkable=True)
        self.show_panel = QuietButton(
            "panel", self.tr("Show how the model answers"), checkable=True
        )
        self.attach = QuietButton("attach", self.tr("Attach files"))
        self.links = Links(self, context.preferences)
        self._lay_out()
        self._connect()
        self._connect_presenter()
        self._add_keys()
        self._on_model(parts.picker.model())

    # ---- for the shell

    def show_at(self, what: str) -> None:
        """With a model, if one is named."""
        if what:
            self.picker.set_model(what)
            self._on_model(what)
        self.composer.field.setFocus()

    def is_busy(self) -> bool:
        """Whether an answer comes, or something was typed that is not kept yet."""
        return self.presenter.is_busy

    def shortcuts(self) -> list[tuple[str, str]]:
        """Keys of the text that no menu shows."""
        return [
            ("Return", self.tr("Send the message")),
            ("Shift+Return", self.tr("A new line")),
            ("Esc", self.tr("Stop the answer")),
            ("Up", self.tr("Change the last message (in an empty line)")),
        ]

    # ---- construction

    def _lay_out(self) -> None:
        self.setWindowTitle(self.tr("Chat – Puna"))
        self.resize(*SIZE)
        self.setAcceptDrops(True)
        self.pages.addWidget(self.welcome)
        self.pages.addWidget(self.transcript)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        for part in (self.sidebar, self._center(), self.panel):
            self.splitter.addWidget(part)
        self.splitter.setStretchFactor(1, 1)
        rest = SIZE[0] - SIDEBAR_PX - PANEL_PX
        self.splitter.setSizes([SIDEBAR_PX, rest, PANEL_PX])
        self.panel.hide()
        self.show_sidebar.setChecked(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)

    def _center(self) -> QWidget:
        center = QWidget()
        top = QHBoxLayout()
        top.setContentsMargins(SPACE, SPACE, SPACE, 0)
        top.addWidget(self.show_sidebar)
        top.addWidget(self.picker)
        top.addStretch(1)
        top.addWidget(self.show_panel)
        self.composer.above.addWidget(self._parts.attachments)
        self.composer.tools.addWidget(self.attach)
        self.composer.tools.addWidget(self.meter)
        self.composer.tools.addStretch(1)
        self.composer.tools.addWidget(self.state)
        bottom = QWidget()
        bottom.setMaximumWidth(self.transcript.column_width + 6 * SPACE)
        lines = QVBoxLayout(bottom)
        lines.setContentsMargins(2 * SPACE, 0, 2 * SPACE, 2 * SPACE)
        for part in (self.undo, self.failure, self.fitted, self.warning, self.composer):
            lines.addWidget(part)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(bottom, stretch=1000)
        row.addStretch(1)
        layout = QVBoxLayout(center)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(top)
        layout.addWidget(self.pages, stretch=1)
        layout.addLayout(row)
        return center

    def _connect(self) -> None:
        presenter, start = self.presenter, self._start
        self.transcript.asked.connect(self._on_asked)
        self.transcript.link_clicked.connect(self.links.open)
        self.composer.sent.connect(self._on_sent)
        self.composer.edited.connect(lambda turn, text: start(presenter.resend(turn, text)))
        self.composer.stopped.connect(presenter.stop)
        self.composer.typed.connect(self._on_typed)
        self.composer.drafted.connect(lambda text: start(presenter.save_draft(text)))
        self.composer.edit_last_wanted.connect(self._on_edit_last)
        self.composer.pasted.connect(self._parts.attachments.take)
        self.attach.clicked.connect(self._parts.attachments.add_files)
        self.undo.undo_wanted.connect(lambda: start(presenter.undo()))
        self.welcome.models_wanted.connect(lambda: self._context.go(Place.MODELS, "recommended"))
        self.show_sidebar.toggled.connect(self.sidebar.setVisible)
        self.show_panel.toggled.connect(self.panel.setVisible)
        self.sidebar.opened.connect(self._on_chat_opened)
        self.sidebar.hit_opened.connect(lambda _chat, turn: self._on_hit(turn))
        self.sidebar.new_requested.connect(self._on_new)
        self.picker.chosen.connect(self._on_model)
        self._parts.attachments.changed.connect(self._on_files)
        self.panel.changed.connect(self._on_manner)

    def _connect_presenter(self) -> None:
        presenter = self.presenter
        presenter.opened.connect(self._on_opened)
        presenter.changed.connect(self._on_changed)
        presenter.fed.connect(self.transcript.feed)
        presenter.waited.connect(self._on_waited)
        presenter.thought.connect(self._on_thought)
        presenter.busy_changed.connect(self._on_busy)
        presenter.filled.connect(self._on_filled)
        presenter.removed.connect(self._on_removed)
        presenter.drafted.connect(self.composer.set_text)
        presenter.chat_changed.connect(self._on_chat_changed)
        presenter.failed.connect(self.failure.say)

    def _add_keys(self) -> None:
        for keys, text, act in (
            ("Ctrl+B", self.tr("Show or hide the list of chats"), self.show_sidebar.toggle),
            ("Ctrl+J", self.tr("Show or hide how the model answers"), self.show_panel.toggle),
            ("Ctrl+O", self.tr("Attach files"), self._parts.attachments.add_files),
            ("Ctrl+L", self.tr("Go to the message field"), self.composer.field.setFocus),
            ("Ctrl+R", self.tr("Answer once more"), self._on_again),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setWhatsThis(text)
            shortcut.activated.connect(act)

    # ---- which chat

    def _on_new(self) -> None:
        self.composer.tell_draft()
        self.panel.settle()
        self._start(self.presenter.new_chat())
        self.composer.field.setFocus()

    def _on_chat_opened(self, chat_id: int) -> None:
        self.composer.tell_draft()
        self.panel.settle()
        self._start(self.presenter.open_chat(chat_id))

    def _on_hit(self, turn_id: int) -> None:
        """To be shown as soon as its chat is."""
        self._hit = turn_id

    def _on_history(self) -> None:
        if not self.presenter.is_busy:
            self._start(self.presenter.look_again())

    def _on_chat_changed(self, chat_id: int) -> None:
        self.sidebar.show_chat(chat_id or None)

    def _on_manner(self) -> None:
        self._start(self.presenter.save_manner(self.panel.manner()))

    def _on_opened(self, lines: list[Line]) -> None:
        self._lines = lines
        self.undo.hide()
        self.failure.hide()
        self.transcript.open(lines)
        self._show_page()
        if self._hit:
            hit, self._hit = self._hit, 0
            self.presenter.show_turn(hit)  # on a branch that is not shown, perhaps
            self.transcript.reveal(hit)
        self.panel.show_manner(self.presenter.manner)
        answers = [line.model for line in lines if line.role == "assistant" and line.model]
        if answers:
            self.picker.set_model(answers[-1])
        self._on_model(self.picker.model())

    def _on_changed(self, lines: list[Line]) -> None:
        self._lines = lines
        self.transcript.show_lines(lines)
        self._show_page()

    def _show_page(self) -> None:
        self.pages.setCurrentWidget(self.transcript if self._lines else self.welcome)

    # ---- the conversation

    def _on_sent(self, text: str) -> None:
        files = list(self._parts.attachments.files())
        self._parts.attachments.clear()
        self.failure.hide()
        self._start(self.presenter.send(text, files))

    def _on_asked(self, action: Action, turn_id: int) -> None:
        presenter = self.presenter
        works = {
            Action.AGAIN: partial(presenter.again, turn_id),
            Action.RETRY: partial(presenter.retry, turn_id),
            Action.CONTINUE: partial(presenter.go_on, turn_id),
            Action.DELETE: partial(presenter.remove, turn_id),
            Action.BEFORE: partial(presenter.show_branch, turn_id, -1),
            Action.NEXT: partial(presenter.show_branch, turn_id, 1),
        }
        if action is Action.EDIT:
            self._edit(turn_id)
        else:
            self._start(works[action]())

    def _edit(self, turn_id: int) -> None:
        texts = [line.content for line in self._lines if line.id == turn_id]
        if texts:  # while an answer comes it waits in the field
            self.composer.edit(turn_id, texts[0])

    def _on_edit_last(self) -> None:
        asked = [line.id for line in self._lines if line.role == "user"]
        if asked:
            self._edit(asked[-1])

    def _on_again(self) -> None:
        if self._lines and self._lines[-1].role == "assistant":
            self._start(self.presenter.again(self._lines[-1].id))

    def _on_busy(self, busy: bool) -> None:
        self.composer.set_busy(busy)
        self.state.clear()
        if not busy:
            self.picker.refresh()

    def _on_waited(self, waiting: Waiting | None) -> None:
        """In the answer that is waited for, or below the text while the user still types."""
        text = waiting_text(waiting)
        last = self.transcript.last
        if self.presenter.is_busy and last is not None and last.line.is_live:
            last.set_state(text)
            text = ""
        elif waiting is not None and waiting.phase is not Phase.LOADING:
            text = ""
        self.state.setText(text)

    def _on_thought(self, seconds: float, goes_on: bool) -> None:
        if last := self.transcript.last:
            last.set_thinking_time(seconds, is_live=goes_on)

    def _on_removed(self) -> None:
        self.undo.offer(self.tr("Deleted, with all that followed."))

    # ---- what is about to be sent

    def _on_typed(self, text: str) -> None:
        self._count_coming()
        if text and not self.presenter.is_busy:
            self._start(self.presenter.warm_up())

    def _on_files(self) -> None:
        self.composer.set_has_files(bool(self._parts.attachments.files()))
        self._may_send()
        self._count_coming()

    def _count_coming(self) -> None:
        files = self._parts.attachments.files()
        self.meter.set_coming(estimated_tokens(self.composer.text, files))
        self._warn()

    def _on_filled(self, fill: Fill) -> None:
        self.meter.set_fill(fill)
        self._parts.attachments.set_used(fill.used)
        self._warn()
        fitting = fitting_text(fill.plan)
        if fitting != self.fitted.words.text():  # else it is there, or was closed
            self.fitted.words.setText(fitting)
            self.fitted.say(fitting)

    def _warn(self) -> None:
        """Before anything is cut. Files tell of themselves, with a way out."""
        is_told = bool(self._parts.attachments.problem())
        self.warning.say("" if is_told else self.meter.warning())

    def _on_model(self, model: str) -> None:
        self.welcome.set_model(short_name(model))
        self._may_send()
        self._parts.follow()

    def _may_send(self) -> None:
        """Not without a model, nor while a file is still being read."""
        parts = self._parts
        self.composer.set_may_send(bool(parts.picker.model()) and not parts.attachments.is_busy())

    # ---- files

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._parts.attachments.can_take(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self._parts.attachments.take(event.mimeData()):
            event.acceptProposedAction()

    # ---- being shown

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the part with the focus has no use for."""
        if event.key() == Qt.Key.Key_Escape:
            self.composer.escape()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._is_opened:
            self._is_opened = True
            self._start(self.presenter.new_chat())
        self.composer.field.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.composer.tell_draft()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.composer.tell_draft()
