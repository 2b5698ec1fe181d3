"""Where the parts of a model go: how many layers to which graphics card, the rest to main memory.

llama.cpp's own rule (`llama_model_base::load_tensors`): the output and the last layers go to the
cards; these share them by number, in proportion to the memory that is free on each. The embeddings
stay in main memory. The cache of a layer lies where the layer is; a projector is on the first card.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from desktop.models.machine_memory import GpuMemory


@dataclass(frozen=True, slots=True, kw_only=True)
class Burden:
    """The bytes of a model, by what can be placed apart."""

    embedding_bytes: int = 0
    """Always in main memory."""
    layers: tuple[int, ...]
    """Weights and cache of each, in order."""
    output_bytes: int = 0
    output_copy_bytes: int = 0
    """Embeddings that serve as output as well: a graphics card needs a copy of them."""
    compute_bytes: int = 0
    """Wherever there are layers."""
    projector_bytes: int = 0

    @property
    def most_gpu_layers(self) -> int:
        """llama.cpp counts the output as one more layer, the last."""
        return len(self.layers) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """One way to place a model."""

    gpu_layers: int
    """With the output: llama.cpp's `n_gpu_layers`."""
    device_bytes: tuple[int, ...]
    """Of each graphics card, in llama.cpp's order."""
    ram_bytes: int
    """In main memory, without what cards share of it."""
    main_gpu: int | None = None
    """All on this card; None: on all of them."""
    projector_on_gpu: bool = False

    @property
    def vram_bytes(self) -> int:
        return sum(self.device_bytes)

    @property
    def places(self) -> int:
        """How many devices compute: each has buffers of its own."""
        return sum(size > 0 for size in self.device_bytes)

    def main_bytes(self, gpus: Sequence[GpuMemory]) -> int:
        """Of main memory in all, with the cards that have none of their own."""
        shared = zip(self.device_bytes, gpus, strict=True)
        return self.ram_bytes + sum(size for size, gpu in shared if gpu.shared)


class Spreading:
    """All ways to place one burden on some cards.

    Args:
        rooms: Bytes that may be taken of each card; they need not be all that is free.
        main_gpu: Only this card is used, by its place in the list; None: all.
    """

    def __init__(
        self,
        burden: Burden,
        gpus: Sequence[GpuMemory],
        rooms: Sequence[int],
        main_gpu: int | None = None,
    ) -> None:
        self._burden, self._rooms = burden, rooms
        self._count, self._main_gpu = len(gpus), main_gpu
        self._used = [main_gpu] if main_gpu is not None else list(range(len(gpus)))
        free = [max(gpus[at].free_bytes, 0) for at in self._used]
        total = sum(free) or 1
        self._ends = [end / total for end in accumulate(free)]
        output = burden.output_bytes + burden.output_copy_bytes
        self._below = [0, *accumulate((*burden.layers, output))]

    def with_layers(self, gpu_layers: int, *, projector: bool = False) -> Spread:
        """So many layers on the cards, whether they fit or not.

        Args:
            projector: On a card too.
        """
        burden, most = self._burden, self._burden.most_gpu_layers
        layers = min(gpu_layers, most) if self._used else 0
        devices = [0] * self._count
        ram = burden.embedding_bytes + self._below[most - layers]
        if layers == 0:
            ram = burden.embedding_bytes + sum(burden.layers) + burden.output_bytes
        start = 0
        for at, end in zip(self._used, self._ends, strict=True):
            stop = layers if at == self._used[-1] else min(math.ceil(end * layers), layers)
            first = most - layers
            held = self._below[first + stop] - self._below[first + start]
            devices[at] = held + burden.compute_bytes if layers else 0
            start = stop
        on_gpu = projector and layers > 0 and burden.projector_bytes > 0
        if on_gpu:
            devices[self._used[0]] += burden.projector_bytes
        else:
            ram += burden.projector_bytes
        if layers < most or (burden.projector_bytes and not on_gpu):
            ram += burden.compute_bytes
        return Spread(
            gpu_layers=layers,
            device_bytes=tuple(devices),
            ram_bytes=ram,
            main_gpu=self._main_gpu if layers else None,
            projector_on_gpu=on_gpu,
        )

    def fullest(self, most: int) -> Spread:
        """As many layers on the cards as have room there, but no more than `most`; the projector
        only where all of these have. An output without layers is no gain."""
        most = min(most, self._burden.most_gpu_layers)
        for projector in (True, False):
            whole = self.with_layers(most, projector=projector)
            if most > 0 and self._has_room(whole):
                return whole
        for layers in range(most - 1, 1, -1):
            found = self.with_layers(layers)
            if self._has_room(found):
                return found
        return self.with_layers(0)

    def _has_room(self, spread: Spread) -> bool:
        return all(
            size <= room for size, room in zip(spread.device_bytes, self._rooms, strict=True)
        )


def best_spread(
    burden: Burden, gpus: Sequence[GpuMemory], rooms: Sequence[int], most: int, *, scatter: bool
) -> Spread:
    """The spread that gives the most to the cards. One card alone is preferred where it has room
    for everything: nothing has to cross from one to another then.

    Args:
        most: Layers on cards, at most.
        scatter: Use all cards even so.
    """
    if len(gpus) > 1 and not scatter:
        for at in sorted(range(len(gpus)), key=lambda at: -rooms[at]):
            alone = Spreading(burden, gpus, rooms, at).fullest(most)
            if alone.gpu_layers == min(most, burden.most_gpu_layers):
                return alone
    return Spreading(burden, gpus, rooms).fullest(most)
