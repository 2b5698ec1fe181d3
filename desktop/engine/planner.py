"""How a model would be loaded now: what it takes, what is free, who could leave.

`ladder.py` decides; here is asked for what it needs to know. Service loop only.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from desktop.core.errors import MemoryShort, ModelFileInvalid
from desktop.core.settings import Settings
from desktop.core.sizes import human_bytes
from desktop.engine.ladder import Decision, Ladder, Neighbour, Rooms, Wishes
from desktop.engine.machine import Machine
from desktop.engine.options import LoadOptions
from desktop.engine.plan import LoadPlan, plan_of, wishes_of
from desktop.engine.runner import Runner, on_gpu
from desktop.engine.shortage import Shortages
from desktop.engine.size_book import SizeBook
from desktop.models.installed import InstalledModel
from desktop.models.machine_memory import GpuMemory, MachineMemory
from desktop.models.sizes import EstimateImpossible, ModelSizes
from desktop.worker.messages import Load

LEAST_SHELF_BYTES = 2**26
"""For conversations that have left the cache; of a small model, this takes a few."""
FindSmaller = Callable[[InstalledModel, int], str]
"""The name of a model that fits into so many bytes instead; empty if none does. Blocking."""


def _none(_model: InstalledModel, _room_bytes: int) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What helps to plan a load."""

    sizes: SizeBook = field(default_factory=SizeBook)
    shortages: Shortages = field(default_factory=Shortages)
    find_smaller: FindSmaller = _none


@dataclass(frozen=True, slots=True)
class Outlook:
    """A plan, and the machine it was made for."""

    plan: LoadPlan
    machine: MachineMemory
    most_models: int
    """In memory at the same time."""

    @property
    def decision(self) -> Decision | None:
        return self.plan.decision

    def order(self) -> Load:
        """For the worker. Where memory is short, few conversations are kept beside the cache."""
        order = self.plan.order()
        if self.decision:
            spare = self.machine.room_bytes - self.decision.needed.main
            order.shelf_bytes = min(order.shelf_bytes, max(spare, LEAST_SHELF_BYTES))
        return order


class Planner:
    """Plans loads; does nothing.

    Args:
        machine: What a load may count on.
    """

    def __init__(self, settings: Settings, machine: Machine, knowledge: Knowledge) -> None:
        self.settings = settings
        self._machine, self._knowledge = machine, knowledge

    async def plan(
        self,
        model: InstalledModel,
        wanted: LoadOptions,
        runners: Sequence[Runner],
        caps: Rooms | None = None,
    ) -> Outlook:
        """How it would be loaded now.

        Args:
            runners: All that are in memory, the one that is needed least first. The model's own,
                with other options, leaves in any case.
            caps: No more than this may be taken.

        Raises:
            MemoryShort: with figures, and what would fit.
            RequestInvalid: there is no such graphics card.
        """
        settings = self.settings
        mapped = sum(mapped_bytes(runner) for runner in runners)
        machine = await self._machine.memory(
            mapped_bytes=mapped, reserve_mb=settings.gpu_reserve_mb
        )
        most = settings.max_loaded_models or 3 * max(len(machine.gpus), 1)
        try:
            sizes = await self._knowledge.sizes.sizes_of(model, machine)
        except (EstimateImpossible, ModelFileInvalid, OSError):
            # llama.cpp says better what is wrong with it.
            return Outlook(plan_of(model, wanted, settings, self._machine, None), machine, most)
        learned = self._knowledge.shortages.caps(model.digest, machine)
        stale = [runner for runner in runners if runner.weights == model.weights]
        gain = [brings(runner, machine.gpus) for runner in stale]
        rooms = sum(gain, Rooms.of(machine).capped(caps or learned))
        others = [each for each in runners if each not in stale and not each.pinned]
        neighbours = [_neighbour(runner, machine.gpus) for runner in others]
        ladder = Ladder(sizes, wishes_of(model, wanted, settings), machine, rooms, neighbours)
        if decision := ladder.decide():
            plan = plan_of(model, wanted, settings, self._machine, decision)
            return Outlook(plan, machine, most)
        gain += [each.brings for each in neighbours]
        room = sum(gain, Rooms.of(machine).capped(caps or learned))
        hint = await self._hint(model, sizes, wishes_of(model, wanted, settings), machine, room)
        raise _refusal(model, ladder.least_needed(), sum(gain, Rooms.of(machine)), machine, hint)

    async def _hint(
        self,
        model: InstalledModel,
        sizes: ModelSizes,
        wishes: Wishes,
        machine: MachineMemory,
        room: Rooms,
    ) -> str:
        """What would work instead, in a sentence."""
        if wishes.asked.context_tokens:
            freely = replace(wishes, asked=replace(wishes.asked, context_tokens=0))
            if found := Ladder(sizes, freely, machine, room).decide():
                tokens = found.manner.context_tokens
                return f"With a context of {tokens} tokens (num_ctx) it fits."
        own = [size for size, gpu in zip(room.gpus, machine.gpus, strict=True) if not gpu.shared]
        find = self._knowledge.find_smaller
        if smaller := await asyncio.to_thread(find, model, room.main + sum(own)):
            return f"{smaller} fits."
        return "Closing other programs helps, or a smaller model."


def _refusal(
    model: InstalledModel, needed: Rooms, room: Rooms, machine: MachineMemory, hint: str
) -> MemoryShort:
    """`room`: measured. Where it would do, the model has run out of memory in it a while ago."""
    figures = {
        "needed_bytes": needed.main,
        "free_bytes": room.main,
        "total_bytes": machine.total_bytes,
    }
    for at, gpu in enumerate(machine.gpus):
        figures[f"gpu{at}_needed_bytes"] = needed.gpus[at]
        figures[f"gpu{at}_free_bytes"] = room.gpus[at]
        figures[f"gpu{at}_total_bytes"] = gpu.total_bytes
    free = f"{human_bytes(room.main)} of {human_bytes(machine.total_bytes)}"
    end = f"and {free} can be had."
    if needed.main <= room.main:
        end = f"and although {free} seem to be free, memory ran out when it was tried."
    text = (
        f"There is not enough memory for {model.name.short}: it takes"
        f" {human_bytes(needed.main)} at the least, {end} {hint}"
    )
    return MemoryShort(text, figures)


def _neighbour(runner: Runner, gpus: Sequence[GpuMemory]) -> Neighbour:
    return Neighbour(name=runner.name, brings=brings(runner, gpus), busy=runner.in_use > 0)


def brings(runner: Runner, gpus: Sequence[GpuMemory]) -> Rooms:
    """What its leaving makes free, as llama.cpp has reported it."""
    main, cards = 0, [0] * len(gpus)
    for buffer in runner.process.buffers:
        at = _card_of(buffer.device, gpus)
        if at is not None:
            cards[at] += buffer.size_bytes
        if at is None or gpus[at].shared:
            main += buffer.size_bytes
    return Rooms(main, tuple(cards))


def _card_of(device: str, gpus: Sequence[GpuMemory]) -> int | None:
    """The place of a buffer's card; None: it is in main memory."""
    if not on_gpu(device):
        return None
    named = (at for at, gpu in enumerate(gpus) if gpu.device and device.startswith(gpu.device))
    return next(named, 0 if gpus else None)


def mapped_bytes(runner: Runner) -> int:
    """Of its weights: the system counts them as free even while it is there."""
    mapped = (each for each in runner.process.buffers if each.device == "CPU_Mapped")
    return sum(each.size_bytes for each in mapped)
