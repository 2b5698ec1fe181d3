"""What can be handed to somebody who helps: shown whole before it goes anywhere."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, QTimer, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QPushButton

from desktop.ui.look.theme import Tone
from desktop.ui.look.widgets import PrimaryButton
from desktop.ui.settings.rows import Page, Row, side_by_side

FILE_NAME = "puna-diagnostics.txt"
LEAST_LINES = 22
COPIED_MS = 2000


class DiagnosticsPage(Page):
    """`wanted` asks for the text, `save_wanted(path, text)` to write it."""

    wanted = Signal()
    save_wanted = Signal(object, str)

    def __init__(self, name: str, title: str) -> None:
        intro = self.tr(
            "If something does not work, this text helps others to see why. It has no keys, no"
            " questions or answers, and not your name. Nothing is sent: you copy or save it."
        )
        super().__init__(name, title, intro)
        self.make = PrimaryButton(self.tr("Put it together"))
        self.make.clicked.connect(self.wanted)
        self.add(
            Row(
                self.tr("Diagnostics"),
                self.tr("You see all of it before you hand it on."),
                self.make,
            )
        )
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setAccessibleName(self.tr("All that would be handed on"))
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setMinimumHeight(LEAST_LINES * self.text.fontMetrics().lineSpacing())
        self.text.setTabChangesFocus(True)
        self.copy = QPushButton(self.tr("&Copy"))
        self.copy.clicked.connect(self._on_copy)
        self.save = QPushButton(self.tr("&Save…"))
        self.save.clicked.connect(self._on_save)
        self._told = Row("", "")
        self._copied = QTimer(self, singleShot=True, interval=COPIED_MS)
        self._copied.timeout.connect(lambda: self._told.tell(""))
        for widget in (self.text, side_by_side(self.copy, self.save), self._told):
            self.add_extra(widget)
        self.show_all()

    def show_text(self, text: str) -> None:
        self.text.setPlainText(text)
        self.show_all()
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_saved(self, path: str) -> None:
        self._told.tell(self.tr("Saved as %1").replace("%1", path), Tone.GOOD)

    def show_failure(self, reason: str) -> None:
        self._told.tell(self.tr("It could not be saved: %1").replace("%1", reason), Tone.BAD)

    def show_all(self) -> None:
        super().show_all()
        if not self.text.toPlainText():
            for widget in self.extra:
                widget.setVisible(widget is self.intro)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self._told.tell(self.tr("Copied"), Tone.GOOD)
        self._copied.start()

    def _on_save(self) -> None:
        places = QStandardPaths.StandardLocation
        folder = QStandardPaths.writableLocation(places.DocumentsLocation)
        dialog = QFileDialog(self, self.tr("Save the diagnostics"), folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(FILE_NAME)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._on_path)
        dialog.open()

    def _on_path(self, path: str) -> None:
        self.save_wanted.emit(Path(path), self.text.toPlainText())
