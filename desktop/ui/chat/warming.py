"""Loads the model while the user still types."""

import asyncio
import time
from contextlib import suppress

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

    async def warm(self, terms: Terms) -> int:
        """Returns the tokens of the model's context; 0: not known, or somebody warms it already."""
        if not terms.model or self._model == terms.model:
            return 0
        self._model = terms.model
        try:
            if not await self._lookout.is_loaded(terms.model):
                await self._load(terms)
            return await self._lookout.context_tokens(terms.model)
        except AppError:
            return 0
        finally:
            self._model = ""

    async def _load(self, terms: Terms) -> None:
        async with asyncio.TaskGroup() as group:
            look = self._lookout.watch(terms.model, time.monotonic(), self._tell)
            watching = group.create_task(look)
            with suppress(AppError):
                await self._chats.load(terms.model, terms.ask)
            watching.cancel()
