"""What is known about graphics cards; `gpus.py` finds it out, with one reader for each source."""

from collections.abc import Sequence
from typing import Protocol

import msgspec


class Gpu(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One card. What cannot be had is None."""

    name: str
    maker: str = ""
    """`nvidia`, `amd`, `intel`, `apple`; empty: another one."""
    id: str = ""
    """Its place on the bus (`0000:01:00.0`); empty: it is not told."""
    device: str = ""
    """llama.cpp's name for it, if it computes there: `CUDA0`, `Vulkan0`, `Metal`."""
    shares_memory: bool = False
    """Its memory is a part of the machine's own."""
    load_percent: int | None = None
    """Its busiest part, for all programs."""
    workers_percent: int | None = None
    """The same, for the models' processes alone."""
    memory_total_bytes: int | None = None
    memory_used_bytes: int | None = None
    workers_bytes: int | None = None
    """Of its memory, what the models' processes have."""
    reason: str = ""
    """Why figures are missing: `no_driver`, `not_told` (the driver has none), `first_look` (a rate
    takes two), `asleep`, `lost`."""


class Gpus(msgspec.Struct, frozen=True, omit_defaults=True):
    """All of them; with none, `reason` says why: `none_found`, or `not_readable` on a system whose
    cards we cannot ask about."""

    cards: list[Gpu] = []
    reason: str = ""


class Reader(Protocol):
    """One source of figures."""

    def look(self, pids: Sequence[int]) -> list[Gpu]:
        """Cards as they are now; takes a few milliseconds at most, raises nothing.

        Args:
            pids: The models' processes, for their share.
        """
        ...


def bus_id(text: str) -> str:
    """A place on the PCI bus, as everybody but NVIDIA writes it.

    >>> bus_id("00000000:01:00.0"), bus_id("0000:C1:00.0")
    ('0000:01:00.0', '0000:c1:00.0')
    """
    domain, _, rest = text.strip().lower().partition(":")
    return f"{domain[-4:]:0>4}:{rest}" if rest else ""
