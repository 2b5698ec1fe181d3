"""A newer Puna, as the settings show it: followed while somebody looks; state and work, no
widget."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.client.client import Client
from desktop.client.update import Installed, Update, UpdateCalls
from desktop.client.wire import RequestFailed
from desktop.core.errors import AppError


class UpdatePresenter(QObject):
    """`busy` asks what to do about answers and downloads that go on."""

    changed = Signal(object)  # Update
    failed = Signal(object)  # AppError
    busy = Signal()
    waiting = Signal(bool)  # for what goes on to be done
    handed = Signal(object)  # Installed

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._calls = UpdateCalls(client.wire)
        self._following: asyncio.Task[Any] | None = None
        self._installing: asyncio.Task[Any] | None = None
        self.update = Update()

    async def follow(self) -> None:
        """Show what is known, and every change of it, until `leave`."""
        if self._following is not None:
            return
        task = self._following = asyncio.current_task()
        try:
            async for update in self._calls.events():
                self._show(update)
        except AppError as error:
            self.failed.emit(error)
        finally:
            if self._following is task:
                self._following = None

    def leave(self) -> None:
        if self._following is not None:
            self._following.cancel()
            self._following = None

    async def check(self) -> None:
        await self._do(self._calls.check())

    async def download(self) -> None:
        await self._do(self._calls.download())

    async def cancel(self) -> None:
        await self._do(self._calls.cancel())

    async def install(self, *, wait: bool = False) -> None:
        """Asks by `busy` if something goes on; with `wait`, begins when that is done. While one is
        being installed, nothing is done."""
        if self._installing is not None:
            return
        self._installing = asyncio.current_task()
        self.waiting.emit(wait)
        try:
            outcome: Installed | AppError = await self._calls.install(wait=wait)
        except AppError as error:
            outcome = error
        finally:
            self._installing = None
            self.waiting.emit(False)  # before what came of it, which is to stay
        if isinstance(outcome, Installed):
            self.handed.emit(outcome)
        elif isinstance(outcome, RequestFailed) and outcome.server_code == "update_busy":
            self.busy.emit()
        else:
            self.failed.emit(outcome)

    def give_up(self) -> None:
        """No longer wait."""
        if self._installing is not None:
            self._installing.cancel()

    async def _do(self, wish: Coroutine[Any, Any, Update]) -> None:
        try:
            self._show(await wish)
        except AppError as error:
            self.failed.emit(error)

    def _show(self, update: Update) -> None:
        self.update = update
        self.changed.emit(update)
