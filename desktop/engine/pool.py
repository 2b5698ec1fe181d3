"""Which models are loaded: on demand, for as long as they are wanted, a few at a time.

Loads happen one after the other in the order of the requests; a request for a model that is already
there does not wait for them. An unload never interrupts a request. Service loop only.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from pathlib import Path

from desktop.core.errors import ServerBusy
from desktop.core.settings import Settings
from desktop.engine.loader import Loader
from desktop.engine.options import LoadOptions
from desktop.engine.plan import Machine
from desktop.engine.process import WorkerProcess
from desktop.engine.runner import Runner
from desktop.models.store import InstalledModel

log = logging.getLogger(__name__)


class RunnerPool:
    """Lends loaded models to requests.

    Args:
        machine: What a load may count on.
    """

    def __init__(self, settings: Settings, machine: Machine) -> None:
        self._settings = settings
        self._runners: dict[Path, Runner] = {}  # by weights: names may share a file
        self._loader = Loader(settings, machine, self)
        self._loading = asyncio.Lock()  # FIFO
        self._waiting = 0
        self._changed = asyncio.Event()  # wakes `expire_idle`

    def use(self, settings: Settings) -> None:
        """Follow other settings from now on; what is loaded stays as it is."""
        self._settings = settings
        self._loader.use(settings)

    @property
    def runners(self) -> list[Runner]:
        """Loaded and loading models, those that stay longest first."""
        return sorted(self._runners.values(), key=lambda runner: -runner.expires_at)

    @contextlib.asynccontextmanager
    async def lease(
        self, model: InstalledModel, wanted: LoadOptions, keep_alive_s: float | None
    ) -> AsyncIterator[Runner]:
        """Hold the model for the length of the block, loading it first if need be.

        Args:
            keep_alive_s: From now on, how long it stays after its last request; None: as it is.

        Raises:
            ServerBusy: too many requests wait for a load already.
            ModelLoadFailed: in llama.cpp's words, put into a sentence.
        """
        runner = self._ready(model, wanted)
        if runner is None:
            runner = await self._queue_for_load(model, wanted, keep_alive_s)
        else:
            runner.enter(keep_alive_s)
        try:
            yield runner
        finally:
            runner.leave()
            self._changed.set()

    def unload(self, model: InstalledModel) -> None:
        """Let it go as soon as nobody uses it; nothing happens if it is not loaded."""
        if runner := self._runners.get(model.weights):
            runner.keep_alive_s = 0
            self._changed.set()

    async def expire_idle(self) -> None:
        """Unload what nobody asked for in time. Runs until cancelled; sleeps otherwise."""
        while True:
            self._changed.clear()
            now = time.time()
            idle = [runner for runner in self._runners.values() if self._may_expire(runner)]
            for runner in [runner for runner in idle if runner.expires_at <= now]:
                await self._stop(runner)
            waits = [runner.expires_at - now for runner in idle if runner.expires_at > now]
            with contextlib.suppress(TimeoutError):
                # A long sleep is cut, as the machine's clock may be set or the machine sleep.
                await asyncio.wait_for(self._changed.wait(), min(waits, default=3600.0))

    async def close(self) -> None:
        """Stop every worker, whatever it does."""
        await asyncio.gather(*(runner.process.stop() for runner in self._runners.values()))
        self._runners.clear()

    def _may_expire(self, runner: Runner) -> bool:
        return not runner.in_use and not runner.retiring and runner.process.alive

    def _ready(self, model: InstalledModel, wanted: LoadOptions) -> Runner | None:
        """The runner that can take this request at once."""
        runner = self._runners.get(model.weights)
        if runner is None or runner.retiring or not runner.process.alive:
            return None
        assert runner.process.loaded
        trained = runner.process.loaded.trained_tokens
        return runner if runner.plan.serves(wanted, model, trained) else None

    async def _queue_for_load(
        self, model: InstalledModel, wanted: LoadOptions, keep_alive_s: float | None
    ) -> Runner:
        if self._waiting >= self._settings.max_queue:
            raise ServerBusy(self._settings.max_queue)
        self._waiting += 1
        try:
            async with self._loading:
                runner = self._ready(model, wanted)
                if runner is None:
                    runner = await self._loader.load(model, wanted)
                    if keep_alive_s is None:
                        keep_alive_s = self._settings.keep_alive_s
                runner.enter(keep_alive_s)
                return runner
        finally:
            self._waiting -= 1

    def of(self, model: InstalledModel) -> Runner | None:
        """Who has the model's weights, in whatever state."""
        return self._runners.get(model.weights)

    def admit(self, runner: Runner) -> None:
        """A load begins."""
        self._runners[runner.weights] = runner

    async def retire(self, runner: Runner) -> None:
        """Stop a runner when its last request has ended; it takes no new ones meanwhile."""
        runner.retiring = True
        try:
            await runner.idle.wait()
        except BaseException:
            runner.retiring = False
            raise
        await self._stop(runner)

    async def _stop(self, runner: Runner) -> None:
        runner.retiring = True
        await runner.process.stop()
        self.forget(runner.process)
        log.info("%s is unloaded", runner.name)

    def forget(self, process: WorkerProcess) -> None:
        """A process has ended."""
        for weights, runner in list(self._runners.items()):
            if runner.process is process:
                del self._runners[weights]
        self._changed.set()
