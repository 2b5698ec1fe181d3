"""Asks once before a download: how large it is, how much room there is, and how it will run."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.look.theme import MARGIN, SPACE, Tone
from desktop.ui.look.widgets import PrimaryButton, ToneLabel, heading
from desktop.ui.models.asking import Inquiry
from desktop.ui.models.figures import about_time, data_size, filled
from desktop.ui.models.offers import Offer, Product
from desktop.ui.models.paces import pace_reason, pace_words
from desktop.ui.models.verdicts import short_verdict, tone_of, verdict_sentence

WIDTH_PX = 460


class AskDialog(QDialog):
    """Shows an Inquiry as soon as it is known; `accepted` starts the download."""

    def __init__(self, product: Product, parent: QWidget) -> None:
        super().__init__(parent)
        self.product_key = product.key
        self.offer: Offer | None = None
        self.setWindowTitle(self.tr("Download a model"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.title = heading(filled(self.tr("Download %1?"), product.title), 1.2)
        self.amount, self.time, self.free, self.pace = (QLabel("") for _ in range(4))
        self.verdict, self.sentence = ToneLabel(""), ToneLabel("")
        self.problem = ToneLabel("", Tone.BAD)
        self.problem.hide()
        self.start = PrimaryButton(self.tr("&Download"))
        self.start.setEnabled(False)
        self.cancel = QPushButton(self.tr("Cancel"))
        self._lay_out()
        self.start.clicked.connect(self.accept)
        self.cancel.clicked.connect(self.reject)
        self.verdict.setText(self.tr("Looking how large it is…"))

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(SPACE * 2)
        for name, label in (
            (self.tr("Size"), self.amount),
            (self.tr("Time to download"), self.time),
            (self.tr("Free on the disk"), self.free),
            (self.tr("Speed"), self.pace),
        ):
            form.addRow(name, label)
            label.setAccessibleName(name)
            label.setText("…")
        self.time.setToolTip(self.tr("At the speed that this connection has just had."))
        buttons = QDialogButtonBox()
        buttons.addButton(self.cancel, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.addButton(self.start, QDialogButtonBox.ButtonRole.AcceptRole)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(SPACE + SPACE // 2)
        for part in (self.title, self.verdict, self.sentence):
            column.addWidget(part)
        column.addLayout(form)
        column.addWidget(self.problem)
        column.addStretch(1)
        column.addWidget(buttons)
        self.setMinimumWidth(WIDTH_PX)

    def show_offer(self, offer: Offer) -> None:
        """What the list knows, while the files themselves are looked at."""
        self.offer = offer
        if offer.size_bytes:
            self.amount.setText(filled(self.tr("about %1"), data_size(offer.size_bytes)))

    def show_inquiry(self, inquiry: Inquiry) -> None:
        if inquiry.offer is not self.offer:
            return
        unknown = self.tr("not known")
        self.amount.setText(data_size(inquiry.size_bytes) if inquiry.size_bytes else unknown)
        took = inquiry.download_s
        self.time.setText(self.tr("not known yet") if took is None else about_time(took))
        free = inquiry.free_bytes
        self.free.setText(unknown if free is None else data_size(free))
        self.pace.setText(pace_words(inquiry.speed) or self.tr("not known yet"))
        self.pace.setToolTip(pace_reason(inquiry.speed))
        self.verdict.setText(short_verdict(inquiry.verdict))
        self.verdict.set_tone(tone_of(inquiry.verdict))
        self.sentence.setText(verdict_sentence(inquiry.message))
        self.problem.setText(inquiry.problem)
        self.problem.set_tone(Tone.FAIR if inquiry.may_start else Tone.BAD)
        self.problem.setVisible(bool(inquiry.problem))
        self._fit()
        self.start.setEnabled(inquiry.may_start)
        if inquiry.may_start:
            self.start.setFocus()

    def fail(self, sentence: str) -> None:
        """There is nothing to ask about."""
        self.verdict.hide()
        self.problem.setText(sentence)
        self.problem.show()
        self._fit()

    def _fit(self) -> None:
        """Grow to the height that all texts need."""
        width = max(self.width(), WIDTH_PX)
        if layout := self.layout():
            layout.activate()
            self.resize(width, max(layout.totalHeightForWidth(width), self.height()))
