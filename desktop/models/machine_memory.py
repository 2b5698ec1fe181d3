"""The memory of a machine, and how much of it a model may take."""

from dataclasses import dataclass

HEADROOM_PART = 0.05
"""Of any memory that is left to others, within these limits in bytes:"""
MAIN_HEADROOM = (2**28, 2**30)
GPU_HEADROOM = (2**29, 2**30)
"""llama.cpp's own kernels and the driver's tables take some of it, which nobody tells us."""


@dataclass(frozen=True, slots=True)
class GpuMemory:
    """Of one graphics card.

    `shared`: it is a part of the machine's main memory, and counted there too.
    """

    name: str
    total_bytes: int
    free_bytes: int
    shared: bool = False
    device: str = ""
    """llama.cpp's name for it, such as `CUDA0`."""

    @property
    def room_bytes(self) -> int:
        """What models may take. Shared memory has its head-room as main memory."""
        spare = 0 if self.shared else _headroom(self.total_bytes, GPU_HEADROOM)
        return max(self.free_bytes - spare, 0)


@dataclass(frozen=True, slots=True)
class MachineMemory:
    """What there is; `available_bytes` can be had without taking it from other programs.

    `gpus` are those that llama.cpp would use, in its order.
    """

    total_bytes: int
    available_bytes: int
    gpus: tuple[GpuMemory, ...] = ()

    @property
    def room_bytes(self) -> int:
        """Of main memory, what models may take."""
        return max(self.available_bytes - _headroom(self.total_bytes, MAIN_HEADROOM), 0)

    def home_bytes(self, weights_bytes: int) -> int:
        """All memory of the kind that weights of this size belong into, used or not."""
        cards = sum(gpu.total_bytes for gpu in self.gpus)
        return cards if cards > weights_bytes else self.total_bytes


def _headroom(total_bytes: int, limits: tuple[int, int]) -> int:
    return int(min(max(total_bytes * HEADROOM_PART, limits[0]), limits[1]))
