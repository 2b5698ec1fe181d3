"""Which models are loaded: on demand, for as long as they are wanted, a few at a time.

Loads happen one after the other (`line.py` says in which order); a request for a model that is
already there does not wait for them. An unload never interrupts a request. Service loop only.
"""

import asyncio
import contextlib
import logging
import math
from collections.abc import AsyncIterator, Callable, Set
from pathlib import Path

from desktop.core.errors import ServerBusy
from desktop.core.settings import Settings
from desktop.engine.asker import ANYBODY, Asker
from desktop.engine.battery import Battery
from desktop.engine.line import Guest, Line
from desktop.engine.loader import Loader
from desktop.engine.machine import Machine
from desktop.engine.options import LoadOptions
from desktop.engine.planner import Knowledge
from desktop.engine.process import WorkerProcess
from desktop.engine.recovery import Recovery
from desktop.engine.runner import Runner
from desktop.models.store import InstalledModel

log = logging.getLogger(__name__)

BATTERY_IDLE_S = 60.0  # a model is idle after so long, when the battery is low


class RunnerPool:
    """Lends loaded models to requests.

    Args:
        machine: What a load may count on.
        battery: What is left of it.
        knowledge: What helps to plan loads; None: nothing is known from earlier.
    """

    def __init__(
        self,
        settings: Settings,
        machine: Machine,
        battery: Battery | None = None,
        knowledge: Knowledge | None = None,
    ) -> None:
        self._settings = settings
        self._runners: dict[Path, Runner] = {}  # by weights: names may share a file
        self._pinned: Set[Path] = frozenset()
        self._loader = Loader(settings, machine, self, knowledge)
        self._line: Line[Runner] = Line()
        self._battery = battery or Battery()
        self._recovery = Recovery()
        self._endings: dict[Runner, asyncio.Task[None]] = {}
        self._changed = asyncio.Event()  # wakes `expire_idle`

    def use(self, settings: Settings) -> None:
        """Follow other settings from now on; what is loaded stays as it is."""
        self._settings = settings
        self._loader.use(settings)
        self._changed.set()

    @property
    def runners(self) -> list[Runner]:
        """Loaded and loading models, those that stay longest first."""
        return sorted([*self._runners.values()], key=lambda runner: -runner.left_s)

    @contextlib.asynccontextmanager
    async def lease(
        self,
        model: InstalledModel,
        wanted: LoadOptions,
        keep_alive_s: float | None,
        asker: Asker = ANYBODY,
    ) -> AsyncIterator[Runner]:
        """Hold the model for the length of the block, loading it first if need be.

        Args:
            keep_alive_s: From now on, how long it stays after its last request; None: as it is.

        Raises:
            ServerBusy: too many requests wait for a load, or for this model, already.
            ModelLoadFailed: in llama.cpp's words, put into a sentence.
        """
        runner = self._ready(model, wanted)
        if runner is None:
            runner = await self._queue_for_load(model, wanted, keep_alive_s, asker)
        else:
            self._check_queue(runner.in_use - runner.plan.parallel, asker)
            runner.enter(keep_alive_s)
        try:
            yield runner
        finally:
            self._give_back(runner)

    def unload(self, model: InstalledModel, *, even_pinned: bool = False) -> None:
        """Let it go as soon as nobody uses it; nothing happens if it is not loaded, or pinned.

        Args:
            even_pinned: The user wants it; the next request, or start, brings it back.
        """
        runner = self._runners.get(model.weights)
        if runner is None or (runner.pinned and not even_pinned):
            return
        runner.pinned = False
        runner.keep_alive_s = 0
        self._changed.set()

    def pin(self, weights: Set[Path]) -> None:
        """From now on these models, and no others, stay for good once they are loaded."""
        self._pinned = weights
        for runner in self._runners.values():
            runner.pin(runner.weights in weights)
        self._changed.set()

    async def expire_idle(self) -> None:
        """Unload what nobody asked for in time. Runs until cancelled; sleeps otherwise."""
        while True:
            self._changed.clear()
            await self._stop_each(lambda runner: runner.left_s <= 0)
            waits = [runner.left_s for runner in self._idle() if runner.left_s < math.inf]
            if self._runners and self._settings.unload_on_battery_percent:
                await self._spare_battery()
                waits.append(self._battery.wait_s())
            with contextlib.suppress(TimeoutError):
                # `wait_for` may lose a cancellation that comes together with the event (3.11).
                async with asyncio.timeout(min(waits, default=None)):
                    await self._changed.wait()

    async def close(self) -> None:
        """Stop every worker, whatever it does."""
        await asyncio.gather(*(runner.process.stop() for runner in self._runners.values()))
        await asyncio.gather(*self._endings.values())
        self._runners.clear()

    def _idle(self) -> list[Runner]:
        """Those that may leave now."""
        runners = self._runners.values()
        return [each for each in runners if _is_there(each) and not each.in_use]

    async def _spare_battery(self) -> None:
        """Nothing stays only to be there when little is left, pinned or not."""
        if not await self._battery.is_low(self._settings.unload_on_battery_percent):
            return
        if await self._stop_each(lambda runner: runner.idle_s >= BATTERY_IDLE_S):
            log.info("idle models have left, as the battery is low")

    async def _stop_each(self, may_leave: Callable[[Runner], bool]) -> int:
        """Stop those that are idle; returns how many. Each is asked for at its turn: while another
        one was stopped, somebody may have come."""
        stopped = 0
        while runner := next(filter(may_leave, self._idle()), None):
            await self._stop(runner)
            stopped += 1
        return stopped

    def _ready(self, model: InstalledModel, wanted: LoadOptions) -> Runner | None:
        """The runner that can take this request at once."""
        runner = self._runners.get(model.weights)
        if runner is None or not _is_there(runner):
            return None
        if runner.process.is_short or runner.process.is_outdated:
            return None
        assert runner.process.loaded
        trained = runner.process.loaded.trained_tokens
        return runner if runner.plan.serves(wanted, model, trained) else None

    async def _queue_for_load(
        self,
        model: InstalledModel,
        wanted: LoadOptions,
        keep_alive_s: float | None,
        asker: Asker,
    ) -> Runner:
        def look() -> Runner | None:
            if runner := self._ready(model, wanted):
                runner.enter(keep_alive_s)
            return runner

        self._check_queue(len(self._line), asker)
        runner = await self._line.enter(Guest(asker, look, self._give_back))
        if runner is not None:
            return runner
        try:
            runner = look()
            if runner is None:
                runner = await self._loader.load(model, wanted)
                runner.pin(runner.weights in self._pinned)
                runner.enter(self._settings.keep_alive_s if keep_alive_s is None else keep_alive_s)
            return runner
        finally:
            self._line.leave()

    def _check_queue(self, waiting: int, asker: Asker) -> None:
        """Raises ServerBusy. There is always room for the user's own windows."""
        if waiting >= self._settings.max_queue and not asker.is_own:
            raise ServerBusy(self._settings.max_queue)

    def _give_back(self, runner: Runner) -> None:
        runner.leave()
        self._changed.set()

    def of(self, model: InstalledModel) -> Runner | None:
        """Who has the model's weights, in whatever state."""
        return self._runners.get(model.weights)

    def admit(self, runner: Runner) -> None:
        """A load begins."""
        self._runners[runner.weights] = runner

    async def retire(self, runner: Runner) -> None:
        """Stop a runner when its last request has ended; it takes no new ones meanwhile. On return
        its memory is free again."""
        runner.retiring = True
        try:
            if runner.in_use:
                with self._line.waiting():
                    await runner.idle.wait()
            debt = await self._recovery.debt(runner)
        except BaseException:
            runner.retiring = False
            self._changed.set()  # its time may have run out meanwhile
            raise
        await self._stop(runner)
        if debt:
            await self._recovery.wait(debt)

    async def _stop(self, runner: Runner) -> None:
        """Goes on to the end even if the caller is cancelled."""
        runner.retiring = True
        if runner not in self._endings:
            self._endings[runner] = asyncio.create_task(self._end(runner))
        await asyncio.shield(self._endings[runner])

    async def _end(self, runner: Runner) -> None:
        try:
            await runner.process.stop()
        finally:
            self.forget(runner.process)
            del self._endings[runner]
        log.info("%s is unloaded", runner.name)

    def forget(self, process: WorkerProcess) -> None:
        """A process has ended."""
        for weights, runner in list(self._runners.items()):
            if runner.process is process:
                del self._runners[weights]
        self._changed.set()


def _is_there(runner: Runner) -> bool:
    return runner.process.alive and not runner.retiring
