"""Where models are kept, and what a move to another folder means."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.look.theme import MARGIN, SPACE, Tone
from desktop.ui.look.widgets import PrimaryButton, ToneLabel, heading
from desktop.ui.models.installed import Folder

WIDTH_PX = 520


class FolderDialog(QDialog):
    """Tells which folder was `chosen`."""

    chosen = Signal(str)

    def __init__(self, folder: Folder, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Folder of the models"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(WIDTH_PX)
        self._before = folder.path
        self.path = QLineEdit(folder.path)
        self.path.setAccessibleName(self.tr("Folder of the models"))
        self.browse = QPushButton(self.tr("&Choose…"))
        self.browse.setAccessibleName(self.tr("Choose a folder"))
        self.use = PrimaryButton(self.tr("&Use this folder"))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.use.setEnabled(False)
        self._lay_out(is_free=folder.is_free)
        self.path.textChanged.connect(self._on_changed)
        self.browse.clicked.connect(self._on_browse)
        self.use.clicked.connect(self._on_use)
        self.cancel.clicked.connect(self.reject)
        for part in (self.path, self.browse):
            part.setEnabled(folder.is_free)

    def _lay_out(self, *, is_free: bool) -> None:
        meaning = self.tr(
            "Puna looks for models in this folder, and puts new ones there. A change holds from"
            " the next start of Puna on.\n\nModels that are in the old folder now stay there, and"
            " Puna no longer shows them. To keep them, quit Puna and move what is in the old"
            " folder to the new one; then start Puna again."
        )
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        label = QLabel(self.tr("&Folder"))
        label.setBuddy(self.path)
        for part in (label, self.path, self.browse):
            row.addWidget(part)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(SPACE + SPACE // 2)
        column.addWidget(heading(self.tr("Where models are kept"), 1.2))
        column.addWidget(ToneLabel(meaning, Tone.QUIET))
        if not is_free:
            text = self.tr("The folder was set for this start of Puna, so it cannot be moved here.")
            column.addWidget(ToneLabel(text, Tone.FAIR))
        column.addLayout(row)
        column.addStretch(1)
        column.addLayout(buttons)

    def _on_changed(self, text: str) -> None:
        self.use.setEnabled(bool(text.strip()) and text.strip() != self._before)

    def _on_browse(self) -> None:
        dialog = QFileDialog(self, self.tr("Folder of the models"), self.path.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.path.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_use(self) -> None:
        self.chosen.emit(self.path.text().strip())
        self.accept()
