"""Who is calling: programs that are known, what they do now, and their keys."""

import time

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QFont
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.client.activity import Entry
from desktop.client.apps import App, NewKey
from desktop.ui.connect.copying import CopyLine
from desktop.ui.connect.presenter import Live
from desktop.ui.look.filled import filled
from desktop.ui.look.scrolling import scrolled
from desktop.ui.look.theme import SPACE, Tone
from desktop.ui.look.widgets import Badge, Card, PrimaryButton, ToneLabel, heading
from desktop.ui.status.words import duration_text, state_text


class ProgramsPage(QWidget):
    """Shows a Live; updated in place."""

    add_wished = Signal(str)
    key_wished = Signal(str)
    keys_removal_wished = Signal(object)  # App
    block_wished = Signal(str, bool)
    removal_wished = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, ProgramRow] = {}
        self.name = QLineEdit()
        self.add = PrimaryButton(self.tr("&Make a key"))
        self.key = _KeyCard()
        self.empty = ToneLabel(
            self.tr(
                "No program has asked yet. As soon as one does, it appears here, with or without"
                " a key."
            )
        )
        self.strangers = ToneLabel()
        self._rows = QVBoxLayout()
        self._lay_out()
        self.add.clicked.connect(self._on_add)
        self.name.returnPressed.connect(self._on_add)
        self.name.textChanged.connect(lambda text: self.add.setEnabled(bool(text.strip())))

    def show_live(self, live: Live) -> None:
        apps = {app.id: app for app in live.apps}
        for gone in [app_id for app_id in self.rows if app_id not in apps]:
            row = self.rows.pop(gone)
            self._rows.removeWidget(row)
            row.hide()
            row.deleteLater()
        for app_id, app in apps.items():
            if app_id not in self.rows:
                self.rows[app_id] = self._new_row(app)
                self._rows.addWidget(self.rows[app_id])
            asks = [entry for entry in live.running if entry.app.id == app_id]
            self.rows[app_id].show_app(app, asks, time.time())
        strangers = [entry for entry in live.running if entry.app.id not in apps]
        names = sorted({entry.app.name or entry.app.address for entry in strangers} - {""})
        text = filled(self.tr("Also asking now: %1"), ", ".join(names))
        self.strangers.setText(text)
        self.strangers.setVisible(bool(strangers))
        self.empty.setVisible(not apps and not strangers)

    def show_key(self, made: NewKey) -> None:
        self.key.show_key(made)
        self.name.clear()

    def _lay_out(self) -> None:
        self.name.setPlaceholderText(self.tr("Name, such as “Notebook of Anna”"))
        self.name.setAccessibleName(self.tr("Name of the program or the person"))
        self.add.setEnabled(False)
        label = QLabel(self.tr("&New key for"))
        label.setBuddy(self.name)
        top = QHBoxLayout()
        for part in (label, self.name, self.add):
            top.addWidget(part, 1 if part is self.name else 0)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, SPACE, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(self.key)
        layout.addWidget(self.strangers)
        layout.addWidget(self.empty)
        self._rows.setSpacing(SPACE)
        layout.addLayout(self._rows)
        layout.addStretch(1)
        self.key.hide()
        self.strangers.hide()
        outer = QVBoxLayout(self)
        outer.setSpacing(SPACE + 4)
        outer.addLayout(top)
        outer.addWidget(scrolled(page, self.tr("Programs")), 1)

    def _new_row(self, app: App) -> "ProgramRow":
        row = ProgramRow(app.name)
        row.key_wished.connect(self.key_wished)
        row.keys_removal_wished.connect(self.keys_removal_wished)
        row.block_wished.connect(self.block_wished)
        row.removal_wished.connect(self.removal_wished)
        return row

    def _on_add(self) -> None:
        if name := self.name.text().strip():
            self.add_wished.emit(name)


