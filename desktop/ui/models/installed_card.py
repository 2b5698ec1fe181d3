"""One model of this computer."""

from datetime import UTC, datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout

from desktop.ui.look.theme import SPACE, Tone
from desktop.ui.look.widgets import Badge, Card, ToneLabel
from desktop.ui.models.figures import data_size, day, days_ago, filled, memory_size, plain_name
from desktop.ui.models.installed import InstalledRow
from desktop.ui.models.offers import capability_word
from desktop.ui.models.paces import pace_reason, pace_words
from desktop.ui.models.parts import Title, facts_line


class InstalledCard(Card):
    """Shows an InstalledRow."""

    chat_wanted = Signal(str)
    acted = Signal(str, str)  # its name; details, explain, unload, delete

    def __init__(self, row: InstalledRow) -> None:
        super().__init__()
        self.row = row
        self.title = Title(plain_name(row.name))
        self.state = Badge("")
        self.facts, self.place = ToneLabel(""), ToneLabel("")
        self.answer = ToneLabel("", Tone.FAIR)
        self.answer.hide()
        self.chat = QPushButton(self.tr("Chat"))
        self.chat.setAccessibleName(filled(self.tr("Chat with %1"), row.name))
        self.more = QPushButton(self.tr("More"))
        self.more.setAccessibleName(filled(self.tr("More about %1"), row.name))
        self.unload = QAction(self.tr("&Free its memory"))
        menu = QMenu(self)
        for action, name in (
            (QAction(self.tr("&Details…"), menu), "details"),
            (QAction(self.tr("&Why will it not run?"), menu), "explain"),
            (self.unload, "unload"),
            (QAction(self.tr("De&lete"), menu), "delete"),
        ):
            action.setData(name)
            menu.addAction(action)
        menu.triggered.connect(lambda action: self.acted.emit(self.row.name, action.data()))
        self.more.setMenu(menu)
        self.chat.clicked.connect(lambda: self.chat_wanted.emit(self.row.name))
        self._lay_out()
        self.show_row(row)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        head.addWidget(self.title, stretch=1)
        head.addWidget(self.state)
        words = QVBoxLayout()
        words.setSpacing(SPACE // 4)
        for label in (self.facts, self.place):
            words.addWidget(label)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        foot.addLayout(words, stretch=1)
        foot.addWidget(self.chat)
        foot.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE * 2, SPACE + SPACE // 2, SPACE * 2, SPACE + SPACE // 2)
        column.setSpacing(SPACE // 2)
        column.addLayout(head)
        column.addLayout(foot)
        column.addWidget(self.answer)

    def show_row(self, row: InstalledRow) -> None:
        self.row = row
        if row.problem:
            self._show_state(self.tr("Cannot run"), Tone.BAD)
            self.explain(row.problem, Tone.BAD)
        elif row.memory_bytes:
            text = filled(self.tr("In memory, %1"), memory_size(row.memory_bytes))
            self._show_state(text, Tone.GOOD)
        else:
            self.state.hide()
        self.facts.setText(facts_line(self._facts()))
        self.facts.setToolTip(pace_reason(row.speed))
        self.place.setText(facts_line(self._places()))
        self.place.setVisible(bool(self.place.text()))
        self.unload.setVisible(bool(row.memory_bytes))
        self.chat.setVisible(row.chats)

    def explain(self, sentence: str, tone: Tone) -> None:
        """Say why it does not run, or that it does."""
        self.answer.setText(sentence)
        self.answer.set_tone(tone)
        self.answer.setVisible(bool(sentence))

    def _show_state(self, text: str, tone: Tone) -> None:
        self.state.setText(text)
        self.state.set_tone(tone)
        self.state.show()

    def _facts(self) -> list[str]:
        row = self.row
        size = data_size(row.size_bytes) if row.size_bytes else ""
        facts = [size, pace_words(row.speed), row.parameters, row.label]
        facts += [capability_word(name) for name in row.capabilities]
        if row.used_at:
            text = self.tr("last used: %1")
            facts.append(filled(text, days_ago(row.used_at, datetime.now(UTC))))
        elif row.added_at:
            facts.append(filled(self.tr("added: %1"), day(row.added_at)))
        return facts

    def _places(self) -> list[str]:
        row = self.row
        places = []
        if row.folder:
            places.append(filled(self.tr("in %1"), row.folder))
        if row.same_as:
            text = self.tr("the same files as %1, so no extra space")
            places.append(filled(text, ", ".join(map(plain_name, row.same_as))))
        return places
