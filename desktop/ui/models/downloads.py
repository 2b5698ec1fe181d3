"""The list of downloads as it changes, and what can be done with one of them."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.client.client import Client
from desktop.client.downloads import Download, Downloads
from desktop.core.errors import AppError
from desktop.ui.failures import failure_sentence


class DownloadsPresenter(QObject):
    """Follows the server's list for as long as somebody looks; has no widget."""

    changed = Signal(list)  # of Download, in their order
    finished = Signal(str)  # a model that has just arrived
    failed = Signal(str)  # a wish that was not granted: one sentence
    lost = Signal(str)  # the list can no longer be followed: one sentence

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client
        self._following: asyncio.Task[Any] | None = None
        self.downloads: list[Download] = []
        self._has_looked = False

    async def follow(self) -> None:
        """Show the list and every change of it, until `leave` or the end of the connection."""
        if self._following is not None:
            return
        self._following = asyncio.current_task()
        try:
            async for line in self._api.events():
                self._show(line.downloads)
        except AppError as error:
            self.lost.emit(failure_sentence(error))
        finally:
            self._following = None

    @property
    def is_following(self) -> bool:
        return self._following is not None

    def leave(self) -> None:
        if self._following is not None:
            self._following.cancel()

    def of(self, name: str) -> Download | None:
        """The one that fetches a model now, or wants to."""
        for download in self.downloads:
            if not download.is_over and download.is_of(name):
                return download
        return None

    async def start(self, model: str) -> None:
        await self._do(self._api.start(model))

    async def pause(self, download_id: str) -> None:
        await self._do(self._api.pause(download_id))

    async def resume(self, download_id: str) -> None:
        await self._do(self._api.resume(download_id))

    async def move(self, download_id: str, steps: int) -> None:
        """Forward (negative) or back in the order."""
        ids = [download.id for download in self.downloads]
        if download_id in ids:
            position = min(max(ids.index(download_id) + steps, 0), len(ids) - 1)
            await self._do(self._api.move(download_id, position))

    async def cancel(self, download_id: str) -> None:
        await self._do(self._api.cancel(download_id))

    @property
    def _api(self) -> Downloads:
        return Downloads(self._client.wire)

    async def _do(self, order: Coroutine[Any, Any, Download | None]) -> None:
        try:
            await order
        except AppError as error:
            self.failed.emit(failure_sentence(error))

    def _show(self, downloads: list[Download]) -> None:
        before = {download.id: download.state for download in self.downloads}
        unseen = "queued" if self._has_looked else "done"
        self._has_looked = True
        self.downloads = downloads
        self.changed.emit(downloads)
        for download in downloads:
            known = before.get(download.id, unseen)
            if download.state == "done" and known != "done":
                self.finished.emit(download.title)
