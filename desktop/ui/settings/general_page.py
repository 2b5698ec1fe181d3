"""What the windows themselves do: language, look, start, notifications."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox

from desktop.core.errors import AppError
from desktop.ui.failures import failure_sentence
from desktop.ui.look.theme import Tone
from desktop.ui.preferences import Choices, Preferences
from desktop.ui.settings.rows import Page, Place, Row

LANGUAGES = (("de", "Deutsch"), ("en", "English"))  # in their own words, for who is lost


class GeneralPage(Page):
    """Changes the preferences at once. `login_wanted(on)` is for the presenter."""

    login_wanted = Signal(bool)

    def __init__(self, name: str, title: str, preferences: Preferences) -> None:
        super().__init__(name, title)
        self._preferences = preferences
        self.language, self.theme = QComboBox(), QComboBox()
        self.boxes: dict[str, QCheckBox] = {}
        self._fill()
        self._add_choice(
            self.language,
            "language",
            self.tr("Language"),
            self.tr("Holds at once, in all windows."),
        ).add_words("language", "sprache")
        self._add_choice(
            self.theme,
            "theme",
            self.tr("Light or dark"),
            self.tr("Colours of the windows."),
        )
        self.login = QCheckBox(self.tr("Start Puna when I log in"))
        self.login.clicked.connect(lambda on: self.login_wanted.emit(bool(on)))
        self._login_row = self._add_box(
            self.login, self.tr("Puna then waits in the tray, and loads no model before one asks.")
        )
        self._add_notifications()
        self._add_switch(
            "confirm_links",
            self.tr("Ask before a link of an answer is opened"),
            self.tr("The address is shown before the browser goes there."),
        )
        preferences.changed.connect(self._show)
        self._show(preferences.choices)

    def show_login(self, on: bool) -> None:
        self.login.setChecked(on)

    def show_login_failure(self, error: AppError) -> None:
        self._login_row.tell(failure_sentence(error), Tone.BAD)

    def _fill(self) -> None:
        self.language.addItem(self.tr("as the system"), "")
        for code, word in LANGUAGES:
            self.language.addItem(word, code)
        for theme, word in (
            ("system", self.tr("as the system")),
            ("light", self.tr("light")),
            ("dark", self.tr("dark")),
        ):
            self.theme.addItem(word, theme)

    def _add_choice(self, box: QComboBox, name: str, title: str, hint: str) -> Row:
        box.setAccessibleName(title)
        box.setAccessibleDescription(hint)
        row = Row(title, hint, box)
        row.title.setBuddy(box)
        row.add_words(*(box.itemText(place) for place in range(box.count())))
        self.add(row)

        def choose(place: int) -> None:
            self._preferences.change(**{name: box.itemData(place)})

        box.activated.connect(choose)
        return row

    def _add_notifications(self) -> None:
        self._add_switch(
            "notify_downloads",
            self.tr("Tell me when a download is ready"),
            self.tr("A notification of the system, also while no window is open."),
        )
        self._add_switch(
            "notify_models",
            self.tr("Tell me when a model was too large"),
            self.tr("And what Puna did so that it runs after all."),
        )
        self._add_switch(
            "notify_permissions",
            self.tr("Tell me when a program or web page waits for permission"),
            self.tr("Without it, they are found in the Connect window."),
        )

    def _add_switch(self, name: str, title: str, hint: str) -> None:
        box = QCheckBox(title)
        self.boxes[name] = box
        box.clicked.connect(lambda on: self._preferences.change(**{name: bool(on)}))
        self._add_box(box, hint)

    def _add_box(self, box: QCheckBox, hint: str) -> Row:
        box.setAccessibleName(box.text())
        box.setAccessibleDescription(hint)
        row = Row(box.text(), hint, box, Place.INSTEAD)
        self.add(row)
        return row

    def _show(self, choices: Choices) -> None:
        self.language.setCurrentIndex(max(self.language.findData(choices.language), 0))
        self.theme.setCurrentIndex(max(self.theme.findData(choices.theme), 0))
        for name, box in self.boxes.items():
            box.setChecked(getattr(choices, name))