class ProgramRow(Card):
    """One program: its name, what it does, and what may be done about it."""

    key_wished = Signal(str)
    keys_removal_wished = Signal(object)  # App
    block_wished = Signal(str, bool)
    removal_wished = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._app = App("", name)
        self.name = QLabel(name, wordWrap=True)
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        font = QFont(self.name.font())
        font.setWeight(QFont.Weight.DemiBold)
        self.name.setFont(font)
        self.blocked = Badge(self.tr("blocked"), Tone.BAD)
        self.doing = ToneLabel()
        self.doing.setTextFormat(Qt.TextFormat.PlainText)
        self.more = QToolButton(popupMode=QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setText(self.tr("Change"))
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.more.setAccessibleName(filled(self.tr("Change %1"), name))
        self.menu = QMenu(self.more)
        self.new_key = QAction(self.tr("Make a new key"), self.menu)
        self.remove_keys = QAction(self.tr("Make its keys invalid"), self.menu)
        self.block = QAction(self.menu)
        self.remove = QAction(self.tr("Forget it…"), self.menu)
        self.menu.addActions([self.new_key, self.remove_keys, self.block, self.remove])
        self.more.setMenu(self.menu)
        self._lay_out()
        self.new_key.triggered.connect(lambda: self.key_wished.emit(self._app.id))
        self.remove_keys.triggered.connect(lambda: self.keys_removal_wished.emit(self._app))
        self.block.triggered.connect(
            lambda: self.block_wished.emit(self._app.id, not self._app.blocked)
        )
        self.remove.triggered.connect(self._on_remove)

    def show_app(self, app: App, asks: list[Entry], now: float) -> None:
        """Args: now: Seconds since 1970."""
        self._app = app
        self.name.setText(app.name)
        self.blocked.setVisible(app.blocked)
        text = filled(self.tr("%1 · %2"), self._doing(app, asks, now), self._keys(app))
        self.doing.setText(text[:1].upper() + text[1:])
        self.doing.setToolTip(app.program or app.address)
        tone = Tone.GOOD if asks else Tone.QUIET
        self.doing.set_tone(tone)
        self.block.setText(self.tr("Serve it again") if app.blocked else self.tr("Block it"))
        self.remove_keys.setEnabled(bool(app.keys))
        self.setAccessibleName(filled(self.tr("%1: %2"), app.name, self.doing.text()))

    def _doing(self, app: App, asks: list[Entry], now: float) -> str:
        if asks:
            entry = asks[0]
            text = filled(self.tr("asks %1 now: %2"), entry.asked or entry.model, state_text(entry))
            if len(asks) > 1:
                more = self.tr("%n more request(s)", "", len(asks) - 1)
                return filled(self.tr("%1, and %2"), text, more)
            return text
        if app.seen_at is None:
            return self.tr("has not been here yet")
        return filled(self.tr("was here %1 ago"), duration_text(now - app.seen_at))

    def _keys(self, app: App) -> str:
        if not app.keys:
            return self.tr("no key")
        if len(app.keys) == 1:
            return filled(self.tr("key …%1"), app.keys[0].ending)
        return self.tr("%n key(s)", "", len(app.keys))

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        top.addWidget(self.name)
        top.addWidget(self.blocked)
        top.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addLayout(top)
        words.addWidget(self.doing)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, SPACE, SPACE + 4, SPACE)
        layout.addLayout(words, 1)
        layout.addWidget(self.more)

    def _on_remove(self) -> None:
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(filled(self.tr("Forget %1?"), self._app.name))
        box.setInformativeText(
            self.tr("Its keys will not work any more. If it comes back, it is new here.")
        )
        forget = box.addButton(self.tr("Forget"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        forget.clicked.connect(lambda: self.removal_wished.emit(self._app.id))
        box.open()


class _KeyCard(Card):
    """A key that was just made."""

    def __init__(self) -> None:
        super().__init__()
        self.title = heading("", 1.1)
        self.line = CopyLine(self.tr("The new key"))
        self.about = ToneLabel(
            self.tr(
                "Copy it now: it is shown this once. The program sends it with every request; who"
                " has it can use your models."
            ),
            Tone.FAIR,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, SPACE + 4, 2 * SPACE, SPACE + 4)
        layout.setSpacing(SPACE)
        for part in (self.title, self.line, self.about):
            layout.addWidget(part)

    def show_key(self, made: NewKey) -> None:
        self.title.setText(filled(self.tr("The key of %1"), made.name))
        self.line.show_text(made.key)
        self.show()
        self.line.copy.setFocus()
