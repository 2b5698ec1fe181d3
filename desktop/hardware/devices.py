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


class Devices(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """All of them, and what the processor can do."""

    devices: tuple[Device, ...] = ()
    backends: tuple[str, ...] = ()
    """Those that were loaded: `CPU`, `Vulkan`, `CUDA`, `Metal`."""
    cpu_features: tuple[str, ...] = ()
    """That this build uses: `AVX2`, `F16C`."""
    problem: str = ""
    """Why they could not be asked: one sentence; empty if all is well."""
