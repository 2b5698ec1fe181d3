"""Loads the model while the user still types."""

import asyncio
import time
from contextlib import suppress

from desktop.client.answers import LoadedModel
from desktop.client.chat import Chats
from desktop.core.errors import AppError
from desktop.ui.chat.prompting import Terms
from desktop.ui.chat.waiting import Lookout, Tell


class Warming:
    """One load at a time; what goes wrong shows when the model is asked.

    Args:
        tell: Hears what is waited for.
    """

    def __init__(self, lookout: Lookout, chats: Chats, tell: Tell) -> None:
        self._lookout = lookout
        self._chats = chats
        self._tell = tell
        self._model = ""

    async def warm(self, terms: Terms) -> LoadedModel | None:
        """The loaded model; None: it could not be loaded, or somebody warms it already."""
        if not terms.model or self._model == terms.model:
            return None
        self._model = terms.model
        try:
            loaded = await self._lookout.loaded(terms.model)
            if loaded is None:
                await self._load(terms)
                loaded = await self._lookout.loaded(terms.model)
            return loaded
        except AppError:
            return None
        finally:
            self._model = ""

    async def _load(self, terms: Terms) -> None:
        async with asyncio.TaskGroup() as group:
            look = self._lookout.watch(terms.model, time.monotonic(), self._tell)
            watching = group.create_task(look)
            with suppress(AppError):
                await self._chats.load(terms.model, terms.ask)
            watching.cancel()
