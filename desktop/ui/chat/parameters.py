"""The panel beside a chat: how the model is to answer, in plain words, each with a way back."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.history.records import Manner
from desktop.ui.chat.parameters_knob import Knob
from desktop.ui.chat.parameters_presenter import ModelFacts, ParametersPresenter
from desktop.ui.chat.parameters_words import Words
from desktop.ui.chat.presets import SystemEditor
from desktop.ui.chat.quiet_button import QuietButton
from desktop.ui.chat.quiet_label import QuietLabel
from desktop.ui.context import Context
from desktop.ui.look.theme import MARGIN, SPACE
from desktop.ui.look.widgets import heading
from desktop.ui.task_scope import Start

LEAST_WIDTH = 300
HEADING = 1.1


def make_parameters(context: Context) -> "ParameterPanel":
    """The panel of a chat window."""
    presenter = ParametersPresenter(context.client, context.preferences)
    return ParameterPanel(presenter, context.start)


class ParameterPanel(QWidget):
    """How one chat is answered. `changed` tells that the user wants it otherwise."""

    changed = Signal()

    def __init__(self, presenter: ParametersPresenter, start: Start) -> None:
        super().__init__()
        self._presenter, self._start = presenter, start
        self.editor = SystemEditor(presenter, self)
        self.thinking = ThinkingChoice(presenter)
        words = Words()
        self.knobs = {each.option: Knob(each) for each in (*words.main(), *words.more())}
        self.more = QuietButton("down", self.tr("More"), text=self.tr("More"), checkable=True)
        self.reset_all = QPushButton(self.tr("Set everything back"))
        self.reset_all.setToolTip(self.tr("The instructions above stay as they are."))
        self.reset_all.clicked.connect(presenter.reset)
        self.for_new = QPushButton(self.tr("Use for &new chats too"))
        self.for_new.setToolTip(self.tr("What is set here holds for this chat alone."))
        self.for_new.clicked.connect(self._on_for_new)
        self._folded = QWidget()
        self._lay_out(words)
        for option, knob in self.knobs.items():
            knob.turned.connect(lambda value, option=option: presenter.set_option(option, value))
        self.more.toggled.connect(self._folded.setVisible)
        has_more = any(each.option in presenter.options for each in words.more())
        self.more.setChecked(has_more)
        self._folded.setVisible(has_more)
        presenter.looked.connect(self._on_looked)
        presenter.changed.connect(self._show_all)
        presenter.changed.connect(self.changed)
        presenter.shown.connect(self._show_all)
        presenter.defaults_changed.connect(self._show_values)
        self._on_looked(presenter.facts)

    def manner(self) -> Manner:
        """All that was chosen, to be kept with the chat."""
        return self._presenter.manner

    def show_manner(self, manner: Manner | None) -> None:
        """Of another chat; None: as new chats begin."""
        self._presenter.show(manner)

    def settle(self) -> None:
        """What is just being typed holds from now on."""
        self.editor.settle()

    def options(self) -> dict[str, float]:
        """What the user set, by the API's names; the rest is as the model has it."""
        return self._presenter.options

    def system(self) -> str:
        """Instructions for every answer; empty: none."""
        return self._presenter.system.strip()

    def think(self) -> bool | str | None:
        """None: as the model does it by itself."""
        return self._presenter.think

    def set_model(self, name: str) -> None:
        """Whose usual values are shown."""
        self._start(self._presenter.look(name))

    def set_system(self, text: str) -> None:
        self._presenter.set_system(text)

    def set_option(self, name: str, value: float | None) -> None:
        """As if the user had set it here."""
        self._presenter.set_option(name, value)

    def _lay_out(self, words: Words) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(MARGIN - 4, MARGIN - 4, MARGIN - 4, MARGIN - 4)
        column.setSpacing(2 * SPACE)
        column.addWidget(heading(self.tr("Instructions"), HEADING))
        column.addWidget(self.editor)
        column.addWidget(heading(self.tr("How it answers"), HEADING))
        column.addWidget(self.thinking)
        for each in words.main():
            column.addWidget(self.knobs[each.option])
        column.addWidget(self.more, alignment=Qt.AlignmentFlag.AlignLeading)
        folded = QVBoxLayout(self._folded)
        folded.setContentsMargins(0, 0, 0, 0)
        folded.setSpacing(2 * SPACE)
        for each in words.more():
            folded.addWidget(self.knobs[each.option])
        column.addWidget(self._folded)
        for button in (self.reset_all, self.for_new):
            column.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeading)
        column.addStretch(1)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(self.tr("How the model answers"))
        area.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)
        self.setMinimumWidth(max(LEAST_WIDTH, inside.minimumSizeHint().width() + 2 * SPACE))

    def _on_looked(self, facts: ModelFacts) -> None:
        self.knobs["num_ctx"].set_most(facts.most_context_tokens)
        self.thinking.show_facts(facts)
        self._show_values()

    def _show_all(self) -> None:
        self._show_values()
        self.thinking.show_choice()
        self.editor.show_text()

    def _on_for_new(self) -> None:
        self.settle()
        self._presenter.keep_for_new()

    def _show_values(self) -> None:
        options, usual = self._presenter.options, self._presenter.facts.usual
        for option, knob in self.knobs.items():
            knob.show_value(options.get(option), usual.get(option))
        self.reset_all.setEnabled(bool(options or self._presenter.thinking_choice))
        self.for_new.setEnabled(self._presenter.manner != self._presenter.defaults)


class ThinkingChoice(QWidget):
    """Whether the model thinks before it answers; not there for models that cannot."""

    def __init__(self, presenter: ParametersPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self.choice = QComboBox()
        title = QLabel(self.tr("&Thinking first"))
        title.setBuddy(self.choice)
        self.choice.setAccessibleName(self.tr("Thinking first"))
        self.hint = QuietLabel(
            self.tr("Takes longer, and helps with questions that need several steps.")
        )
        self.hint.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(title, stretch=1)
        row.addWidget(self.choice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(self.hint)
        self.choice.activated.connect(self._on_chosen)
        self.hide()

    def show_facts(self, facts: ModelFacts) -> None:
        self.setVisible(facts.can_think)
        entries = [(self.tr("as usual"), "")]
        if facts.has_levels:
            entries += [
                (self.tr("a little"), "low"),
                (self.tr("some"), "medium"),
                (self.tr("much"), "high"),
            ]
        else:
            entries += [(self.tr("yes"), "on"), (self.tr("no"), "off")]
        with QSignalBlocker(self.choice):
            self.choice.clear()
            for text, choice in entries:
                self.choice.addItem(text, choice)
        self.show_choice()

    def show_choice(self) -> None:
        place = self.choice.findData(self._presenter.thinking_choice)
        with QSignalBlocker(self.choice):
            self.choice.setCurrentIndex(max(place, 0))

    def _on_chosen(self, place: int) -> None:
        self._presenter.set_think(str(self.choice.itemData(place)))
