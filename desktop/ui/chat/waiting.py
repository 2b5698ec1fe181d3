"""What an answer waits for, until its first word."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from desktop.client.answers import LoadedModel
from desktop.client.chat import Chats
from desktop.client.client import Client
from desktop.core.errors import AppError

FIRST_LOOK_S = 0.25  # until then there is nothing to be said
LOOK_EVERY_S = 0.5


class Phase(Enum):
    """What goes on."""

    LOADING = "the model is read from the disk"
    QUEUED = "other requests come first"
    READING = "the model reads the conversation"


@dataclass(frozen=True, slots=True)
class Waiting:
    """`percent`: of the conversation, while it is read; None where it is not known."""

    phase: Phase
    model: str
    seconds: float
    percent: int | None = None


Tell = Callable[[Waiting], None]


class Lookout:
    """Asks the server what goes on, twice a second while somebody waits."""

    def __init__(self, client: Client, chats: Chats) -> None:
        self._client = client
        self._chats = chats

    async def watch(self, model: str, started_s: float, tell: Tell) -> None:
        """Until it is cancelled. A server that does not tell leaves us waiting in silence.

        Args:
            started_s: `time.monotonic()` when the waiting began.
        """
        await asyncio.sleep(FIRST_LOOK_S)
        while True:
            try:
                tell(await self._look(model, started_s))
            except AppError:
                return
            await asyncio.sleep(LOOK_EVERY_S)

    async def loaded(self, model: str) -> LoadedModel | None:
        """The model as it is in memory; None: it is not."""
        return next((each for each in await self._client.ps() if _is(model, each.name)), None)

    async def _look(self, model: str, started_s: float) -> Waiting:
        waited_s = time.monotonic() - started_s
        requests = await self._chats.running()
        ours = [each for each in requests if _is(model, each.model) or _is(model, each.asked)]
        others = [each for each in requests if each.state in ("reading", "generating")]
        if ours and ours[-1].state == "waiting":
            return Waiting(Phase.QUEUED if others else Phase.LOADING, model, waited_s)
        percent = ours[-1].read_percent if ours else None
        return Waiting(Phase.READING, model, waited_s, percent)


def _is(asked: str, name: str) -> bool:
    """
    >>> _is("echo", "echo:latest"), _is("echo:1b", "echo:latest")
    (True, False)
    """
    return name in (asked, f"{asked}:latest")
