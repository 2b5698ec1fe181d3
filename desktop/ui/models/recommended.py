"""The catalogue: what is there to fetch without searching."""

from PySide6.QtCore import QLocale, QObject, Signal

from desktop.client.catalog import Catalog, Entry
from desktop.client.client import Client
from desktop.core.errors import AppError
from desktop.ui.failures import failure_sentence
from desktop.ui.models.offers import best_entry, product_of
from desktop.ui.models.verdicts import RUNS_WELL

PURPOSES = ("all", "chat", "vision", "code", "embedding")


class RecommendedPresenter(QObject):
    """Asks for the catalogue, and chooses from it; has no widget."""

    refreshed = Signal(list, object)  # of Product; the one that suits this machine best, or None
    failed = Signal(str)

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client
        self._entries: list[Entry] = []
        self._purpose, self._only_running = PURPOSES[0], True

    async def refresh(self) -> None:
        try:
            self._entries = await Catalog(self._client.wire).entries()
        except AppError as error:
            self.failed.emit(failure_sentence(error))
        else:
            self._show()

    def choose(self, purpose: str, *, only_running: bool) -> None:
        """Show a part of the catalogue.

        Args:
            purpose: One of PURPOSES.
            only_running: Leave out what does not run on this machine.
        """
        self._purpose, self._only_running = purpose, only_running
        self._show()

    def _show(self) -> None:
        language = QLocale().name().partition("_")[0]
        best = best_entry(self._entries, language) or best_entry(self._entries, "en")
        shown = [entry for entry in self._entries if self._is_wanted(entry)]
        top = product_of(best, language) if best in shown and best is not None else None
        self.refreshed.emit([product_of(entry, language) for entry in shown], top)

    def _is_wanted(self, entry: Entry) -> bool:
        if self._purpose != "all" and self._purpose not in entry.capabilities:
            return False
        if not self._only_running or entry.installed:
            return True
        return any(variant.verdict in (*RUNS_WELL, "tight") for variant in entry.variants)
