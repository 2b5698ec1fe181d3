"""What a first start needs to know: the machine, a model for it, and what is there already."""

import asyncio
from dataclasses import dataclass

from PySide6.QtCore import QLocale, QObject, Signal

from desktop.client.catalog import Catalog, Entry
from desktop.client.client import Client
from desktop.client.found import Found, FoundModel
from desktop.client.status import Status, StatusBoard
from desktop.core.errors import AppError
from desktop.ui.failures import failure_sentence
from desktop.ui.models.offers import Product, best_entry, product_of

EMBEDDING = "embedding"


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Bytes; None: not known."""

    memory_bytes: int
    disk_free_bytes: int | None = None
    gpus: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What can be done now."""

    machine: Machine
    best: Product | None
    """The model to fetch; None if none of the catalogue runs here."""
    ready: str = ""
    """A model to chat with at once; empty: none is here."""
    has_best: bool = False
    """The model to fetch is here already: it is `ready`."""
    found: tuple[FoundModel, ...] = ()
    """Models of other programs that could be used."""

    @property
    def fits_on_disk(self) -> bool:
        """As far as it is known."""
        first, free = self.best and self.best.first, self.machine.disk_free_bytes
        return not (first and first.size_bytes and free is not None) or first.size_bytes <= free


class FirstRunPresenter(QObject):
    """Looks at everything once; has no widget."""

    looked = Signal(object)  # Beginning
    failed = Signal(str)
    timed = Signal(object)  # seconds that the download would take, or None
    untimed = Signal(str)  # why that cannot be known now
    paced = Signal(object)  # how fast the model to fetch would be: a Speed, or None

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client
        self._busy = False

    async def look(self) -> None:
        """Looking while it is being looked does nothing."""
        if self._busy:
            return
        self._busy = True
        try:
            self.looked.emit(await self._look())
        except AppError as error:
            self.failed.emit(failure_sentence(error))
        finally:
            self._busy = False

    async def look_at_pace(self) -> None:
        """The machine has been measured."""
        try:
            best = _best(await Catalog(self._client.wire).entries())
        except AppError as error:
            self.failed.emit(failure_sentence(error))
        else:
            self.paced.emit(best.first.speed if best and best.first else None)

    async def look_at_time(self, model: str) -> None:
        """Read the beginning of a model's file where it is, and how quickly that comes."""
        try:
            estimate = await Catalog(self._client.wire).estimate(model)
        except AppError as error:
            self.untimed.emit(failure_sentence(error))
        else:
            self.timed.emit(estimate.download_s)

    async def _look(self) -> Beginning:
        wire = self._client.wire
        entries, status, tags, found = await asyncio.gather(
            Catalog(wire).entries(),
            StatusBoard(wire).now(),
            self._client.tags(),
            Found(wire).all(),
        )
        best = _best(entries)
        own = best.installed.name if best and best.installed else ""
        chatting = [each for each in tags if EMBEDDING not in each.capabilities]
        largest = max(chatting, key=lambda each: each.size, default=None)
        return Beginning(
            machine=_machine(status),
            best=best,
            ready=own or (largest.name if largest else ""),
            has_best=bool(own),
            found=tuple(each for each in found if not each.installed and not each.problem),
        )


def _best(entries: list[Entry]) -> Product | None:
    """The model to fetch."""
    language = QLocale().name().partition("_")[0]
    entry = best_entry(entries, language) or best_entry(entries, "en")
    return product_of(entry, language) if entry else None


def _machine(status: Status) -> Machine:
    return Machine(
        memory_bytes=status.memory.total_bytes,
        disk_free_bytes=status.disk.free_bytes,
        gpus=tuple(card.name for card in status.gpus.cards),
    )
