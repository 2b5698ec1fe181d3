"""One look at the machine for all who ask at about the same time."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from desktop.engine.devices import DeviceProbe
from desktop.hardware.battery import Power, power
from desktop.hardware.devices import Devices
from desktop.hardware.gpu import Gpus
from desktop.hardware.gpus import GpuMeter, with_devices
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
    devices: Devices | None = None
    """What llama.cpp can compute on; None: it has not been asked yet."""

    def view(self) -> dict[str, Any]:
        """As the API shows it; what is not known is not there."""
        names = ("memory", "processor", "gpus", "power", "disk")
        shown = {name: msgspec.to_builtins(getattr(self, name)) for name in names}
        return shown | {"compute": _compute(self.devices)}


class Look:
    """Measures on a thread. Service loop only.

    Args:
        models: The folder whose disk matters.
        devices: Asked for in the background, the first time.
        gpus: Of tests.
    """

    def __init__(self, models: Path, devices: DeviceProbe, gpus: GpuMeter | None = None) -> None:
        self._models = models
        self._devices = devices
        self._load, self._gpus = LoadMeter(), gpus or GpuMeter()
        self._lock = asyncio.Lock()
        self._seen: Seen | None = None
        self._at = self._slow_at = float("-inf")
        self._slow: tuple[Power, Disk] | None = None
        self._cards: set[str] | None = None

    async def at(self, pids: Sequence[int]) -> Seen:
        """Now, or a moment ago, with the figures of these processes."""
        async with self._lock:
            if self._seen is None or time.monotonic() - self._at >= FRESH_S:
                seen = await asyncio.to_thread(self._measure, pids)
                self._notice(seen.gpus)
                devices = self._devices.glance()
                gpus = with_devices(seen.gpus, devices, self._devices.lost)
                self._seen = replace(seen, gpus=gpus, devices=devices)
                self._at = time.monotonic()
            return self._seen

    def _notice(self, gpus: Gpus) -> None:
        """A card was plugged in or out, or its driver has lost it: llama.cpp's list is old."""
        cards = {card.id or card.name for card in gpus.cards}
        if self._cards is not None and cards != self._cards:
            self._devices.forget()
        self._cards = cards

    def _measure(self, pids: Sequence[int]) -> Seen:
        memory, processor, workers = self._load.look(pids)
        gpus = self._gpus.look(pids)
        if self._slow is None or time.monotonic() - self._slow_at >= SLOW_EVERY_S:
            self._slow, self._slow_at = (power(), disk_of(self._models)), time.monotonic()
        return Seen(memory, processor, gpus, *self._slow, workers)


def _compute(devices: Devices | None) -> dict[str, Any]:
    """Their free memory was measured when they were asked; `gpus` has what is used now."""
    if devices is None:
        return {"reason": "not_asked_yet"}
    if devices.problem:
        return {"reason": "failed"}
    shown: dict[str, Any] = msgspec.to_builtins(devices)
    for device in shown.get("devices", ()):
        del device["free_bytes"]
    return shown
