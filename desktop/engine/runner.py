"""One loaded (or loading) model: who uses it, and until when it stays."""

import asyncio
import math
import time
from dataclasses import dataclass, field
from pathlib import Path

from desktop.engine.plan import LoadPlan
from desktop.engine.process import WorkerProcess

# "For ever" as a date, which is what clients are sent: Go's longest duration, so about the year
# 2318.
FOREVER_AS_SECONDS = 2**63 / 1e9


@dataclass(slots=True, eq=False)
class Runner:
    """Bookkeeping around a `WorkerProcess`. Service loop only; times are seconds."""

    name: str
    digest: str
    """What the first request called it, and that manifest's digest: shown in `/api/ps`."""
    weights: Path
    plan: LoadPlan
    process: WorkerProcess
    keep_alive_s: float
    in_use: int = 0
    retiring: bool = False
    """Waits for its last request to end, to be stopped; takes no new ones."""
    idle: asyncio.Event = field(default_factory=asyncio.Event)
    _touched: float = field(default_factory=time.time)

    def __post_init__(self) -> None:
        self.idle.set()

    def enter(self, keep_alive_s: float | None) -> None:
        """A request begins; an explicit keep-alive holds for later requests too."""
        if keep_alive_s is not None:
            self.keep_alive_s = keep_alive_s
        self.in_use += 1
        self.idle.clear()
        self._touched = time.time()

    def leave(self) -> None:
        """A request ended, however it did."""
        self.in_use -= 1
        self._touched = time.time()
        if not self.in_use:
            self.idle.set()

    @property
    def expires_at(self) -> float:
        """Unix time at which it is unloaded if nobody asks again."""
        finite = math.isfinite(self.keep_alive_s)
        return self._touched + (self.keep_alive_s if finite else FOREVER_AS_SECONDS)

    @property
    def size_bytes(self) -> int:
        """All memory as llama.cpp reported it: weights, KV cache, compute buffers, and what
        embeddings and images have made necessary since."""
        return sum(buffer.size_bytes for buffer in self.process.buffers)

    @property
    def gpu_bytes(self) -> int:
        """The part of it on GPUs."""
        loaded = self.process.loaded
        if not loaded or not loaded.devices:
            return 0
        return sum(buf.size_bytes for buf in self.process.buffers if _on_gpu(buf.device))


def _on_gpu(device: str) -> bool:
    return not device.startswith("CPU") and not device.endswith("_Host")
