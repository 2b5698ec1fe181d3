"""One model in memory: what it takes, where it runs, for whom, and how long it stays."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.client.status import Model, Status
from desktop.ui.look.figures import size_text
from desktop.ui.look.filled import filled
from desktop.ui.look.theme import SPACE, Tone
from desktop.ui.look.widgets import Badge, Card, ToneLabel
from desktop.ui.status.curve import ShareBar, part_color
from desktop.ui.status.plan_words import devices_text, plan_text
from desktop.ui.status.words import (
    number_text,
    percent_text,
    place_text,
    rate_text,
    requests_text,
    stay_text,
)

DOT_PX = 10


class ModelCard(Card):
    """Shows one model; updated in place, so that the focus stays where it is."""

    keep_wished = Signal(str, bool)
    pin_wished = Signal(str, bool)
    unload_wished = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.name = QLabel(name)
        font = QFont(self.name.font())
        font.setWeight(QFont.Weight.DemiBold)
        self.name.setFont(font)
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.state = Badge("")
        self.bar = ShareBar()
        self.parts = [_Legend(strength) for strength in ShareBar.STRENGTHS]
        self.lines, self.plan = ToneLabel(), ToneLabel()
        self.plan.setTextFormat(Qt.TextFormat.PlainText)
        self.keep = QCheckBox(self.tr("Keep in memory"))
        self.keep.setAccessibleName(filled(self.tr("Keep %1 in memory"), name))
        self.keep.setToolTip(self.tr("It answers at once then, and its memory stays taken."))
        self.pin = QCheckBox(self.tr("Also after a start"))
        self.pin.setAccessibleName(filled(self.tr("Load %1 whenever Puna starts"), name))
        self.pin.setToolTip(self.tr("It is loaded whenever Puna starts, and makes room for none."))
        self.unload = QPushButton(self.tr("Unload"))
        self.unload.setAccessibleName(filled(self.tr("Unload %1"), name))
        self.unload.setToolTip(self.tr("Frees its memory. It is loaded again when it is asked."))
        self.keep.clicked.connect(lambda on: self.keep_wished.emit(self._name, on))
        self.pin.clicked.connect(lambda on: self.pin_wished.emit(self._name, on))
        self.unload.clicked.connect(lambda: self.unload_wished.emit(self._name))
        self._lay_out()

    def show_model(self, model: Model, status: Status) -> None:
        self._show_state(model)
        has_card = any(card.memory_total_bytes for card in status.gpus.cards)
        memory = model.memory
        for widget in (self.bar, *self.parts):
            widget.setVisible(memory is not None)
        if memory is not None:
            sizes = (memory.weights_bytes, memory.context_bytes, memory.compute_bytes)
            self.bar.show_parts(sizes)
            texts = (self.tr("Model %1"), self.tr("Context %1"), self.tr("Workspace %1"))
            for legend, text, size in zip(self.parts, texts, sizes, strict=True):
                legend.show_text(filled(text, size_text(size)))
            self.bar.setAccessibleName(
                filled(self.tr("%1 of memory"), size_text(memory.total_bytes))
            )
        rate = model.tokens_per_s or model.last_tokens_per_s
        lines = [
            place_text(model, has_card),
            devices_text(model, status.compute),
            filled(self.tr("context of %1 tokens"), number_text(model.context_tokens)),
            requests_text(model),
            self._rate_text(model, rate),
            stay_text(model, status.at),
        ]
        text = " · ".join(line for line in lines if line)
        self.lines.setText(text[:1].upper() + text[1:])
        self.plan.setText(plan_text(model.plan))
        self.plan.set_tone(Tone.FAIR if model.plan and model.plan.step("swap") else Tone.QUIET)
        self.plan.setVisible(bool(self.plan.text()))
        self.keep.setChecked(model.kept)
        self.pin.setChecked(model.pinned)
        self.pin.setVisible(model.kept)
        is_ready = model.state == "ready"
        self.keep.setEnabled(is_ready)
        self.unload.setEnabled(is_ready)
        self.setAccessibleName(filled(self.tr("%1: %2"), self._name, self.state.text()))

    def _show_state(self, model: Model) -> None:
        text, tone = self.tr("ready"), Tone.QUIET
        if model.state == "loading":
            text, tone = self.tr("loading"), Tone.FAIR
            if model.load_percent:
                text = filled(self.tr("loading, %1"), percent_text(model.load_percent))
        elif model.state == "leaving":
            text = self.tr("leaving")
        elif model.running:
            text, tone = self.tr("answering"), Tone.GOOD
        if text != self.state.text():
            self.state.setText(text)
            self.state.set_tone(tone)

    def _rate_text(self, model: Model, rate: float | None) -> str:
        if not rate:
            return ""
        if model.tokens_per_s:
            return rate_text(rate)
        return filled(self.tr("last answer: %1"), rate_text(rate))

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(SPACE + 2)
        top.addWidget(self.name)
        top.addWidget(self.state)
        top.addStretch(1)
        top.addWidget(self.keep)
        top.addWidget(self.pin)
        top.addWidget(self.unload)
        legend = QGridLayout()
        legend.setHorizontalSpacing(2 * SPACE)
        for number, part in enumerate(self.parts):
            legend.addWidget(part, 0, number)
        legend.setColumnStretch(len(self.parts), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, SPACE + 4, 2 * SPACE, SPACE + 4)
        layout.setSpacing(SPACE)
        layout.addLayout(top)
        layout.addWidget(self.bar)
        layout.addLayout(legend)
        layout.addWidget(self.lines)
        layout.addWidget(self.plan)


class _Legend(QWidget):
    """A dot in the colour of a part, and its name."""

    def __init__(self, strength: float) -> None:
        super().__init__()
        self._label = QLabel()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE - 2)
        layout.addWidget(_Dot(strength))
        layout.addWidget(self._label)

    def show_text(self, text: str) -> None:
        self._label.setText(text)


class _Dot(QWidget):
    def __init__(self, strength: float) -> None:
        super().__init__()
        self._strength = strength
        self.setFixedSize(QSize(DOT_PX, DOT_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(part_color(self, self._strength))
        painter.drawEllipse(self.rect())
