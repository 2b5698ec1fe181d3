"""What a load may count on: processor, memory, graphics cards."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from desktop.hardware.devices import Device, Devices
from desktop.models.machine_memory import GpuMemory, MachineMemory

_MB = 10**6


class Probe(Protocol):
    """Who knows the graphics cards: `DeviceProbe`."""

    @property
    def known(self) -> Devices | None: ...

    async def look(self, *, fresh: bool = False) -> Devices: ...


@dataclass(frozen=True, slots=True)
class Machine:
    """This one, or one that a test makes up.

    `available` is told how many bytes of files our processes have mapped, and called on a thread;
    None: nobody else is on the machine. `probe`: None: there are no graphics cards.
    """

    threads: int
    memory_bytes: int
    available: Callable[[int], int] | None = None
    probe: Probe | None = None

    async def memory(self, *, mapped_bytes: int = 0, reserve_mb: int = 0) -> MachineMemory:
        """As it is now.

        Args:
            mapped_bytes: Of weights that workers have mapped.
            reserve_mb: Of each card, not to be counted.
        """
        devices = await self.probe.look(fresh=True) if self.probe else Devices()
        available = await asyncio.to_thread(self._available, mapped_bytes)
        return MachineMemory(self.memory_bytes, available, cards(devices, reserve_mb))

    def glance(self, held_bytes: int = 0) -> MachineMemory:
        """As far as it is known without asking drivers. May be called from any thread.

        Args:
            held_bytes: Of main memory, what models of ours have and would give up.
        """
        devices = self.probe.known if self.probe else None
        available = min(self._available(0) + held_bytes, self.memory_bytes)
        return MachineMemory(self.memory_bytes, available, cards(devices or Devices()))

    def _available(self, mapped_bytes: int) -> int:
        if self.available is None:
            return max(self.memory_bytes - mapped_bytes, 0)
        return self.available(mapped_bytes)


def cards(devices: Devices, reserve_mb: int = 0) -> tuple[GpuMemory, ...]:
    """Those that llama.cpp spreads a model over, in its order: each card once, although several
    backends may list it, and integrated ones only where there are no others."""
    own = _once([device for device in devices.devices if device.kind == "gpu"])
    used = own or _once([device for device in devices.devices if device.kind == "igpu"])
    return tuple(
        GpuMemory(
            device.shown,
            device.total_bytes,
            max(device.free_bytes - reserve_mb * _MB, 0),
            shared=device.kind == "igpu",
            device=device.name,
        )
        for device in used
    )


def _once(devices: Sequence[Device]) -> list[Device]:
    found: dict[str, Device] = {}
    for device in devices:
        found.setdefault(device.id or f"{device.index}", device)
    return list(found.values())
