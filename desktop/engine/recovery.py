"""After a model has left: what it took is free again only some moments later, drivers of graphics
cards take their time. A plan made too early would see too little."""

import asyncio
import time
from collections.abc import Callable
from typing import NamedTuple

from desktop.engine.runner import Runner, on_gpu
from desktop.hardware.gpus import GpuMeter
from desktop.hardware.memory import available_bytes

ENOUGH = 0.75  # of what it took
MAIN_PATIENCE_S = 1.0
GPU_PATIENCE_S = 5.0
LOOK_EVERY_S = 0.05
LEAST_BYTES = 64 * 2**20  # less comes and goes with other programs


class Free(NamedTuple):
    """Bytes; `gpu` of all cards together, None: not known, or not asked for."""

    main: int
    gpu: int | None = None


class Debt(NamedTuple):
    """What was free while a model was there, and what it had taken."""

    before: Free
    taken: Free


class Recovery:
    """Waits for a model's memory.

    Args:
        look: What is free; it is told whether cards matter. Called on a thread.
        now: Seconds, by a clock that is never set.
    """

    def __init__(
        self,
        look: Callable[[bool], Free] | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._look = look or FreeMeter().look
        self._now = now

    async def debt(self, runner: Runner) -> Debt | None:
        """To be asked before it leaves; None: too little to wait for."""
        taken = _taken(runner)
        if max(taken.main, taken.gpu or 0) < LEAST_BYTES:
            return None
        return Debt(await self._free(taken), taken)

    async def wait(self, debt: Debt) -> None:
        """Return when most of it is back, or waiting longer makes no sense."""
        before, taken = debt
        started = self._now()
        while True:
            free, waited_s = await self._free(taken), self._now() - started
            main_is_back = _is_back(before.main, free.main, taken.main)
            gpu_is_back = _is_back(before.gpu, free.gpu, taken.gpu)
            if (main_is_back or waited_s >= MAIN_PATIENCE_S) and (
                gpu_is_back or waited_s >= GPU_PATIENCE_S
            ):
                return
            await asyncio.sleep(LOOK_EVERY_S)

    async def _free(self, taken: Free) -> Free:
        return await asyncio.to_thread(self._look, bool(taken.gpu))


def _is_back(before: int | None, free: int | None, taken: int | None) -> bool:
    """Also where nobody can tell."""
    if before is None or free is None or not taken or taken < LEAST_BYTES:
        return True
    return free - before >= ENOUGH * taken


def _taken(runner: Runner) -> Free:
    """Weights in main memory count as free even now where they are mapped from their file."""
    buffers = runner.process.buffers
    main = (each for each in buffers if each.kind != "weights" and not on_gpu(each.device))
    return Free(sum(each.size_bytes for each in main), runner.gpu_bytes or None)


class FreeMeter:
    """Looks at this machine. What it opens for that it keeps, for the next look. Not thread-safe.

    Args:
        open_cards: Gives what looks at graphics cards, when that is needed first.
    """

    def __init__(self, open_cards: Callable[[], GpuMeter] = GpuMeter) -> None:
        self._open_cards = open_cards
        self._cards: GpuMeter | None = None

    def look(self, cards_matter: bool) -> Free:
        return Free(available_bytes(), self._gpu_free() if cards_matter else None)

    def _gpu_free(self) -> int | None:
        self._cards = self._cards or self._open_cards()
        free = [
            card.memory_total_bytes - card.memory_used_bytes
            for card in self._cards.look().cards
            if card.memory_total_bytes is not None and card.memory_used_bytes is not None
        ]
        return sum(free) if free else None
