"""Sharing on the network, in three steps: what it means, for whom and how long, the address."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.client.apps import NewKey
from desktop.ui.connect.shared_view import SharedView
from desktop.ui.connect.sharing import Sharing
from desktop.ui.look.scrolling import scrolled
from desktop.ui.look.theme import SPACE, Tone
from desktop.ui.look.widgets import PrimaryButton, ToneLabel, heading

HOUR_S = 3600.0


class SharingPage(QWidget):
    """Shows how sharing stands."""

    begin_wished = Signal(str, float, bool)  # name, seconds (0: no end), encrypted
    end_wished = Signal()
    key_wished = Signal(str)
    help_wished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.meaning = _Meaning()
        self.choices = _Choices()
        self.shared = SharedView()
        self.pages = QStackedWidget()
        for page in (self.meaning, self.choices, self.shared):
            self.pages.addWidget(scrolled(page, self.tr("Sharing")))
        layout = QVBoxLayout(self)
        layout.addWidget(self.pages)
        self.meaning.next.clicked.connect(lambda: self._go_to(1))
        self.choices.back.clicked.connect(lambda: self._go_to(0))
        self.choices.begin.clicked.connect(self._on_begin)
        self.shared.end.clicked.connect(self.end_wished)
        self.shared.key_wished.connect(self.key_wished)
        self.shared.help_wished.connect(self.help_wished)

    @property
    def step(self) -> int:
        """0: what it means, 1: for whom, 2: it is on."""
        return self.pages.currentIndex()

    def show_sharing(self, sharing: Sharing, addresses: list[str]) -> None:
        self.meaning.show_fixed(sharing.is_fixed and not sharing.is_on)
        if sharing.is_on:
            self.shared.show_sharing(sharing, addresses)
            self.pages.setCurrentIndex(2)
        elif self.step == 2:
            self.shared.forget_key()
            self.pages.setCurrentIndex(0)

    def show_key(self, made: NewKey) -> None:
        self.shared.show_key(made)

    def _go_to(self, step: int) -> None:
        self.pages.setCurrentIndex(step)
        if step == 1:
            self.choices.name.setFocus()

    def _on_begin(self) -> None:
        choices = self.choices
        name = choices.name.text().strip() or choices.name.placeholderText()
        self.begin_wished.emit(name, choices.duration.currentData(), choices.secured.isChecked())


class _Meaning(QWidget):
    """First step."""

    def __init__(self) -> None:
        super().__init__()
        self.next = PrimaryButton(self.tr("Share with other devices…"))
        self.next.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.fixed = ToneLabel(
            self.tr(
                "Puna was started with a fixed address (--host), which only its command line can"
                " change."
            ),
            Tone.FAIR,
        )
        self.fixed.hide()
        layout = QVBoxLayout(self)
        layout.setSpacing(SPACE + 2)
        layout.addWidget(heading(self.tr("Only this computer can use your models now"), 1.2))
        layout.addWidget(QLabel(self.tr("If you share them, this is how it will be:")))
        for sentence in self._sentences():
            line = QLabel(f"•  {sentence}", wordWrap=True)
            line.setTextFormat(Qt.TextFormat.PlainText)
            layout.addWidget(line)
        layout.addSpacing(SPACE)
        layout.addWidget(self.fixed)
        layout.addWidget(self.next)
        layout.addStretch(1)

    def show_fixed(self, is_fixed: bool) -> None:
        """Nothing can be chosen then."""
        self.fixed.setVisible(is_fixed)
        self.next.setEnabled(not is_fixed)

    def _sentences(self) -> tuple[str, ...]:
        return (
            self.tr(
                "Other devices of your network can ask your models: telephones, tablets, other"
                " computers. This computer does the work."
            ),
            self.tr("Each needs a key, which you make here and can take back at any time."),
            self.tr(
                "Programs on this computer need a key as well then; Puna's own windows have one."
            ),
            self.tr("Nobody in the internet gets in, only devices of private networks."),
            self.tr("It ends by itself after the time that you choose."),
        )


class _Choices(QWidget):
    """Second step."""

    def __init__(self) -> None:
        super().__init__()
        self.name = QLineEdit()
        self.name.setPlaceholderText(self.tr("Other device"))
        self.duration = QComboBox()
        for text, seconds in (
            (self.tr("one hour"), HOUR_S),
            (self.tr("four hours"), 4 * HOUR_S),
            (self.tr("one day"), 24 * HOUR_S),
            (self.tr("one week"), 7 * 24 * HOUR_S),
            (self.tr("until I switch it off"), 0.0),
        ):
            self.duration.addItem(text, seconds)
        self.duration.setCurrentIndex(1)
        self.secured = QRadioButton(self.tr("&Encrypted (https)"))
        self.plain = QRadioButton(self.tr("&Not encrypted (http)"))
        self.secured.setChecked(True)
        self.back = QPushButton(self.tr("&Back"))
        self.begin = PrimaryButton(self.tr("&Make the key and share"))
        self._lay_out()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setSpacing(SPACE)
        form.addRow(self.tr("&Who gets the key?"), self.name)
        form.addRow(self.tr("For how &long?"), self.duration)
        self.name.setAccessibleName(self.tr("Who gets the key?"))
        self.duration.setAccessibleName(self.tr("For how long?"))
        self.duration.view().setAccessibleName(self.duration.accessibleName())
        secured = ToneLabel(
            self.tr(
                "Nobody in the network can read along. The certificate is Puna's own, so each"
                " device has to be told once to trust it, and some programs refuse."
            )
        )
        plain = ToneLabel(
            self.tr("Works with every program. Take it only in a network whose users you trust.")
        )
        buttons = QHBoxLayout()
        buttons.addWidget(self.back)
        buttons.addStretch(1)
        buttons.addWidget(self.begin)
        layout = QVBoxLayout(self)
        layout.setSpacing(SPACE)
        layout.addWidget(heading(self.tr("For whom, and how long?"), 1.2))
        layout.addLayout(form)
        layout.addSpacing(SPACE)
        for part in (self.secured, secured, self.plain, plain):
            layout.addWidget(part)
        layout.addSpacing(SPACE)
        layout.addLayout(buttons)
        layout.addStretch(1)
