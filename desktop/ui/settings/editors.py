"""What settings are changed with. Each tells `edited(value)`, and only what its user changed."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from desktop.client.settings import Setting
from desktop.ui.look.theme import SPACE
from desktop.ui.settings.fields import Field, Kind

SETTLE_MS = 500  # after the last click on an arrow
LONG_LETTERS = 30
MOST = 2**31 - 1


class Editor(QWidget):
    """One setting. `focus_target` is what the keyboard goes to."""

    edited = Signal(object)

    def __init__(self, field: Field, focus_target: QWidget) -> None:
        super().__init__()
        self.field = field
        self.setting = Setting()
        self.focus_target = focus_target
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(SPACE)
        self._hold(focus_target)

    def show_setting(self, setting: Setting) -> None:
        """What the server said; each kind shows its value in its own way."""
        self.setting = setting

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The wheel scrolls the page, unless one is just setting this value."""
        if isinstance(event, QWheelEvent) and not self.focus_target.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _hold(self, widget: QWidget) -> None:
        widget.setAccessibleName(self.field.title)
        widget.setAccessibleDescription(self.field.hint)
        widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        widget.installEventFilter(self)
        self.row.addWidget(widget)


class SwitchEditor(Editor):
    def __init__(self, field: Field) -> None:
        self.box = QCheckBox(field.title)
        super().__init__(field, self.box)
        self.row.addStretch(1)
        self.box.clicked.connect(lambda on: self.edited.emit(bool(on)))

    def show_setting(self, setting: Setting) -> None:
        super().show_setting(setting)
        self.box.setChecked(bool(setting.value))


class NumberEditor(Editor):
    def __init__(self, field: Field) -> None:
        self.number = QSpinBox(suffix=field.unit, maximum=MOST)
        super().__init__(field, self.number)
        self.number.setGroupSeparatorShown(field.name != "port")
        self.number.setKeyboardTracking(False)
        if field.name == "context_tokens":
            self.number.setSingleStep(1024)
        self._settling = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settling.timeout.connect(self._tell)
        self.number.valueChanged.connect(lambda _value: self._settling.start())
        self.number.editingFinished.connect(self._on_finished)

    def show_setting(self, setting: Setting) -> None:
        super().show_setting(setting)
        if self._settling.isActive():
            return  # the user is just changing it
        with QSignalBlocker(self.number):
            least, most = setting.least or 0, setting.most or MOST
            self.number.setRange(least, most)
            self.number.setSpecialValueText(self.field.labels.get(str(least), ""))
            self.number.setValue(int(setting.value))

    def _on_finished(self) -> None:
        if self._settling.isActive():
            self._tell()

    def _tell(self) -> None:
        self._settling.stop()
        self.edited.emit(self.number.value())


class ChoiceEditor(Editor):
    """The server says which words there are; those without a label are shown as they are."""

    def __init__(self, field: Field) -> None:
        self.box = QComboBox()
        super().__init__(field, self.box)
        self.box.activated.connect(lambda place: self.edited.emit(self.box.itemData(place)))

    def show_setting(self, setting: Setting) -> None:
        super().show_setting(setting)
        known = [each for each in self.field.labels if each in setting.choices]
        words = known + [each for each in setting.choices if each not in known]
        self.box.clear()
        for word in words:
            self.box.addItem(self.field.labels.get(word, word), word)
        self.box.setCurrentIndex(self.box.findData(setting.value))


class SuggestedEditor(Editor):
    """Values with words for them, and others that are typed as the server wants them."""

    def __init__(self, field: Field) -> None:
        self.box = QComboBox()
        super().__init__(field, self.box)
        self._shown = ""
        self.box.setEditable(True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for value, label in field.labels.items():
            self.box.addItem(label, value)
        longest = max(len(label) for label in field.labels.values())
        self.box.setMinimumContentsLength(min(longest, LONG_LETTERS))
        line = self.box.lineEdit()
        assert line is not None
        line.setAccessibleName(field.title)
        self.box.activated.connect(lambda _place: self._tell())
        line.editingFinished.connect(self._tell)

    def show_setting(self, setting: Setting) -> None:
        super().show_setting(setting)
        text = _plain(setting.value)
        self._shown = self.field.labels.get(text, text)
        self.box.setCurrentText(self._shown)

    def _tell(self) -> None:
        text = self.box.currentText().strip()
        if text == self._shown:
            return
        self._shown = text
        values = {label: value for value, label in self.field.labels.items()}
        value = values.get(text, text)
        is_number = value.lstrip("-").isdigit() and self.field.name == "keep_alive"
        self.edited.emit(int(value) if is_number else value)


class TextEditor(Editor):
    """A line of text; a list of them with commas."""

    def __init__(self, field: Field) -> None:
        self.line = QLineEdit(placeholderText=field.placeholder)
        super().__init__(field, self.line)
        self._shown = ""
        self.line.editingFinished.connect(self._tell)

    def show_setting(self, setting: Setting) -> None:
        super().show_setting(setting)
        value = setting.value
        self._shown = ", ".join(value) if isinstance(value, list) else str(value)
        self.line.setText(self._shown)
        self.line.setCursorPosition(0)

    def _tell(self) -> None:
        text = self.line.text().strip()
        if text == self._shown:
            return
        self._shown = text
        if self.field.kind is Kind.LIST:
            self.edited.emit([each.strip() for each in text.split(",") if each.strip()])
        else:
            self.edited.emit(text)


class PathEditor(TextEditor):
    """With a way to look for it."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.browse = QPushButton(self.tr("Choose…"))
        self.browse.setAccessibleName(self.tr("Choose: %1").replace("%1", field.title))
        self.browse.clicked.connect(self._on_browse)
        self.row.addWidget(self.browse)

    def _on_browse(self) -> None:
        dialog = QFileDialog(self, self.field.title, self.line.text())
        is_folder = self.field.kind is Kind.FOLDER
        modes = QFileDialog.FileMode
        dialog.setFileMode(modes.Directory if is_folder else modes.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._on_selected)
        dialog.open()

    def _on_selected(self, path: str) -> None:
        self.line.setText(path)
        self._tell()


def make_editor(field: Field) -> Editor:
    kinds: dict[Kind, Callable[[Field], Editor]] = {
        Kind.SWITCH: SwitchEditor,
        Kind.NUMBER: NumberEditor,
        Kind.CHOICE: ChoiceEditor,
        Kind.SUGGESTED: SuggestedEditor,
        Kind.TEXT: TextEditor,
        Kind.LIST: TextEditor,
        Kind.FOLDER: PathEditor,
        Kind.FILE: PathEditor,
    }
    return kinds[field.kind](field)


def _plain(value: Any) -> str:
    """As it is typed.

    >>> _plain("5m"), _plain(-1.0), _plain(0), _plain(2.5)
    ('5m', '-1', '0', '2.5')
    """
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
