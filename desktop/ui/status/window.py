"""The status window: the machine, why it is slow, the models in memory, who asks."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.client.activity import Entry
from desktop.client.status import Model, Status
from desktop.ui.context import Context, Place
from desktop.ui.look.passing import PassingLabel
from desktop.ui.look.scrolling import scrolled
from desktop.ui.look.theme import MARGIN, SPACE, Tone
from desktop.ui.look.widgets import ToneLabel, heading
from desktop.ui.shell.troubles import sentence
from desktop.ui.status.machine import MachineView
from desktop.ui.status.model_card import ModelCard
from desktop.ui.status.presenter import StatusPresenter
from desktop.ui.status.reason_rows import Reasons
from desktop.ui.status.reasons import Reason, Remedy, reasons
from desktop.ui.status.request_row import RequestRow
from desktop.ui.task_scope import Start

REFRESH_MS = 1000
HEADING_SCALE = 1.15
MIN_WIDTH_PX = 520
Row = TypeVar("Row", bound=QWidget)
Item = TypeVar("Item")


def make_status(context: Context) -> QWidget:
    return StatusWindow(StatusPresenter(context.client), context.start, context.go)


class StatusWindow(QWidget):
    """Asks once a second while it can be seen, and not at all otherwise."""

    def __init__(
        self, presenter: StatusPresenter, start: Start, go: Callable[[Place, str], None]
    ) -> None:
        super().__init__()
        self._presenter = presenter
        self._start = start
        self._go = go
        self._timer = QTimer(self, interval=REFRESH_MS)
        self._timer.timeout.connect(self._tick)
        self.problem = ToneLabel("", Tone.BAD)
        self.refusal = PassingLabel()
        self.troubles = ToneLabel("", Tone.FAIR)
        self.troubles.setTextFormat(Qt.TextFormat.PlainText)
        self.troubles.hide()
        self.machine = MachineView(presenter)
        self.reasons = Reasons()
        self.models: dict[str, ModelCard] = {}
        self.requests: dict[str, RequestRow] = {}
        self.no_models = ToneLabel(self.tr("No model is in memory. It is loaded when it is asked."))
        self.no_requests = ToneLabel(self.tr("Nobody asks anything now."))
        self.chat = QPushButton(self.tr("Open the &chat"))
        self.connect_programs = QPushButton(self.tr("Connect a &program…"))
        self._model_rows, self._request_rows = QVBoxLayout(), QVBoxLayout()
        self._lay_out()
        self.chat.clicked.connect(lambda: go(Place.CHAT, ""))
        self.connect_programs.clicked.connect(lambda: go(Place.CONNECT, ""))
        self.reasons.remedy_wished.connect(self._on_remedy)
        presenter.refreshed.connect(self._on_refreshed)
        presenter.failed.connect(self._on_failed)
        presenter.refused.connect(self.refusal.tell)

    def _lay_out(self) -> None:
        self.setWindowTitle(self.tr("Status"))
        self.resize(820, 760)
        self.setMinimumWidth(MIN_WIDTH_PX)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(SPACE)
        self.problem.hide()
        layout.addWidget(self.problem)
        layout.addWidget(self.refusal)
        layout.addWidget(self.troubles)
        layout.addWidget(self.machine)
        for rows in (self._model_rows, self._request_rows):
            rows.setSpacing(SPACE)
        _add_title(layout, self.tr("Why is it slow?"))
        layout.addWidget(self.reasons)
        _add_title(layout, self.tr("Models in memory"))
        layout.addLayout(self._model_rows)
        _add_empty(layout, self.no_models, self.chat)
        _add_title(layout, self.tr("Requests"))
        layout.addLayout(self._request_rows)
        _add_empty(layout, self.no_requests, self.connect_programs)
        layout.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(page, self.tr("Status")))

    def _on_refreshed(self, status: Status) -> None:
        self.problem.hide()
        self.machine.setEnabled(True)
        self.machine.show_status(status)
        self.troubles.setText("\n".join(dict.fromkeys(map(sentence, status.problems))))
        self.troubles.setVisible(bool(status.problems))
        is_working = any(each.state != "waiting" for each in status.requests)
        self.reasons.show_reasons(reasons(status), is_working)
        models = {model.name: model for model in status.models}
        _reconcile(self.models, models, self._model_rows, self._new_model)
        for name, model in models.items():
            self.models[name].show_model(model, status)
        entries = {entry.id: entry for entry in status.requests}
        _reconcile(self.requests, entries, self._request_rows, self._new_request)
        for request_id, entry in entries.items():
            self.requests[request_id].show_entry(entry)
        for is_empty, parts in (
            (not models, (self.no_models, self.chat)),
            (not entries, (self.no_requests, self.connect_programs)),
        ):
            for part in parts:
                part.setVisible(is_empty)

    def _on_failed(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.show()
        self.machine.setEnabled(self._presenter.status is None)

    def _new_model(self, model: Model) -> ModelCard:
        card = ModelCard(model.name)
        card.keep_wished.connect(lambda name, stays: self._start(self._presenter.keep(name, stays)))
        card.pin_wished.connect(lambda name, stays: self._start(self._presenter.pin(name, stays)))
        card.unload_wished.connect(lambda name: self._start(self._presenter.unload(name)))
        return card

    def _new_request(self, entry: Entry) -> RequestRow:
        row = RequestRow(entry)
        row.cancel_wished.connect(
            lambda request_id: self._start(self._presenter.cancel(request_id))
        )
        return row

    def _on_remedy(self, reason: Reason) -> None:
        if reason.remedy is Remedy.UNLOAD:
            self._start(self._presenter.unload(reason.target))
        elif reason.remedy is Remedy.CANCEL:
            self._start(self._presenter.cancel(reason.target))
        elif reason.remedy is Remedy.PAUSE_OTHERS:
            self._start(self._presenter.pause_others())
        elif reason.remedy is Remedy.SMALLER_MODEL:
            self._go(Place.MODELS, "recommended")
        else:
            self._go(Place.SETTINGS, "models")

    def _tick(self) -> None:
        if not self.isMinimized():
            self._start(self._presenter.refresh())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tick()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()


def _add_title(layout: QVBoxLayout, title: str) -> None:
    layout.addSpacing(SPACE)
    layout.addWidget(heading(title, HEADING_SCALE))


def _add_empty(layout: QVBoxLayout, words: QLabel, button: QPushButton) -> None:
    """What to do next, where there is nothing to show."""
    button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    layout.addWidget(words)
    layout.addWidget(button)


def _reconcile(
    rows: dict[str, Row], items: dict[str, Item], layout: QVBoxLayout, make: Callable[[Item], Row]
) -> None:
    """Rows for exactly these items. Those that stay are not touched: they may have the focus."""
    for name in [name for name in rows if name not in items]:
        row = rows.pop(name)
        layout.removeWidget(row)
        row.hide()
        row.deleteLater()
    for name, item in items.items():
        if name not in rows:
            rows[name] = make(item)
            layout.addWidget(rows[name])
