"""State of the overview window: what the server has and what it holds in memory."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from desktop.client.client import Client
from desktop.core.errors import AppError
from desktop.core.sizes import human_bytes


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One installed model in words; `memory` is empty while it is not loaded."""

    name: str
    size: str
    memory: str


class OverviewPresenter(QObject):
    """Asks the server; has no widget. Refreshing while a refresh runs does nothing."""

    refreshed = Signal(list)  # of ModelRow, in the server's order
    failed = Signal(str)  # one sentence for the user

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client
        self._busy = False

    async def refresh(self) -> None:
        if self._busy:
            return
        self._busy = True
        try:
            rows = await self._rows()
        except AppError as error:
            self.failed.emit(str(error))
        else:
            self.refreshed.emit(rows)
        finally:
            self._busy = False

    async def _rows(self) -> list[ModelRow]:
        memory = {model.name: human_bytes(model.size) for model in await self._client.ps()}
        return [
            ModelRow(model.name, human_bytes(model.size), memory.get(model.name, ""))
            for model in await self._client.tags()
        ]
