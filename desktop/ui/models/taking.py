"""Taking models in: files that are dropped or chosen, and those of other programs."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from desktop.client.client import Client
from desktop.client.found import Found, FoundModel
from desktop.client.installed import Installed
from desktop.core.errors import AppError
from desktop.ui.failures import failure_sentence

if TYPE_CHECKING:
    from desktop.client.answers import ImportProgress


class TakingPresenter(QObject):
    """One at a time, in order; has no widget."""

    found = Signal(list)  # of FoundModel that are not installed yet
    progressed = Signal(str, int, int)  # what is taken in; bytes done, bytes in all
    taken = Signal(str)  # the model's name
    ended = Signal()  # nothing is being taken in any more
    failed = Signal(str, str)  # what was to be taken in, and why it cannot be

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client
        self._waiting: deque[tuple[str, str, bool]] = deque()  # title, path, of another program
        self._working: asyncio.Task[Any] | None = None
        self.models: list[FoundModel] = []
        """All that were found, the installed ones too."""

    @property
    def is_busy(self) -> bool:
        return self._working is not None

    @property
    def usable(self) -> list[FoundModel]:
        """Those that could be taken in."""
        return [each for each in self.models if not each.installed and not each.problem]

    async def look(self) -> None:
        """Look for models of other programs."""
        try:
            self.models = await Found(self._client.wire).all()
        except AppError as error:
            self.failed.emit(self.tr("Models of other programs"), failure_sentence(error))
            return
        self.found.emit(self.usable)

    async def adopt(self, models: Sequence[FoundModel]) -> None:
        """Use models of other programs where they are."""
        await self._add([(each.title, each.path, True) for each in models])

    async def add(self, paths: Sequence[str]) -> None:
        """Copy files, or folders with one model each, into Puna's."""
        await self._add([(PurePath(path).name, path, False) for path in paths])

    def stop(self) -> None:
        """Leave the rest; what is half done is removed by the server."""
        self._waiting.clear()
        if self._working:
            self._working.cancel()

    async def _add(self, orders: Sequence[tuple[str, str, bool]]) -> None:
        self._waiting.extend(orders)
        if self._working is not None or not self._waiting:
            return
        self._working = asyncio.current_task()
        try:
            while self._waiting:
                await self._take(*self._waiting.popleft())
        finally:
            self._working = None
            self.ended.emit()

    async def _take(self, title: str, path: str, adopting: bool) -> None:
        self.progressed.emit(title, 0, 0)
        lines: AsyncGenerator[ImportProgress]
        if adopting:
            lines = Found(self._client.wire).adopt(path)
        else:
            lines = Installed(self._client.wire).import_file(path)
        try:
            async for line in lines:
                if line.model:
                    self.taken.emit(line.model)
                else:
                    self.progressed.emit(title, line.completed, line.total)
        except AppError as error:
            self.failed.emit(title, failure_sentence(error))


def copies(models: Sequence[FoundModel]) -> list[list[FoundModel]]:
    """Models that several programs have, each with a file of its own of the very same size."""
    groups: dict[tuple[int, str], list[FoundModel]] = {}
    for each in models:
        if each.size:
            groups.setdefault((each.size, each.quantization_level), []).append(each)
    return [group for group in groups.values() if len(group) > 1]
