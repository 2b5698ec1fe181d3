"""The answers to "why is it slow?", each with what would help."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.look.figures import size_text
from desktop.ui.look.filled import filled
from desktop.ui.look.theme import SPACE, Tone
from desktop.ui.look.widgets import Card, ToneLabel
from desktop.ui.status.reasons import Reason, Remedy, Why
from desktop.ui.status.words import number_text, percent_text, rate_text


class ReasonRow(QWidget):
    """What it is, why it slows things down, and a button."""

    remedy_wished = Signal(object)  # Reason

    def __init__(self) -> None:
        super().__init__()
        self._reason: Reason | None = None
        self.what = QLabel(wordWrap=True)
        self.what.setTextFormat(Qt.TextFormat.PlainText)
        self.why = ToneLabel()
        self.why.setTextFormat(Qt.TextFormat.PlainText)
        self.remedy = QPushButton()
        self.remedy.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.remedy.clicked.connect(lambda: self.remedy_wished.emit(self._reason))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.what)
        words.addWidget(self.why)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, SPACE // 2, 0, SPACE // 2)
        layout.addLayout(words, 1)
        layout.addWidget(self.remedy)

    def show_reason(self, reason: Reason) -> None:
        self._reason = reason
        what, why = self._texts(reason)
        self.what.setText(what)
        self.why.setText(why)
        text = self._remedy_text(reason)
        self.remedy.setText(text)
        self.remedy.setAccessibleName(text)
        self.remedy.setVisible(bool(text))

    def _texts(self, reason: Reason) -> tuple[str, str]:
        percent = "" if reason.percent is None else percent_text(reason.percent)
        if reason.why in (Why.SWAPPING, Why.SCARCE_MEMORY, Why.LARGE_CONTEXT):
            return self._of_memory(reason)
        if reason.why in (Why.SHORT_OF_MEMORY, Why.SMALL_CACHE):
            return self._of_plans(reason)
        if reason.why in (Why.PARTLY_ON_CARD, Why.NOT_ON_CARD, Why.NO_CARD):
            return self._of_cards(reason, percent)
        if reason.why in (Why.BATTERY, Why.SAVING_POWER, Why.OTHER_PROGRAMS):
            return self._of_machine(reason, percent)
        return self._of_requests(reason, percent)

    def _of_memory(self, reason: Reason) -> tuple[str, str]:
        size = size_text(reason.figure)
        if reason.why is Why.SWAPPING:
            return (
                self.tr("The memory is full"),
                filled(
                    self.tr(
                        "The computer moves data between memory and disk, %1 each second. This"
                        " slows down everything."
                    ),
                    size,
                ),
            )
        if reason.why is Why.SCARCE_MEMORY:
            text = self.tr("Only %1 are left. Soon the computer has to use the disk instead.")
            return self.tr("The memory is almost full"), filled(text, size)
        text = self.tr(
            "The context of %1 takes %2. A shorter context leaves more room, and is read faster."
        )
        return self.tr("The context is large"), filled(text, reason.model, size)

    def _of_plans(self, reason: Reason) -> tuple[str, str]:
        if reason.why is Why.SHORT_OF_MEMORY:
            text = self.tr("%1 of memory are missing; the much slower disk takes their place.")
            return (
                filled(self.tr("%1 is too large for the memory"), reason.model),
                filled(text, size_text(reason.figure)),
            )
        why = self.tr(
            "Memory was short when it was loaded, so it has little room for several requests:"
            " they wait for each other, and questions are read again."
        )
        return filled(self.tr("%1 has little room for contexts"), reason.model), why

    def _of_cards(self, reason: Reason, percent: str) -> tuple[str, str]:
        if reason.why is Why.PARTLY_ON_CARD:
            return (
                filled(self.tr("%1 does not fit on the graphics card"), reason.model),
                filled(self.tr("%1 of it is there; the slower processor does the rest."), percent),
            )
        if reason.why is Why.NOT_ON_CARD:
            return (
                filled(self.tr("%1 does not use the graphics card"), reason.model),
                self.tr("The processor does all the work, which is several times slower."),
            )
        return (
            filled(self.tr("%1 runs on the processor"), reason.model),
            filled(
                self.tr(
                    "There is no graphics card that Puna can use, and this model writes %1. A"
                    " smaller model is faster."
                ),
                rate_text(reason.figure),
            ),
        )

    def _of_machine(self, reason: Reason, percent: str) -> tuple[str, str]:
        if reason.why is Why.OTHER_PROGRAMS:
            text = self.tr("They take %1 of the processor. Close what you do not need.")
            return self.tr("Other programs are busy"), filled(text, percent)
        why = self.tr("Many computers are slower then. Plugged in, it is faster.")
        if reason.why is Why.SAVING_POWER:
            why = self.tr("Choose another power mode in the system's settings for more speed.")
            return self.tr("The computer saves power"), why
        if percent:
            return filled(self.tr("It runs on battery (%1)"), percent), why
        return self.tr("It runs on battery"), why

    def _of_requests(self, reason: Reason, percent: str) -> tuple[str, str]:
        if reason.why is Why.LOADING:
            text = self.tr("%1 is being loaded")
            if percent:
                text = self.tr("%1 is being loaded, %2 done")
            why = self.tr("This happens once; then it stays in memory for a while.")
            return filled(text, reason.model, percent), why
        if reason.why is Why.READING:
            text = self.tr("%1 reads a long question first")
            why = self.tr("It has %1 tokens, and %2 of them are read.")
            return filled(text, reason.model), filled(why, number_text(reason.figure), percent)
        count = round(reason.figure)
        if reason.why is Why.IN_LINE:
            why = self.tr("Models are loaded one after the other. It is number %1 in the line.")
            what = filled(self.tr("%1 waits to be loaded"), reason.model)
            return what, filled(why, number_text(reason.figure))
        if reason.why is Why.WAITING:
            why = self.tr(
                "%n request(s) wait until one of those before them is answered.", "", count
            )
            return filled(self.tr("Others were first at %1"), reason.model), why
        why = self.tr(
            "%n request(s) are answered at the same time, and share its speed.", "", count
        )
        return filled(self.tr("%1 answers several at once"), reason.model), why

    def _remedy_text(self, reason: Reason) -> str:
        texts = {
            Remedy.CANCEL: self.tr("Cancel it"),
            Remedy.PAUSE_OTHERS: self.tr("Pause other programs for an hour"),
            Remedy.SMALLER_MODEL: self.tr("Choose a smaller model"),
            Remedy.MODEL_SETTINGS: self.tr("Open the settings"),
        }
        if reason.remedy is Remedy.UNLOAD:
            return filled(self.tr("Unload %1"), reason.target)
        return texts.get(reason.remedy, "") if reason.remedy else ""


class Reasons(Card):
    """All of them, or that there is none."""

    remedy_wished = Signal(object)  # Reason

    def __init__(self) -> None:
        super().__init__()
        self.none = ToneLabel()
        self.rows: list[ReasonRow] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(2 * SPACE, SPACE + 4, 2 * SPACE, SPACE + 4)
        self._layout.setSpacing(SPACE // 2)
        self._layout.addWidget(self.none)
        self.show_reasons([], False)

    def show_reasons(self, reasons: list[Reason], is_working: bool) -> None:
        """Args: is_working: Whether anything is being answered at all."""
        while len(self.rows) < len(reasons):
            row = ReasonRow()
            row.remedy_wished.connect(self.remedy_wished)
            self.rows.append(row)
            self._layout.addWidget(row)
        for row, reason in zip(self.rows, reasons, strict=False):
            row.show_reason(reason)
            row.show()
        for row in self.rows[len(reasons) :]:
            row.hide()
        idle = self.tr("Nothing is being answered now. Look here while an answer is slow.")
        fine = self.tr("Nothing unusual slows it down.")
        self.none.setText(fine if is_working else idle)
        self.none.set_tone(Tone.GOOD if is_working else Tone.QUIET)
        self.none.setVisible(not reasons)
