"""Every window beside a real service, on a loop of asyncio's that also turns Qt's."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from desktop.client.client import Client
from desktop.history.history import History
from desktop.history.records import Turn
from desktop.ui.context import Context, Place
from desktop.ui.preferences import Preferences
from desktop.ui.shell.keys import Keys
from desktop.ui.shell.windows import MAKERS
from desktop.ui.task_scope import TaskScope

TURN_S = 0.01


class Stage:
    """What a test of one window has in its hands."""

    def __init__(self, window: QWidget, context: Context) -> None:
        self.window = window
        self.context = context
        self.gone: list[tuple[Place, str]] = []

    async def turn(self, times: int = 1) -> None:
        """Let both loops do what is due."""
        for _ in range(times):
            QApplication.processEvents()
            await asyncio.sleep(TURN_S)

    async def until(self, holds: Callable[[], object], timeout_s: float = 20.0) -> None:
        async with asyncio.timeout(timeout_s):
            while not holds():
                await self.turn()


@asynccontextmanager
async def staged(place: Place, url: str, folder: Path) -> AsyncIterator[Stage]:
    """The window, shown; what its tasks raise fails the test."""
    errors: list[BaseException] = []
    scope = TaskScope(errors.append)
    history = History(folder / "history.sqlite")
    await history.open()
    await _fill(history)
    async with Client(url, name="desktop") as client:

        def go(place: Place, what: str = "") -> None:
            stage.gone.append((place, what))

        preferences = Preferences(folder / "desktop.json")
        context = Context(client, scope.start, history, preferences, go)
        window = MAKERS[place](context)
        stage = Stage(window, context)
        Keys(window, go)
        window.show()
        await stage.turn(20)
        yield stage
        window.hide()
        window.deleteLater()
        await stage.turn(3)
        await scope.close()
    await history.close()
    for error in errors:
        raise error


async def _fill(history: History) -> None:
    """Some chats, so that there is something to see."""
    for title in ("Bread", "A trip"):
        chat = await history.create(title)
        asked = await history.add_turn(chat.id, None, Turn(role="user", content=f"{title}?"))
        answer = Turn(role="assistant", content=f"**{title}**\n\n```python\nx = 1\n```\n")
        await history.add_turn(chat.id, asked.id, answer)
