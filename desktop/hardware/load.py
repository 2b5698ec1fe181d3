"""How busy this machine is: processor, memory, swap, and our own processes' share of it.

What cannot be had is None, never 0. A rate is over the time between two looks, so the first look
has none.
"""

import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
import psutil
from msgspec.structs import replace

from desktop.core.paths import nearest_folder
from desktop.hardware.cpu import compute_threads, describe_processor
from desktop.hardware.memory import available_bytes, total_bytes


class Memory(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Main memory. What programs moved to the disk is `swap_used_bytes`; `swap_bytes_per_s` is
    what goes to the disk and comes back."""

    total_bytes: int
    available_bytes: int
    workers_bytes: int
    """Of the models' processes; files that are mapped count."""
    swap_total_bytes: int | None = None
    swap_used_bytes: int | None = None
    swap_bytes_per_s: int | None = None


class Processor(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """All cores together are 100 percent."""

    cores: int
    """Logical ones."""
    threads: int
    """What models compute with."""
    physical_cores: int | None = None
    performance_cores: int | None = None
    """Those of them that are made for speed."""
    name: str = ""
    features: tuple[str, ...] = ()
    """Instruction sets, in llama.cpp's words."""
    load_percent: float | None = None
    workers_percent: float | None = None
    reason: str = ""
    """Why there is no load: `first_look`."""


class Disk(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Where the models are."""

    path: str
    total_bytes: int | None = None
    free_bytes: int | None = None
    reason: str = ""
    """`unreadable`."""


class Worker(msgspec.Struct, frozen=True):
    """One of our processes."""

    resident_bytes: int
    cpu_s: float


class LoadMeter:
    """Remembers the last look. Not thread-safe.

    Args:
        clock: Seconds, for rates.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._at: float | None = None
        self._busy_s = self._all_s = 0.0
        self._workers: dict[int, Worker] = {}
        self._swapped: int | None = None
        facts = describe_processor()
        self._still = Processor(
            cores=psutil.cpu_count() or 1,
            threads=compute_threads(),
            physical_cores=facts.physical_cores,
            performance_cores=facts.performance_cores,
            name=facts.name,
            features=facts.features,
            reason="first_look",
        )

    def look(self, pids: Iterable[int]) -> tuple[Memory, Processor, dict[int, Worker]]:
        """Now, with the figures of these processes as far as they run."""
        now, before = self._clock(), self._at
        elapsed_s = None if before is None else max(now - before, 1e-3)
        workers = _workers(pids)
        processor = self._processor(elapsed_s, workers)
        memory = self._memory(elapsed_s, workers)
        self._at, self._workers = now, workers
        return memory, processor, workers

    def _processor(self, elapsed_s: float | None, workers: dict[int, Worker]) -> Processor:
        times = psutil.cpu_times()
        all_s = sum(times) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)
        busy_s = all_s - times.idle - getattr(times, "iowait", 0.0)
        passed_s, used_s = all_s - self._all_s, busy_s - self._busy_s
        self._all_s, self._busy_s = all_s, busy_s
        if elapsed_s is None or passed_s <= 0:
            return self._still
        ours_s = sum(
            each.cpu_s - self._workers[pid].cpu_s
            for pid, each in workers.items()
            if pid in self._workers
        )
        return replace(
            self._still,
            load_percent=_percent(used_s / passed_s),
            workers_percent=_percent(ours_s / (elapsed_s * self._still.cores)),
            reason="",
        )

    def _memory(self, elapsed_s: float | None, workers: dict[int, Worker]) -> Memory:
        swap = psutil.swap_memory()
        swapped, before = int(swap.sin + swap.sout), self._swapped
        self._swapped = swapped
        moved = None if before is None or elapsed_s is None else swapped - before
        return Memory(
            total_bytes=total_bytes(),
            available_bytes=available_bytes(),
            workers_bytes=sum(each.resident_bytes for each in workers.values()),
            swap_total_bytes=int(swap.total),
            swap_used_bytes=int(swap.used),
            swap_bytes_per_s=round(moved / elapsed_s) if moved is not None and elapsed_s else None,
        )


def disk_of(folder: Path) -> Disk:
    """Of the file system that a folder is on, or will be."""
    try:
        usage = shutil.disk_usage(nearest_folder(folder))
    except OSError:
        return Disk(path=str(folder), reason="unreadable")
    return Disk(path=str(folder), total_bytes=usage.total, free_bytes=usage.free)


def _workers(pids: Iterable[int]) -> dict[int, Worker]:
    found = {}
    for pid in pids:
        try:
            process = psutil.Process(pid)
            with process.oneshot():
                times, memory = process.cpu_times(), process.memory_info()
        except psutil.Error:
            continue  # it has just ended
        found[pid] = Worker(int(memory.rss), times.user + times.system)
    return found


def _percent(share: float) -> float:
    return round(min(max(share, 0.0), 1.0) * 100, 1)
