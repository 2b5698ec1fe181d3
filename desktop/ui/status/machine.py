"""The machine's gauges: memory, processor, graphics cards; battery and disk in a line."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.client.status import Gpu, Status
from desktop.ui.look.figures import size_text
from desktop.ui.look.filled import filled
from desktop.ui.look.theme import SPACE
from desktop.ui.look.widgets import ToneLabel
from desktop.ui.status.gauge import Gauge, Tiles
from desktop.ui.status.presenter import StatusPresenter
from desktop.ui.status.words import number_text, percent_text


class MachineView(QWidget):
    """Reads the curves of the presenter; changes nothing."""

    def __init__(self, presenter: StatusPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self.tiles = Tiles()
        self.memory = Gauge(self.tr("Memory"))
        self.processor = Gauge(self.tr("Processor"))
        self.cards: list[tuple[Gauge, Gauge]] = []
        self.no_card = Gauge(self.tr("Graphics card"))
        self.line = ToneLabel()
        for gauge in (self.memory, self.processor, self.no_card):
            self.tiles.add(gauge)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(self.tiles)
        layout.addWidget(self.line)

    def show_status(self, status: Status) -> None:
        self._show_memory(status)
        self._show_processor(status)
        self._show_cards(status)
        parts = (self._power_text(status), self._disk_text(status))
        self.line.setText(" · ".join(part for part in parts if part))

    def _show_memory(self, status: Status) -> None:
        memory = status.memory
        used = memory.total_bytes - memory.available_bytes
        about = filled(self.tr("%1 of %2 in use"), size_text(used), size_text(memory.total_bytes))
        if memory.workers_bytes:
            text = self.tr("%1 of %2 in use, %3 of them by models")
            sizes = (used, memory.total_bytes, memory.workers_bytes)
            about = filled(text, *(size_text(size) for size in sizes))
        percent = percent_text(100 * used / memory.total_bytes)
        self.memory.show_figure(percent, about, self._presenter.curve("memory"))

    def _show_processor(self, status: Status) -> None:
        processor = status.processor
        if processor.load_percent is None:
            self.processor.show_absent(self.tr("The first figure comes in a second."))
            return
        about = self.tr("%n core(s)", "", processor.cores)
        if processor.workers_percent:
            text = self.tr("%1, %2 used by models")
            about = filled(text, about, percent_text(processor.workers_percent))
        curve = self._presenter.curve("processor")
        self.processor.show_figure(percent_text(processor.load_percent), about, curve)

    def _show_cards(self, status: Status) -> None:
        cards = status.gpus.cards
        while len(self.cards) < len(cards):
            self._add_card()
        self.no_card.setVisible(not cards)
        if not cards:
            self.no_card.show_absent(self._no_card_text(status.gpus.reason))
        for index, (load, memory) in enumerate(self.cards):
            card = cards[index] if index < len(cards) else None
            self._show_card(index, card, load, memory)

    def _add_card(self) -> None:
        if not self.cards:
            self.tiles.remove(self.no_card)
            self.no_card = Gauge(self.tr("Graphics card"))  # shown if all cards go away
            self.no_card.setParent(self)
            self.no_card.hide()
        load, memory = Gauge(self.tr("Graphics card")), Gauge(self.tr("Graphics memory"))
        self.cards.append((load, memory))
        self.tiles.add(load)
        self.tiles.add(memory)

    def _show_card(self, index: int, card: Gpu | None, load: Gauge, memory: Gauge) -> None:
        if card is None:
            load.show_absent(self.tr("It does not answer any more."))
            memory.hide()
            return
        if card.load_percent is None:
            load.show_absent(self._silent_text(card))
        else:
            curve = self._presenter.curve(f"gpu {index}")
            load.show_figure(percent_text(card.load_percent), card.name, curve)
        used, total = card.memory_used_bytes, card.memory_total_bytes
        memory.setVisible(used is not None and bool(total))
        if used is not None and total:
            about = filled(self.tr("%1 of %2 in use"), size_text(used), size_text(total))
            if card.workers_bytes:
                text = self.tr("%1 of %2 in use, %3 of them by models")
                sizes = (used, total, card.workers_bytes)
                about = filled(text, *(size_text(size) for size in sizes))
            curve = self._presenter.curve(f"gpu memory {index}")
            memory.show_figure(percent_text(100 * used / total), about, curve)

    def _no_card_text(self, reason: str) -> str:
        if reason == "not_readable":
            return self.tr("This system does not tell Puna about its graphics cards.")
        return self.tr("None was found. Models run on the processor.")

    def _silent_text(self, card: Gpu) -> str:
        text = self.tr("%1: its driver does not tell how busy it is.")
        if card.reason == "asleep":
            text = self.tr("%1 sleeps, to save power.")
        elif card.reason == "first_look":
            return self.tr("The first figure comes in a second.")
        elif card.reason == "lost":
            text = self.tr("%1 is gone. Models run without it until it is back.")
        elif card.reason == "no_driver":
            text = self.tr("%1: its driver does not answer. Is it installed?")
        return filled(text, card.name)

    def _power_text(self, status: Status) -> str:
        power = status.power
        if power.percent is None:
            return self.tr("No battery")
        percent = number_text(power.percent)
        if power.plugged is False:
            return filled(self.tr("On battery, %1 % left"), percent)
        return filled(self.tr("Plugged in, battery at %1 %"), percent)

    def _disk_text(self, status: Status) -> str:
        disk = status.disk
        if disk.free_bytes is None:
            return self.tr("The disk of the models cannot be read")
        return filled(self.tr("%1 free on the disk of the models"), size_text(disk.free_bytes))
