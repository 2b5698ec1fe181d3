"""One request that runs or waits: for whom, how far, and a way to end it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout

from desktop.client.activity import Entry
from desktop.ui.look.filled import filled
from desktop.ui.look.theme import SPACE
from desktop.ui.look.widgets import Card, ToneLabel
from desktop.ui.status.words import duration_text, state_text


class RequestRow(Card):
    """Updated in place."""

    cancel_wished = Signal(str)

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        who = entry.app.name or entry.app.address or self.tr("An unknown program")
        self.who = QLabel(filled(self.tr("%1 asks %2"), who, entry.asked or entry.model))
        self.who.setTextFormat(Qt.TextFormat.PlainText)
        self.who.setWordWrap(True)
        self.state = ToneLabel()
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setAccessibleName(filled(self.tr("Cancel the request of %1"), who))
        self.cancel.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.cancel.clicked.connect(lambda: self.cancel_wished.emit(entry.id))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.who)
        words.addWidget(self.state)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, SPACE, SPACE + 4, SPACE)
        layout.addLayout(words, 1)
        layout.addWidget(self.cancel)

    def show_entry(self, entry: Entry) -> None:
        since = duration_text((entry.elapsed_ms or 0) / 1000)
        text = filled(self.tr("%1, for %2 so far"), state_text(entry), since)
        self.state.setText(text[:1].upper() + text[1:])
        self.setAccessibleName(self.who.text())
        self.setAccessibleDescription(self.state.text())
