"""NVIDIA's cards, asked through the library that comes with their driver (NVML)."""

import logging
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from desktop.hardware.gpu import Gpu, bus_id

log = logging.getLogger(__name__)

RETRY_S = 30.0
_SIGNS = ("proc/driver/nvidia/version", "dev/nvidiactl", "dev/dxg")


def load_nvml() -> Any:
    """NVML's functions, as NVIDIA's own package has them."""
    import pynvml  # type: ignore[import-untyped]

    return pynvml


class NvidiaMeter:
    """Keeps the library open from the first look on. Where there is no driver, the library is not
    even imported. Not thread-safe.

    Args:
        root: Where `proc` and `dev` are.
        load: Gives the library; it is named here for tests.
    """

    def __init__(
        self,
        root: Path = Path("/"),
        *,
        platform: str = sys.platform,
        clock: Callable[[], float] = time.monotonic,
        load: Callable[[], Any] = load_nvml,
    ) -> None:
        self._root = root
        self._platform = platform
        self._clock = clock
        self._load = load
        self._library: Any = None
        self._retry_at = self._reopen_at = 0.0

    def look(self, pids: Sequence[int] = ()) -> list[Gpu]:
        """None at all if the driver does not answer; it is asked again later. A card that is lost
        (after sleep, for one) is left out, and makes the driver be opened anew."""
        if not self._has_driver() or self._clock() < self._retry_at:
            return []
        try:
            library = self._library or self._load()
        except ImportError:  # of a build without it
            self._retry_at = float("inf")
            return []
        try:
            if self._library is None:
                library.nvmlInit()
                self._library = library
            count = library.nvmlDeviceGetCount()
        except library.NVMLError as error:
            log.info("NVIDIA's driver does not answer: %s", error)
            self._close()
            self._retry_at = self._clock() + RETRY_S
            return []
        cards = [card for index in range(count) if (card := _card(library, index, pids))]
        if len(cards) < count and self._clock() >= self._reopen_at:
            self._close()
            self._reopen_at = self._clock() + RETRY_S
        return cards

    def _has_driver(self) -> bool:
        if self._platform == "linux":
            return any((self._root / sign).exists() for sign in _SIGNS)
        if self._platform == "win32":
            system = os.environ.get("SYSTEMROOT", r"C:\Windows")
            return Path(system, "System32", "nvml.dll").exists()
        return False

    def _close(self) -> None:
        library, self._library = self._library, None
        if library is not None:
            try:
                library.nvmlShutdown()
            except library.NVMLError as error:
                log.debug("it cannot be closed either: %s", error)


def _card(library: Any, index: int, pids: Sequence[int]) -> Gpu | None:
    """Figures that it does not tell are None; None altogether if the card is gone."""
    try:
        handle = library.nvmlDeviceGetHandleByIndex(index)
        name = library.nvmlDeviceGetName(handle)
        memory = _told(library, library.nvmlDeviceGetMemoryInfo, handle)
        rates = _told(library, library.nvmlDeviceGetUtilizationRates, handle)
        return Gpu(
            name=name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name),
            maker="nvidia",
            id=_place(library, handle),
            load_percent=int(rates.gpu) if rates else None,
            memory_total_bytes=int(memory.total) if memory else None,
            memory_used_bytes=int(memory.used) if memory else None,
            workers_bytes=_held(library, handle, pids) if pids else None,
            reason="" if memory and rates else "not_told",
        )
    except library.NVMLError as error:
        log.info("NVIDIA's card %s does not answer: %s", index, error)
        return None


def _held(library: Any, handle: Any, pids: Sequence[int]) -> int | None:
    """Bytes that these processes have; CUDA's and Vulkan's stand in different lists, some in
    both. None: Windows manages the memory, and NVIDIA's driver does not know."""
    held: dict[int, int] = {}
    for ask in (
        library.nvmlDeviceGetComputeRunningProcesses,
        library.nvmlDeviceGetGraphicsRunningProcesses,
    ):
        for process in _told(library, ask, handle) or ():
            if process.pid in pids and process.usedGpuMemory is not None:
                held[process.pid] = max(held.get(process.pid, 0), int(process.usedGpuMemory))
    return sum(held.values()) if held else None


def _place(library: Any, handle: Any) -> str:
    place = _told(library, library.nvmlDeviceGetPciInfo, handle)
    told = place.busId if place else ""
    return bus_id(told.decode("ascii", "replace") if isinstance(told, bytes) else told)


def _told(library: Any, ask: Callable[[Any], Any], handle: Any) -> Any:
    """None if the card does not tell it. Raises NVMLError if the card is gone."""
    try:
        return ask(handle)
    except library.NVMLError_GpuIsLost:
        raise
    except library.NVMLError:
        return None
