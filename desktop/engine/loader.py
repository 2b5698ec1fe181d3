"""One load: room is made, a plan, a process."""

import logging
from typing import Protocol

from desktop.core.settings import Settings
from desktop.engine.options import LoadOptions
from desktop.engine.plan import Machine, make_plan
from desktop.engine.process import WorkerProcess
from desktop.engine.runner import Runner
from desktop.models.store import InstalledModel

log = logging.getLogger(__name__)


class Room(Protocol):
    """Where the loaded models are: the pool."""

    @property
    def runners(self) -> list[Runner]: ...

    def of(self, model: InstalledModel) -> Runner | None: ...

    def admit(self, runner: Runner) -> None: ...

    async def retire(self, runner: Runner) -> None: ...

    def forget(self, process: WorkerProcess) -> None: ...


class Loader:
    """Loads one model at a time; the pool sees to that. Service loop only.

    Args:
        machine: What a load may count on.
    """

    def __init__(self, settings: Settings, machine: Machine, room: Room) -> None:
        self._settings = settings
        self._machine = machine
        self._room = room

    def use(self, settings: Settings) -> None:
        """Follow other settings from the next load on."""
        self._settings = settings

    async def load(self, model: InstalledModel, wanted: LoadOptions) -> Runner:
        """Make room, then start a worker. Cancelling the caller leaves no process behind."""
        if stale := self._room.of(model):
            await self._room.retire(stale)
        while len(self._room.runners) >= self._settings.max_loaded_models:
            await self._room.retire(self._least_needed())
        plan = make_plan(model, wanted, self._settings, self._machine)
        process = WorkerProcess(model.name.short, lambda: self._room.forget(process))
        runner = Runner(
            name=model.name.short,
            digest=model.digest,
            weights=model.weights,
            plan=plan,
            process=process,
            keep_alive_s=self._settings.keep_alive_s,
        )
        self._room.admit(runner)
        try:
            loaded = await process.start(plan.order(), timeout_s=self._settings.load_timeout_s)
        except BaseException:
            self._room.forget(process)
            raise
        if loaded.context_tokens < plan.context_tokens:
            log.info(
                "%s was trained for %d tokens; its context is that, not %d",
                model.name.short,
                loaded.trained_tokens,
                plan.context_tokens,
            )
        return runner

    def _least_needed(self) -> Runner:
        """Idle ones first, then the one that would leave soonest."""
        return min(self._room.runners, key=lambda runner: (runner.in_use > 0, runner.keep_alive_s))
