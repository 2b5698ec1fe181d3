"""Everything about one model: figures, template, parameters, licence."""

from pathlib import PurePath

from PySide6.QtCore import QLocale, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QFontDatabase
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.look.theme import MARGIN, SPACE
from desktop.ui.look.widgets import heading
from desktop.ui.models.figures import data_size, filled, plain_name
from desktop.ui.models.installed import Sheet
from desktop.ui.models.offers import capability_word
from desktop.ui.models.parts import facts_line

SIZE_PX = (620, 480)


class DetailsDialog(QDialog):
    """Shows a Sheet."""

    def __init__(self, sheet: Sheet, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(filled(self.tr("Details of %1"), sheet.row.name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*SIZE_PX)
        described = sheet.description
        self.tabs = QTabWidget(documentMode=True)
        self.tabs.addTab(self._figures(sheet), self.tr("Figures"))
        for title, text in (
            (self.tr("Template"), described.template),
            (self.tr("Parameters"), described.parameters),
            (self.tr("System prompt"), described.system),
            (self.tr("Licence"), described.license),
        ):
            self.tabs.addTab(self._text(title, text), title)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.addWidget(heading(plain_name(sheet.row.name), 1.2))
        column.addWidget(self.tabs, stretch=1)
        column.addWidget(close, alignment=Qt.AlignmentFlag.AlignRight)

    def _figures(self, sheet: Sheet) -> QWidget:
        row, described = sheet.row, sheet.description
        page = QWidget()
        form = QFormLayout(page)
        form.setHorizontalSpacing(SPACE * 2)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        context = described.context_tokens
        tokens = filled(self.tr("%1 tokens"), QLocale().toString(context)) if context else ""
        able = facts_line(capability_word(name) for name in described.capabilities)
        for name, value in (
            (self.tr("Size on the disk"), data_size(row.size_bytes)),
            (self.tr("Parameters of the network"), described.details.parameter_size),
            (self.tr("Precision"), described.details.quantization_level),
            (self.tr("Family"), described.details.family),
            (self.tr("Longest conversation"), tokens),
            (self.tr("Can do"), able),
            (self.tr("Same files as"), ", ".join(row.same_as)),
        ):
            if value:
                form.addRow(name, self._value(name, value))
        if described.file:
            form.addRow(self.tr("File"), self._value(self.tr("File"), described.file))
            self.show_folder = QPushButton(self.tr("Open the folder"))
            self.show_folder.clicked.connect(lambda: self._open(described.file))
            line = QHBoxLayout()
            line.addWidget(self.show_folder)
            line.addStretch(1)
            form.addRow("", line)
        return page

    def _value(self, name: str, value: str) -> QLabel:
        label = QLabel(value, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        label.setAccessibleName(f"{name}: {value}")
        return label

    def _text(self, title: str, text: str) -> QPlainTextEdit:
        page = QPlainTextEdit(text or self.tr("The model has none."), readOnly=True)
        page.setAccessibleName(title)
        page.setTabChangesFocus(True)
        if text:
            page.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        return page

    def _open(self, file: str) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(PurePath(file).parent)))
