"""One load: a plan, room for it, a process; and where memory runs out all the same, the next plan.

`planner.py` plans, `pool.py` holds what is loaded.
"""

import contextlib
import logging
from dataclasses import replace
from typing import Protocol

from desktop.core.errors import MemoryShort, ModelFileInvalid, ModelLoadFailed, WorkerDied
from desktop.core.settings import Settings
from desktop.engine.ladder import LEAVE, Decision, Rooms, Step
from desktop.engine.machine import Machine
from desktop.engine.options import LoadOptions
from desktop.engine.planner import Knowledge, Outlook, Planner, brings
from desktop.engine.process import WorkerProcess
from desktop.engine.runner import Runner
from desktop.models.machine_memory import MachineMemory
from desktop.models.sizes import EstimateImpossible
from desktop.models.store import InstalledModel
from desktop.worker.messages import Loaded

log = logging.getLogger(__name__)

MOST_TRIES = 12
"""Of one load, one rung of the ladder each; there are no more rungs worth trying."""


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
        knowledge: What is known from earlier loads; None: nothing.
    """

    def __init__(
        self, settings: Settings, machine: Machine, room: Room, knowledge: Knowledge | None = None
    ) -> None:
        self._room = room
        self._knowledge = knowledge or Knowledge()
        self._planner = Planner(settings, machine, self._knowledge)

    def use(self, settings: Settings) -> None:
        """Follow other settings from the next load on."""
        self._planner.settings = settings

    async def load(self, model: InstalledModel, wanted: LoadOptions) -> Runner:
        """Make room, then start a worker. Cancelling the caller leaves no process behind.

        Raises:
            MemoryShort: even the least that the model takes is too much.
            ModelLoadFailed: in llama.cpp's words, put into a sentence.
            RequestInvalid: there is no such graphics card.
        """
        if stale := self._room.of(model):
            wanted = wanted.over(stale.plan.wanted)
        caps: Rooms | None = None
        failure: ModelLoadFailed | None = None
        for _turn in range(MOST_TRIES):
            try:
                outlook = await self._make_room(model, wanted, caps)
            except MemoryShort as refusal:
                raise failure or refusal from None
            mark = self._knowledge.shortages.mark()
            try:
                return await self._start(model, outlook, mark)
            except ModelLoadFailed as error:
                if not (decision := outlook.decision) or not self._lacked_memory(
                    error, decision, outlook, mark
                ):
                    raise
                log.warning("%s: %s Trying with less.", model.name.short, error)
                caps = self._knowledge.shortages.learn(
                    model.digest, outlook.machine, decision, str(error)
                )
                failure = error
        assert failure
        raise failure

    def _lacked_memory(
        self, error: ModelLoadFailed, decision: Decision, outlook: Outlook, mark: int | None
    ) -> bool:
        shortages = self._knowledge.shortages
        return shortages.was_lack_of_memory(error, decision, outlook.machine, mark)

    async def _make_room(
        self, model: InstalledModel, wanted: LoadOptions, caps: Rooms | None
    ) -> Outlook:
        """A plan for which there is room: whoever has to leave for it has left."""
        left: list[Step] = []
        while True:
            runners = sorted(self._room.runners, key=_need)
            outlook = await self._planner.plan(model, wanted, runners, caps)
            leaving = self._leaving(model, runners, outlook)
            if not leaving:
                return _with_steps(outlook, left)
            if leaving == self._named(runners, outlook):
                left += [step for step in outlook.plan.steps if step.code == LEAVE]
            for runner in leaving:
                freed = brings(runner, outlook.machine.gpus)
                caps = caps + freed if caps else None
                await self._room.retire(runner)

    def _leaving(
        self, model: InstalledModel, runners: list[Runner], outlook: Outlook
    ) -> list[Runner]:
        """Whom to stop before another look: the model itself as it was loaded, or one too many, or
        those whose memory is needed."""
        if stale := self._room.of(model):
            return [stale]
        movable = [runner for runner in runners if not runner.pinned]
        if len(runners) >= outlook.most_models and movable:
            return movable[:1]
        return self._named(runners, outlook)

    def _named(self, runners: list[Runner], outlook: Outlook) -> list[Runner]:
        """Those whose memory the plan needs."""
        names = {each.name for each in outlook.decision.leaving} if outlook.decision else set()
        return [runner for runner in runners if runner.name in names and not runner.pinned]

    async def _start(self, model: InstalledModel, outlook: Outlook, mark: int | None) -> Runner:
        plan, settings = outlook.plan, self._planner.settings
        name = model.name.short
        process = WorkerProcess(
            name,
            on_death=lambda death: self._on_death(process, death, model, outlook, mark),
            on_shortage=lambda: self._learn(model, outlook),
        )
        runner = Runner(
            name=name,
            digest=model.digest,
            weights=model.weights,
            plan=plan,
            process=process,
            keep_alive_s=settings.keep_alive_s,
        )
        self._room.admit(runner)
        for step in plan.steps:
            log.info("%s: %s", name, step.text)
        try:
            loaded = await process.start(outlook.order(), timeout_s=settings.load_timeout_s)
            if outlook.decision and loaded.memory != "none":
                await self._note(model, outlook.machine, outlook.decision, loaded)
        except BaseException:
            self._room.forget(process)
            await process.stop()
            raise
        if loaded.context_tokens < plan.context_tokens:
            words = "%s was trained for %d tokens; its context is that, not %d"
            log.info(words, name, loaded.trained_tokens, plan.context_tokens)
        return runner

    async def _note(
        self, model: InstalledModel, machine: MachineMemory, decision: Decision, loaded: Loaded
    ) -> None:
        """What the load took. Its files may be gone by now: then nothing is learned from it."""
        with contextlib.suppress(EstimateImpossible, ModelFileInvalid, OSError):
            await self._knowledge.sizes.note(model, machine, decision, loaded.buffers)

    def _on_death(
        self,
        process: WorkerProcess,
        death: WorkerDied,
        model: InstalledModel,
        outlook: Outlook,
        mark: int | None,
    ) -> None:
        """A worker has ended by itself. If memory had run out, the next one takes less."""
        shortages, decision = self._knowledge.shortages, outlook.decision
        if decision and shortages.was_death_of_it(process.ending, decision, outlook.machine, mark):
            self._learn(model, outlook)
            death.for_memory = True
        self._room.forget(process)

    def _learn(self, model: InstalledModel, outlook: Outlook) -> None:
        """Memory has run out: the next plan takes less."""
        if outlook.decision:
            self._knowledge.shortages.learn(model.digest, outlook.machine, outlook.decision)
            log.warning("%s is loaded with less the next time", model.name.short)


def _need(runner: Runner) -> tuple[bool, float, float]:
    """Idle ones first, then those that were to stay for the shortest time, then those that nobody
    has asked for the longest."""
    return runner.in_use > 0, runner.keep_alive_s, -runner.idle_s


def _with_steps(outlook: Outlook, earlier: list[Step]) -> Outlook:
    decision = outlook.decision
    if decision is None or not earlier:
        return outlook
    decision = replace(decision, steps=(*earlier, *decision.steps))
    return replace(outlook, plan=replace(outlook.plan, decision=decision))
