"""Between the routes and the engine: which model a name means, and who asks what."""

import contextlib
from collections.abc import AsyncGenerator

from starlette.requests import Request

from desktop.engine.asks import Ask
from desktop.engine.engine import Engine
from desktop.engine.events import Event
from desktop.engine.options import Options
from desktop.models.installed import InstalledModel
from desktop.models.library import Library


class Front:
    """Every route that makes a model work goes through here."""

    def __init__(self, engine: Engine, library: Library) -> None:
        self._engine = engine
        self._library = library

    def find(self, request: Request, name: str) -> InstalledModel:
        """The model that the caller means.

        Raises:
            ModelNotFound, ModelNameInvalid
        """
        return self._library.find(name)

    async def answer(self, request: Request, ask: Ask) -> AsyncGenerator[Event]:
        """The events of an answer. Close it (`aclosing`) to cancel.

        Raises:
            AppError: the request cannot be answered.
        """
        async with contextlib.aclosing(self._engine.answer(ask)) as events:
            async for event in events:
                yield event

    async def load(
        self, request: Request, model: InstalledModel, options: Options, keep_alive_s: float | None
    ) -> None:
        """Load the model without asking it anything."""
        await self._engine.load(model, options, keep_alive_s)
