"""The engine's front: a question about an installed model in, pieces of an answer out."""

import contextlib
import time
from collections.abc import AsyncGenerator, Set
from pathlib import Path

from desktop.core.errors import OutOfMemory, WorkerDied
from desktop.core.settings import Settings
from desktop.engine.asker import ANYBODY, Asker
from desktop.engine.asks import Ask
from desktop.engine.embeddings import EmbedAsk, Embeddings, embed
from desktop.engine.events import Event, Finished, Piece, Ready
from desktop.engine.machine import Machine
from desktop.engine.options import Options
from desktop.engine.orders import order_of
from desktop.engine.pace import place_of, trial_of
from desktop.engine.pace_book import PaceBook
from desktop.engine.pace_company import Company, Presence
from desktop.engine.planner import Knowledge, brings, mapped_bytes
from desktop.engine.pool import RunnerPool
from desktop.engine.reading import Reader
from desktop.engine.runner import Runner
from desktop.engine.tokens import TokenAsk, TokenText, tokenize
from desktop.models.machine_memory import MachineMemory
from desktop.models.store import InstalledModel

MOST_RETRIES = 3
"""Of a request for which memory has run out before a word was said. Each is a rung lower."""


class Engine:
    """Everything the API asks of the models. Service loop only.

    Args:
        paces: Learns how fast answers were.
        knowledge: What helps to plan loads.
        company: Knows who is answered at the same time.
    """

    def __init__(
        self,
        settings: Settings,
        machine: Machine,
        paces: PaceBook | None = None,
        knowledge: Knowledge | None = None,
        company: Company | None = None,
    ) -> None:
        self._pool = RunnerPool(settings, machine, knowledge=knowledge)
        self.machine = machine
        self.threads = machine.threads
        self.paces = paces or PaceBook()
        self.company = company or Company()

    def use(self, settings: Settings) -> None:
        """Follow other settings from now on; what is loaded stays as it is."""
        self._pool.use(settings)

    @property
    def runners(self) -> list[Runner]:
        """Loaded and loading models."""
        return self._pool.runners

    def glance(self) -> MachineMemory:
        """What a model may count on, as far as it is known without asking drivers: what others of
        ours have would be theirs no longer. May be called from any thread."""
        gpus = self.machine.glance().gpus
        movable = [runner for runner in self._pool.runners if not runner.pinned]
        held = [brings(runner, gpus).main - mapped_bytes(runner) for runner in movable]
        return self.machine.glance(sum(held))

    async def answer(self, ask: Ask) -> AsyncGenerator[Event]:
        """The events of an answer, from `Ready` to `Finished`. Close it (`aclosing`) to cancel.

        Raises:
            AppError: the model cannot be loaded, or the request cannot be answered.
        """
        with self.company.join(ask.asker.group) as presence:
            said, tries = False, 0
            while True:
                try:
                    async with contextlib.aclosing(self._attempt(ask, presence)) as events:
                        async for event in events:
                            said = said or isinstance(event, Piece)
                            if not (tries and isinstance(event, Ready)):
                                yield event
                    return
                except (OutOfMemory, WorkerDied) as error:
                    tries += 1
                    if said or tries > _retries_after(error):
                        raise

    async def _attempt(self, ask: Ask, presence: Presence) -> AsyncGenerator[Event]:
        """One answer, in a model that may have to be loaded; with less than before, where memory
        has run out since."""
        lease = self._pool.lease(ask.model, ask.options.load, ask.keep_alive_s, ask.asker)
        async with lease as runner, contextlib.aclosing(_events(ask, runner)) as events:
            yield Ready()
            others = self.company.beside(runner.process.pid)
            async for event in events:
                if isinstance(event, Finished):
                    alone = presence.alone and not others.are_busy()
                    self._note(ask, runner, event, alone=alone)
                yield event

    async def embed(self, ask: EmbedAsk) -> Embeddings:
        """Vectors for texts. Cancelling the caller stops the work.

        Raises:
            AppError: the model cannot be loaded, or the texts cannot be embedded.
        """
        started_ns = time.perf_counter_ns()
        with self.company.join(""):
            lease = self._pool.lease(ask.model, ask.options.load, ask.keep_alive_s, ask.asker)
            async with lease as runner:
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
        with self.company.join(""):
            lease = self._pool.lease(ask.model, ask.options.load, ask.keep_alive_s, ask.asker)
            async with lease as runner:
                load_ns = time.perf_counter_ns() - started_ns
                found = await tokenize(runner.process, ask)
        found.load_ns = load_ns
        return found

    async def load(
        self,
        model: InstalledModel,
        options: Options,
        keep_alive_s: float | None,
        asker: Asker = ANYBODY,
    ) -> None:
        """Load the model without asking it anything."""
        with self.company.join(asker.group):
            async with self._pool.lease(model, options.load, keep_alive_s, asker):
                pass

    def unload(self, model: InstalledModel, *, even_pinned: bool = False) -> None:
        """Let the model go when its running requests have ended; see `RunnerPool.unload`."""
        self._pool.unload(model, even_pinned=even_pinned)

    def pin(self, weights: Set[Path]) -> None:
        """Have these models stay for good once they are loaded, and no others."""
        self._pool.pin(weights)

    async def expire_idle(self) -> None:
        """Unload models that nobody asked for in time; runs until cancelled."""
        await self._pool.expire_idle()

    async def close(self) -> None:
        """Stop every worker."""
        await self._pool.close()

    def _note(self, ask: Ask, runner: Runner, finished: Finished, *, alone: bool) -> None:
        """Remember how fast an answer was, if it went as others will."""
        trial = trial_of(ask, finished, alone=alone)
        facts = ask.model.facts
        if trial and facts and runner.plan.threads == self.threads:
            self.paces.note(ask.model, place_of(runner, facts.cost.lookup_bytes), trial)


def _retries_after(error: OutOfMemory | WorkerDied) -> int:
    """How often a request that has failed so is tried in all, each time a rung lower. The system
    that kills for memory may hit another program next: that is not provoked again and again."""
    if isinstance(error, WorkerDied):
        return int(error.for_memory)
    return MOST_RETRIES if error.at_decode else 0


async def _events(ask: Ask, runner: Runner) -> AsyncGenerator[Event]:
    """All but the first."""
    process = runner.process
    assert process.loaded
    order, format_ = order_of(ask, process.loaded)
    reader = Reader(ask, format_, lambda: process.cut(order))
    async with contextlib.aclosing(reader.events(process.answer(order))) as events:
        async for event in events:
            yield event
