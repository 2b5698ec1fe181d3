"""One loaded (or loading) model: who uses it, and until when it stays."""

import asyncio
import math
import time
from collections.abc import Callable
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
    pinned: bool = False
    """Stays for good: it neither expires nor makes room for another."""
    idle: asyncio.Event = field(default_factory=asyncio.Event)
    now: Callable[[], float] = time.monotonic
    """Nobody sets this clock; while the machine sleeps, it stands still where Go's does, too."""
    wall: Callable[[], float] = time.time
    """For dates alone, as somebody may set this one."""
    _used_at: float = field(init=False)

    def __post_init__(self) -> None:
        self._used_at = self.now()
        self.idle.set()

    def enter(self, keep_alive_s: float | None) -> None:
        """A request begins; an explicit keep-alive holds for later requests too."""
        if keep_alive_s is not None:
            self.keep_alive_s = keep_alive_s
        self.in_use += 1
        self.idle.clear()
        self._used_at = self.now()

    def leave(self) -> None:
        """A request ended, however it did."""
        self.in_use -= 1
        self._used_at = self.now()
        if not self.in_use:
            self.idle.set()

    def pin(self, pinned: bool) -> None:
        """Have it stay for good, or no longer: its time then begins anew."""
        if pinned != self.pinned:
            self.pinned = pinned
            self._used_at = self.now()

    @property
    def idle_s(self) -> float:
        """For how long nobody has used it."""
        return 0.0 if self.in_use else self.now() - self._used_at

    @property
    def left_s(self) -> float:
        """How long until it is unloaded if nobody asks again; `inf`: it is not."""
        if self.pinned:
            return math.inf
        return self._used_at + self.keep_alive_s - self.now()

    @property
    def expires_at(self) -> float:
        """The same as Unix time, by the clock as it is set now."""
        left_s = self.left_s
        return self.wall() + (left_s if math.isfinite(left_s) else FOREVER_AS_SECONDS)

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
        return sum(buf.size_bytes for buf in self.process.buffers if on_gpu(buf.device))


def on_gpu(device: str) -> bool:
    """Whether a buffer's device is a card, by llama.cpp's name for it."""
    return not device.startswith("CPU") and not device.endswith("_Host")
