"""One look at the machine for all who ask at about the same time."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from desktop.hardware.battery import Power, power
from desktop.hardware.gpu import Gpus
from desktop.hardware.gpus import GpuMeter
from desktop.hardware.load import Disk, LoadMeter, Memory, Processor, Worker, disk_of

FRESH_S = 0.5
"""Who asks sooner after another one gets the same figures: rates need some time."""
SLOW_EVERY_S = 10.0
"""Battery and disk change slowly."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The figures of one look."""

    memory: Memory
    processor: Processor
    gpus: Gpus
    power: Power
    disk: Disk
    workers: dict[int, Worker]

    def view(self) -> dict[str, Any]:
        """As the API shows it; what is not known is not there."""
        names = ("memory", "processor", "gpus", "power", "disk")
        return {name: msgspec.to_builtins(getattr(self, name)) for name in names}


class Look:
    """Measures on a thread. Service loop only.

    Args:
        models: The folder whose disk matters.
    """

    def __init__(self, models: Path) -> None:
        self._models = models
        self._load, self._gpus = LoadMeter(), GpuMeter()
        self._lock = asyncio.Lock()
        self._seen: Seen | None = None
        self._at = self._slow_at = float("-inf")
        self._slow: tuple[Power, Disk] | None = None

    async def at(self, pids: Sequence[int]) -> Seen:
        """Now, or a moment ago, with the figures of these processes."""
        async with self._lock:
            if self._seen is None or time.monotonic() - self._at >= FRESH_S:
                self._seen = await asyncio.to_thread(self._measure, pids)
                self._at = time.monotonic()
            return self._seen

    def _measure(self, pids: Sequence[int]) -> Seen:
        memory, processor, workers = self._load.look(pids)
        gpus = self._gpus.look()
        if self._slow is None or time.monotonic() - self._slow_at >= SLOW_EVERY_S:
            self._slow, self._slow_at = (power(), disk_of(self._models)), time.monotonic()
        return Seen(memory, processor, gpus, *self._slow, workers)
