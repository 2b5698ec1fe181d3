"""Pages whose rows are settings of the server."""

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop.client.settings import AllSettings, Setting
from desktop.client.wire import RequestFailed
from desktop.core.errors import AppError
from desktop.ui.chat.quiet_label import QuietLabel
from desktop.ui.failures import failure_sentence
from desktop.ui.look.theme import SPACE, Tone
from desktop.ui.look.widgets import Card
from desktop.ui.settings.editors import make_editor
from desktop.ui.settings.fields import Field, Holds, Kind
from desktop.ui.settings.rows import Page, Place, Row

_PLACES = {
    Kind.SWITCH: Place.INSTEAD,
    **dict.fromkeys((Kind.TEXT, Kind.LIST, Kind.FOLDER, Kind.FILE), Place.BELOW),
}


class SettingRow(Row):
    """One setting. `edited(name, value)`; None: back to the default."""

    edited = Signal(str, object)

    def __init__(self, field: Field) -> None:
        self.editor = make_editor(field)
        super().__init__(
            field.title, field.hint, self.editor, _PLACES.get(field.kind, Place.BESIDE)
        )
        self.field = field
        self._setting = Setting(None)
        self._is_refused = self._is_changed = False
        self.title.setBuddy(self.editor.focus_target)
        self.reset.setAccessibleName(self.tr("%1: back to the default").replace("%1", field.title))
        self.reset.clicked.connect(lambda: self.edited.emit(field.name, None))
        self.editor.edited.connect(self._on_edited)
        self.add_words(field.name, *field.labels.values())

    def show_setting(self, setting: Setting, *, needs_start: bool) -> None:
        """What the server said. A value that was just refused stays, to be mended."""
        self._setting = setting
        if not self._is_refused:
            self.editor.show_setting(setting)
            self.tell(*self._words(needs_start))
        self.reset.setVisible(setting.source == "file")

    def show_refusal(self, error: AppError) -> None:
        self._is_refused = True
        self.tell(self._refusal(error), Tone.BAD)

    def show_change(self) -> None:
        """It was just changed."""
        self._is_changed = True

    def _on_edited(self, value: Any) -> None:
        self._is_refused = False
        self.edited.emit(self.field.name, value)

    def _words(self, needs_start: bool) -> tuple[str, Tone]:
        setting = self._setting
        if needs_start:
            return self.tr("Holds when Puna is started the next time."), Tone.FAIR
        if setting.source == "start":
            text = self.tr("Was given when Puna was started; a choice made here holds next time.")
            return text, Tone.QUIET
        if setting.source == "environment":
            text = self.tr("Comes from the variable %1. A choice made here goes before it.")
            return text.replace("%1", setting.variable), Tone.QUIET
        if overruled := setting.overruled:
            text = self.tr("The variable %1 says “%2”; the choice made here goes before it.")
            text = text.replace("%1", overruled.variable)
            return text.replace("%2", str(overruled.value)), Tone.QUIET
        if self._is_changed:
            return self._held()
        return "", Tone.QUIET

    def _held(self) -> tuple[str, Tone]:
        if self.field.holds is Holds.LOAD:
            return self.tr("Holds for models that are loaded from now on."), Tone.GOOD
        return self.tr("Holds from now on."), Tone.GOOD

    def _refusal(self, error: AppError) -> str:
        if isinstance(error, RequestFailed) and error.server_code == "sharing_refused":
            return self.tr(
                "Not without keys: everybody in the network could use Puna then. Switch on “Every"
                " program shows a key” first, or let the Connect window do both."
            )
        setting, locale = self._setting, QLocale()
        if isinstance(setting.value, int) and setting.least is not None and setting.most:
            text = self.tr("Has to be between %1 and %2.").replace(
                "%1", locale.toString(setting.least)
            )
            return text.replace("%2", locale.toString(setting.most))
        return failure_sentence(error)


class SettingsPage(Page):
    """Rows of settings. `edited(name, value)`."""

    edited = Signal(str, object)

    def __init__(self, name: str, title: str, intro: str, fields: Iterable[Field]) -> None:
        super().__init__(name, title, intro)
        self.settings: dict[str, SettingRow] = {}
        for field in fields:
            row = SettingRow(field)
            row.edited.connect(self.edited)
            self.settings[field.name] = row
            self.add(row)

    def show_settings(self, found: AllSettings) -> None:
        for name, row in self.settings.items():
            if name in found.settings:
                needs_start = name in found.restart_needed
                row.show_setting(found.settings[name], needs_start=needs_start)


class Notice(Card):
    """What is still to be done so that a change holds, at the top of the window."""

    def __init__(self, text: str = "", button: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = QuietLabel(text, Tone.FAIR)
        self.words.setWordWrap(True)
        self.button = QPushButton(button)
        self.button.setVisible(bool(button))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, SPACE + 2, 2 * SPACE, SPACE + 2)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self.words, stretch=1)
        layout.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def say(self, text: str) -> None:
        """Nothing: it goes away."""
        self.words.setText(text)
        self.setVisible(bool(text))
