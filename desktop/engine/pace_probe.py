"""Measures the machine once, with a small model, where nothing was ever measured on it.

Only if somebody wants to know, only while nothing is loaded, and never at anybody's cost: as soon
as a model is asked anything, the probe ends.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from typing import Literal

from desktop.core.errors import AppError
from desktop.engine.asker import Asker
from desktop.engine.asks import Ask
from desktop.engine.engine import Engine
from desktop.engine.options import Options
from desktop.engine.pace_book import read_bytes_of
from desktop.hardware.battery import Power, power
from desktop.hardware.bystanders import LOOK_S
from desktop.models.installed import InstalledModel
from desktop.worker.messages import Sampling

log = logging.getLogger(__name__)

GROUP = "puna probe"
TOKENS = 48
MOST_BYTES = 2_000_000_000  # a larger model takes too long to load for a question nobody asked
LEAST_BATTERY_PERCENT = 20
TIMEOUT_S = 60.0
PROMPT = "Count slowly from one to one hundred, in words:\n\none, two, three,"

State = Literal["idle", "running", "known", "no_model", "busy", "low_battery", "failed"]


class PaceProbe:
    """Service loop only.

    Args:
        models: What is installed; may block.
        power: Where the machine's power comes from; may block.
    """

    def __init__(
        self,
        engine: Engine,
        models: Callable[[], Iterable[InstalledModel]],
        power: Callable[[], Power] = power,
    ) -> None:
        self._engine = engine
        self._models = models
        self._power = power
        self._wished = asyncio.Event()
        self._scope: asyncio.Timeout | None = None
        self.state: State = "known" if engine.paces.knows_machine else "idle"
        """Why there is no figure, or that there is one. `busy`: somebody uses a model, or other
        programs the processor; a later wish may do."""
        engine.company.listen(self._on_arrival)

    def wish(self) -> None:
        """Somebody wants to know how fast this machine is."""
        if self._engine.paces.knows_machine:
            self.state = "known"
        elif self.state != "running":
            self.state = "running"
            self._wished.set()

    async def run(self) -> None:
        """Measure when somebody wishes. Runs until cancelled; sleeps otherwise."""
        while True:
            await self._wished.wait()
            self._wished.clear()
            try:
                self.state = await self._measure()
            except AppError as error:
                log.info("this machine's speed cannot be measured: %s", error)
                self.state = "failed"

    async def _measure(self) -> State:
        if not self._is_free:
            return "busy"
        if await asyncio.to_thread(self._is_weak):
            return "low_battery"
        if await self._is_loaded():
            return "busy"
        model = await asyncio.to_thread(self._smallest)
        if model is None:
            return "no_model"
        if not self._is_free:
            return "busy"
        try:
            async with asyncio.timeout(TIMEOUT_S) as self._scope:
                await self._ask(model)
        except TimeoutError:
            return "busy"
        finally:
            self._scope = None
            self._let_go(model)
        return "known" if self._engine.paces.knows_machine else "busy"

    async def _ask(self, model: InstalledModel) -> None:
        options = Options(sampling=Sampling(temperature=0.0), num_predict=TOKENS)
        ask = Ask(model=model, options=options, prompt=PROMPT, asker=Asker(GROUP))
        async with contextlib.aclosing(self._engine.answer(ask)) as events:
            async for _ in events:
                pass

    def _let_go(self, model: InstalledModel) -> None:
        """Unless somebody has begun to use it meanwhile."""
        for runner in self._engine.runners:
            if runner.weights == model.weights and not runner.in_use:
                self._engine.unload(model)

    @property
    def _is_free(self) -> bool:
        return self._engine.company.is_empty and not self._engine.runners

    async def _is_loaded(self) -> bool:
        """Other programs would spoil the figure."""
        others = self._engine.company.beside(None)
        await asyncio.sleep(LOOK_S)
        return others.are_busy()

    def _is_weak(self) -> bool:
        found = self._power()
        percent = found.percent if found.percent is not None else 100
        return found.plugged is not True and percent < LEAST_BATTERY_PERCENT

    def _smallest(self) -> InstalledModel | None:
        """That writes, and can."""
        found = [model for model in self._models() if _is_suitable(model)]
        return min(found, key=lambda model: model.size_bytes, default=None)

    def _on_arrival(self, group: str) -> None:
        if group != GROUP and self._scope:
            self._scope.reschedule(asyncio.get_running_loop().time())


def _is_suitable(model: InstalledModel) -> bool:
    return model.size_bytes <= MOST_BYTES and read_bytes_of(model) > 0 and not model.problem
