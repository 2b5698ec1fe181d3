"""Sharing is on: address and key to copy or to photograph, and how to end it."""

import time

from PySide6.QtCore import QDateTime, QLocale, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.client.apps import NewKey
from desktop.ui.connect.copying import CopyLine
from desktop.ui.connect.qr_code import QrCode
from desktop.ui.connect.sharing import Sharing
from desktop.ui.look.filled import filled
from desktop.ui.look.theme import SPACE
from desktop.ui.look.widgets import ToneLabel, heading


class SharedView(QWidget):
    """Third step of sharing."""

    key_wished = Signal(str)
    help_wished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._sharing: Sharing | None = None
        self._key = ""
        self.title = heading(self.tr("Other devices can use your models"), 1.2)
        self.until = ToneLabel()
        self.networks = QComboBox()
        self.address = CopyLine(self.tr("Address for other devices"), 1.15)
        self.key = CopyLine(self.tr("Key for the other device"))
        self.no_key = ToneLabel(
            self.tr("The key was shown when it was made. For one more device, make another.")
        )
        self.fingerprint = CopyLine(self.tr("Fingerprint of the certificate (SHA-256)"))
        self.about_fingerprint = QLabel(self.tr("Fingerprint of the certificate (SHA-256)"))
        self.code = QrCode(self.tr("Code for a telephone's camera"))
        self.code_of_address = QRadioButton(self.tr("Address"))
        self.code_of_key = QRadioButton(self.tr("Key"))
        self.name = QLineEdit()
        self.more = QPushButton(self.tr("Make &another key"))
        self.end = QPushButton(self.tr("&Stop sharing"))
        self.help = QPushButton(self.tr("A device cannot &connect…"))
        self._lay_out()
        self.networks.currentTextChanged.connect(lambda _text: self._show_address())
        self.code_of_address.toggled.connect(lambda _on: self._show_code())
        self.more.clicked.connect(self._on_more)
        self.help.clicked.connect(self.help_wished)
        self.name.returnPressed.connect(self._on_more)

    def show_sharing(self, sharing: Sharing, addresses: list[str]) -> None:
        self._sharing = sharing
        self.until.setText(self._until_text(sharing))
        if addresses != [self.networks.itemText(row) for row in range(self.networks.count())]:
            self.networks.clear()
            self.networks.addItems(addresses)
        self.networks.setVisible(len(addresses) > 1)
        for part in (self.about_fingerprint, self.fingerprint):
            part.setVisible(sharing.secured and bool(sharing.certificate_sha256))
        self.fingerprint.show_text(sharing.certificate_sha256)
        self._show_address()

    def show_key(self, made: NewKey) -> None:
        self._key = made.key
        self.key.show_text(made.key)
        self._show_key()

    def forget_key(self) -> None:
        self._key = ""
        self._show_key()

    def _show_key(self) -> None:
        has_key = bool(self._key)
        self.key.setVisible(has_key)
        self.no_key.setVisible(not has_key)
        self.code_of_key.setEnabled(has_key)
        if not has_key:
            self.code_of_address.setChecked(True)
        self._show_code()

    def _show_address(self) -> None:
        if sharing := self._sharing:
            scheme = "https" if sharing.secured else "http"
            host = self.networks.currentText()
            nowhere = self.tr("This computer is in no network now")
            self.address.show_text(f"{scheme}://{host}:{sharing.port}" if host else nowhere)
            self._show_key()

    def _show_code(self) -> None:
        is_key = self.code_of_key.isChecked() and bool(self._key)
        self.code.show_text(self._key if is_key else self.address.field.text())

    def _until_text(self, sharing: Sharing) -> str:
        if not sharing.until:
            return self.tr("Until you switch it off.")
        end = QDateTime.fromSecsSinceEpoch(round(max(sharing.until, time.time())))
        short = QLocale().toString(end, QLocale.FormatType.ShortFormat)
        return filled(self.tr("Until %1, then it ends by itself."), short)

    def _lay_out(self) -> None:
        both = QHBoxLayout()
        both.setSpacing(3 * SPACE)
        both.addLayout(self._texts(), 1)
        both.addLayout(self._picture())
        buttons = QHBoxLayout()
        buttons.addWidget(self.end)
        buttons.addWidget(self.help)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setSpacing(SPACE)
        for widget in (self.title, self.until):
            layout.addWidget(widget)
        layout.addSpacing(SPACE)
        layout.addLayout(both)
        layout.addLayout(buttons)
        layout.addStretch(1)
        self._show_key()

    def _texts(self) -> QVBoxLayout:
        """What can be copied."""
        self.networks.setAccessibleName(self.tr("Network"))
        self.networks.view().setAccessibleName(self.networks.accessibleName())
        self.name.setPlaceholderText(self.tr("Name of one more device"))
        self.name.setAccessibleName(self.name.placeholderText())
        self.more.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout()
        column.setSpacing(SPACE)
        column.addWidget(QLabel(self.tr("Address")))
        column.addWidget(self.networks)
        column.addWidget(self.address)
        column.addWidget(QLabel(self.tr("Key")))
        column.addWidget(self.key)
        column.addWidget(self.no_key)
        more = QHBoxLayout()
        more.addWidget(self.name, 1)
        more.addWidget(self.more)
        column.addLayout(more)
        column.addWidget(self.about_fingerprint)
        column.addWidget(self.fingerprint)
        column.addStretch(1)
        return column

    def _picture(self) -> QVBoxLayout:
        """The code, and what it says."""
        group = QButtonGroup(self)
        group.addButton(self.code_of_address)
        group.addButton(self.code_of_key)
        self.code_of_address.setChecked(True)
        kinds = QHBoxLayout()
        kinds.addWidget(self.code_of_address)
        kinds.addWidget(self.code_of_key)
        column = QVBoxLayout()
        column.addWidget(self.code)
        column.addLayout(kinds)
        column.addStretch(1)
        return column

    def _on_more(self) -> None:
        if name := self.name.text().strip():
            self.key_wished.emit(name)
            self.name.clear()
