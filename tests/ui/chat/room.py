"""A chat without a window: real HTTP, a real history, no widget and no running Qt loop."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from desktop.client.client import Client
from desktop.history.history import History
from desktop.ui.chat.line import Line
from desktop.ui.chat.presenter import ChatPresenter
from desktop.ui.chat.prompting import Terms

if TYPE_CHECKING:
    from desktop.ui.chat.filling import Fill
    from desktop.ui.chat.waiting import Waiting


class Room:
    """A presenter, and what it told."""

    def __init__(self, client: Client, history: History) -> None:
        self.terms = Terms("talker")
        self.history = history
        self.presenter = ChatPresenter(client, history, lambda: self.terms)
        self.lines: list[Line] = []
        self.fed: list[tuple[str, str]] = []
        self.waits: list[Waiting | None] = []
        self.failures: list[str] = []
        self.fills: list[Fill] = []
        self.drafts: list[str] = []
        self.presenter.opened.connect(self._on_lines)
        self.presenter.changed.connect(self._on_lines)
        self.presenter.fed.connect(lambda *pieces: self.fed.append(pieces))
        self.presenter.waited.connect(self.waits.append)
        self.presenter.failed.connect(self.failures.append)
        self.presenter.filled.connect(self.fills.append)
        self.presenter.drafted.connect(self.drafts.append)

    def _on_lines(self, lines: list[Line]) -> None:
        self.lines = lines

    @property
    def texts(self) -> list[str]:
        return [line.content for line in self.lines]

    @property
    def last(self) -> Line:
        return self.lines[-1]


Script = Callable[[Room], Awaitable[None]]
Play = Callable[[Script], Room]


async def until(holds: Callable[[], object]) -> None:
    """Events come from other threads: looks again and again."""
    async with asyncio.timeout(10):
        while True:
            if holds():
                return
            await asyncio.sleep(0.002)


async def hello(room: Room) -> None:
    await room.presenter.send("Hi")
