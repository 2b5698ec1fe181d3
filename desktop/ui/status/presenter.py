"""State of the status window: the latest snapshot, and what it was in the last two minutes."""

from collections import deque
from collections.abc import Awaitable

from PySide6.QtCore import QObject, Signal

from desktop.client.activity import ActivityLog
from desktop.client.client import Client
from desktop.client.status import Status, StatusBoard
from desktop.core.errors import AppError
from desktop.ui.failures import failure_sentence

KEPT_S = 120.0
PAUSE_S = 3600

Point = tuple[float, float]
"""Seconds since 1970, and a share from 0 to 1."""


class StatusPresenter(QObject):
    """Asks the server; has no widget. A refresh during a refresh does nothing."""

    refreshed = Signal(object)  # Status
    failed = Signal(str)  # a refresh, in one sentence for the user
    refused = Signal(str)  # an action, likewise

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client
        self._busy = False
        self._curves: dict[str, deque[Point]] = {}
        self.status: Status | None = None

    def curve(self, name: str) -> list[Point]:
        """The last two minutes of `memory`, `processor`, `gpu 0`, `gpu memory 0`; oldest first."""
        return list(self._curves.get(name, ()))

    async def refresh(self) -> None:
        if self._busy:
            return
        self._busy = True
        try:
            status = await self._board.now()
        except AppError as error:
            self.failed.emit(failure_sentence(error))
        else:
            self.status = status
            self._remember(status)
            self.refreshed.emit(status)
        finally:
            self._busy = False

    async def keep(self, model: str, stays: bool) -> None:
        """It stays in memory, or leaves some time after its last answer."""
        await self._do(self._keep(model, stays))

    async def pin(self, model: str, stays: bool) -> None:
        """It is always ready, at the next start too; or only stays until it is unloaded."""
        await self._do(self._pin(model, stays))

    async def unload(self, model: str) -> None:
        await self._do(self._board.unload(model))

    async def cancel(self, request_id: str) -> None:
        """End a request; its program is told."""
        await self._do(ActivityLog(self._client.wire).cancel(request_id))

    async def pause_others(self) -> None:
        """For an hour, serve nobody but Puna's own windows."""
        await self._do(self._board.pause_others(PAUSE_S))

    async def _keep(self, model: str, stays: bool) -> None:
        if stays:
            await self._board.keep(model)
            return
        models = self.status.models if self.status else []
        if any(each.pinned and each.name == model for each in models):
            await self._board.pin(model, False)
        await self._board.let_go(model)

    async def _pin(self, model: str, stays: bool) -> None:
        await self._board.pin(model, stays)
        if not stays:
            await self._board.keep(model)

    @property
    def _board(self) -> StatusBoard:
        return StatusBoard(self._client.wire)

    async def _do(self, action: Awaitable[None]) -> None:
        try:
            await action
        except AppError as error:
            self.refused.emit(failure_sentence(error))
        else:
            await self.refresh()

    def _remember(self, status: Status) -> None:
        memory = status.memory
        used = memory.total_bytes - memory.available_bytes
        self._add("memory", status.at, used / memory.total_bytes)
        if (load := status.processor.load_percent) is not None:
            self._add("processor", status.at, load / 100)
        for index, card in enumerate(status.gpus.cards):
            if card.load_percent is not None:
                self._add(f"gpu {index}", status.at, card.load_percent / 100)
            if card.memory_used_bytes is not None and card.memory_total_bytes:
                share = card.memory_used_bytes / card.memory_total_bytes
                self._add(f"gpu memory {index}", status.at, share)

    def _add(self, name: str, at: float, share: float) -> None:
        points = self._curves.setdefault(name, deque())
        if points and at < points[-1][0]:
            points.clear()  # the clock was set back
        points.append((at, share))
        while points and points[0][0] < at - KEPT_S - 1:
            points.popleft()
