"""What every answer shall follow, and texts for it that were kept under a name."""

from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.chat.parameters_presenter import ParametersPresenter
from desktop.ui.chat.quiet_button import QuietButton
from desktop.ui.chat.quiet_label import QuietLabel
from desktop.ui.look.theme import SPACE

LINES = 5
KEEP_MS = 400  # after the last key
MAX_NAME = 60


class SystemEditor(QWidget):
    """The text, and a menu of kept ones. Follows what is typed after a moment."""

    def __init__(self, presenter: ParametersPresenter, parent: QWidget) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self.text = QPlainTextEdit(presenter.system)
        self.text.setAccessibleName(self.tr("Instructions for every answer"))
        self.text.setPlaceholderText(
            self.tr("For example: Answer in simple words. You are talking to a beginner.")
        )
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(LINES * self.text.fontMetrics().lineSpacing() + 2 * SPACE)
        self._typed = QTimer(self, singleShot=True, interval=KEEP_MS)
        self._typed.timeout.connect(self._keep)
        self.text.textChanged.connect(self._on_typed)
        self.menu = QMenu(self)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.presets = QToolButton()
        self.presets.setText(self.tr("&Presets"))
        self.presets.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.presets.setMenu(self.menu)
        self.save = QPushButton(self.tr("&Keep as a preset…"))
        self.save.clicked.connect(self._on_save)
        self.naming = PresetName(self)
        self.naming.confirm.clicked.connect(self._on_named)
        self.naming.name.returnPressed.connect(self._on_named)
        self.naming.cancel.clicked.connect(lambda: self._name(False))
        self.naming.hide()
        row = QHBoxLayout()
        row.addWidget(self.presets)
        row.addWidget(self.save)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(self.text)
        layout.addLayout(row)
        layout.addWidget(self.naming)
        self._show_buttons()

    def show_text(self) -> None:
        """What the presenter has, unless it is just being typed."""
        if not self._typed.isActive() and self.text.toPlainText() != self._presenter.system:
            with QSignalBlocker(self.text):
                self.text.setPlainText(self._presenter.system)
        self._show_buttons()

    def settle(self) -> None:
        """What was typed holds from now on."""
        if self._typed.isActive():
            self._keep()

    def _on_typed(self) -> None:
        self._typed.start()
        self._show_buttons()

    def _keep(self) -> None:
        self._typed.stop()
        self._presenter.set_system(self.text.toPlainText())

    def _show_buttons(self) -> None:
        text = self.text.toPlainText().strip()
        presets = self._presenter.presets
        self.presets.setEnabled(bool(presets or text))
        self.save.setEnabled(bool(text) and text not in presets.values())

    def _fill_menu(self) -> None:
        self.menu.clear()
        presets = self._presenter.presets
        for name in sorted(presets, key=str.casefold):
            action = QAction(name.replace("&", "&&"), self.menu)
            action.setCheckable(True)
            action.setChecked(presets[name] == self.text.toPlainText().strip())
            action.triggered.connect(lambda _checked, name=name: self._use(name))
            self.menu.addAction(action)
        if presets:
            self.menu.addSeparator()
            removing = self.menu.addMenu(self.tr("&Remove a preset"))
            for name in sorted(presets, key=str.casefold):
                action = QAction(name.replace("&", "&&"), removing)
                action.triggered.connect(lambda _checked, name=name: self._remove(name))
                removing.addAction(action)
        none = QAction(self.tr("&No instructions"), self.menu)
        none.triggered.connect(lambda: self._set(""))
        self.menu.addAction(none)

    def _use(self, name: str) -> None:
        self._set(self._presenter.presets.get(name, ""))

    def _remove(self, name: str) -> None:
        self._presenter.remove_preset(name)
        self._show_buttons()

    def _set(self, text: str) -> None:
        self.text.setPlainText(text)
        self._keep()

    def _name(self, is_wanted: bool) -> None:
        self.naming.setVisible(is_wanted)
        self.save.setVisible(not is_wanted)
        (self.naming.name if is_wanted else self.text).setFocus()

    def _on_save(self) -> None:
        self.naming.begin(self._presenter.presets)
        self._name(True)

    def _on_named(self) -> None:
        name = self.naming.name.text().strip()
        if name:
            self._presenter.save_preset(name, self.text.toPlainText().strip())
            self._name(False)
            self._show_buttons()


class PresetName(QWidget):
    """A line that asks for a name."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._taken: dict[str, str] = {}
        self.name = QLineEdit(placeholderText=self.tr("Name of the preset"), maxLength=MAX_NAME)
        self.name.setAccessibleName(self.tr("Name of the preset"))
        self.confirm = QPushButton(self.tr("Keep"))
        self.cancel = QuietButton("close", self.tr("Do not keep it"))
        self.told = QuietLabel()
        self.told.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        for widget in (self.name, self.confirm, self.cancel):
            row.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self.told)
        self.name.textChanged.connect(self._on_changed)

    def begin(self, taken: dict[str, str]) -> None:
        self._taken = taken
        self.name.clear()
        self._on_changed("")

    def _on_changed(self, text: str) -> None:
        name = text.strip()
        self.confirm.setEnabled(bool(name))
        is_taken = name in self._taken
        self.told.setText(self.tr("Replaces the preset of this name.") if is_taken else "")
        self.told.setVisible(is_taken)
