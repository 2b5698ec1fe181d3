"""The engine's front: a question about an installed model in, pieces of an answer out."""

import contextlib
import time
from collections.abc import AsyncGenerator

from desktop.core.settings import Settings
from desktop.engine.asks import Ask
from desktop.engine.embeddings import EmbedAsk, Embeddings, embed
from desktop.engine.events import Event, Ready
from desktop.engine.options import Options
from desktop.engine.orders import order_of
from desktop.engine.plan import Machine
from desktop.engine.pool import RunnerPool
from desktop.engine.reading import Reader
from desktop.engine.runner import Runner
from desktop.engine.tokens import TokenAsk, TokenText, tokenize
from desktop.models.store import InstalledModel


class Engine:
    """Everything the API asks of the models. Service loop only."""

    def __init__(self, settings: Settings, machine: Machine) -> None:
        self._pool = RunnerPool(settings, machine)
        self.threads = machine.threads

    def use(self, settings: Settings) -> None:
        """Follow other settings from now on; what is loaded stays as it is."""
        self._pool.use(settings)

    @property
    def runners(self) -> list[Runner]:
        """Loaded and loading models."""
        return self._pool.runners

    async def answer(self, ask: Ask) -> AsyncGenerator[Event]:
        """The events of an answer, from `Ready` to `Finished`. Close it (`aclosing`) to cancel.

        Raises:
            AppError: the model cannot be loaded, or the request cannot be answered.
        """
        async with self._pool.lease(ask.model, ask.options.load, ask.keep_alive_s) as runner:
            yield Ready()
            process = runner.process
            assert process.loaded
            order, format_ = order_of(ask, process.loaded)
            reader = Reader(ask, format_, lambda: process.cut(order))
            async with contextlib.aclosing(reader.events(process.answer(order))) as events:
                async for event in events:
                    yield event

    async def embed(self, ask: EmbedAsk) -> Embeddings:
        """Vectors for texts. Cancelling the caller stops the work.

        Raises:
            AppError: the model cannot be loaded, or the texts cannot be embedded.
        """
        started_ns = time.perf_counter_ns()
        async with self._pool.lease(ask.model, ask.options.load, ask.keep_alive_s) as runner:
            load_ns = time.perf_counter_ns() - started_ns
            found = await embed(runner.process, ask)
        found.load_ns = load_ns
        return found

    async def tokenize(self, ask: TokenAsk) -> TokenText:
        """A text in tokens, or tokens as a text.

        Raises:
            AppError: the model cannot be loaded, or the tokens are not its own.
        """
        started_ns = time.perf_counter_ns()
        async with self._pool.lease(ask.model, ask.options.load, ask.keep_alive_s) as runner:
            load_ns = time.perf_counter_ns() - started_ns
            found = await tokenize(runner.process, ask)
        found.load_ns = load_ns
        return found

    async def load(
        self, model: InstalledModel, options: Options, keep_alive_s: float | None
    ) -> None:
        """Load the model without asking it anything."""
        async with self._pool.lease(model, options.load, keep_alive_s):
            pass

    def unload(self, model: InstalledModel) -> None:
        """Let the model go when its running requests have ended."""
        self._pool.unload(model)

    async def expire_idle(self) -> None:
        """Unload models that nobody asked for in time; runs until cancelled."""
        await self._pool.expire_idle()

    async def close(self) -> None:
        """Stop every worker."""
        await self._pool.close()
