"""What llama.cpp can compute on besides the processor, as its own backends tell it.

`engine/devices.py` finds it out, in a process that may crash.
"""

from typing import Literal

import msgspec


class Device(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One of them."""

    index: int
    """Its place among all of them: llama.cpp's `main_gpu`."""
    name: str
    """llama.cpp's, such as `Vulkan0` or `CUDA1`."""
    description: str = ""
    """Its maker's."""
    kind: Literal["gpu", "igpu"] = "gpu"
    """`igpu`: its memory is a part of the machine's own, and counted there."""
    total_bytes: int
    free_bytes: int
    """When it was asked, with the other programs on it."""
    id: str = ""
    """Its place on the bus (`0000:01:00.0`), where the backend says it."""

    @property
    def shown(self) -> str:
        """For people: its maker's name for it."""
        return self.description or self.name

    @property
    def key(self) -> str:
        """The same for the same card at another time."""
        return self.id or f"{self.name} {self.description}"


class Devices(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """All of them, and what the processor can do."""

    devices: tuple[Device, ...] = ()
    backends: tuple[str, ...] = ()
    """Those that were loaded: `CPU`, `Vulkan`, `CUDA`, `Metal`."""
    cpu_features: tuple[str, ...] = ()
    """That this build uses: `AVX2`, `F16C`."""
    problem: str = ""
    """Why they could not be asked: one sentence; empty if all is well."""


class Memories:
    """Which devices there ever were, so that a lost one is missed. Not thread-safe."""

    def __init__(self) -> None:
        self._known: dict[str, Device] = {}
        self._here: set[str] = set()

    @property
    def lost(self) -> tuple[Device, ...]:
        """Those that were there since the start, and were not at the last look."""
        return tuple(each for key, each in self._known.items() if key not in self._here)

    def note(self, devices: Devices) -> tuple[list[Device], list[Device]]:
        """What a look has found; returns those that went and those that came back since."""
        lost_before = set(self._known) - self._here
        here = {each.key: each for each in devices.devices}
        gone = [each for key, each in self._known.items() if key in self._here - set(here)]
        back = [each for key, each in here.items() if key in lost_before]
        self._known |= here
        self._here = set(here)
        return gone, back
