"""Whether a model will run on this machine: where its bytes would go, and one sentence about it.

`estimate.py` says how many bytes there are. What is free is what other programs leave now.
"""

from dataclasses import dataclass, field
from typing import Literal

from desktop.core.sizes import human_bytes
from desktop.models.machine_memory import MachineMemory
from desktop.models.spread import Burden, Spread, best_spread

Verdict = Literal["fits_gpu", "fits_partly", "fits_cpu", "tight", "too_large"]

SYSTEM_PART = 0.05  # of the memory, which a system without any program keeps for itself
SPARE_PART = 0.10  # with less than this left over, a machine begins to crawl

# What a model needs in all, where only the size of its file is known.
ROUGH_FACTOR = 1.15
ROUGH_BYTES = 600_000_000


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence, and what its translation needs: a key, and numbers (bytes, or layers)."""

    key: str
    text: str
    numbers: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a model would go, and what to think of it."""

    vram_bytes: int
    ram_bytes: int
    """With what graphics cards share of it."""
    gpu_layers: int
    """Without the output."""
    verdict: Verdict
    message: Message


def place(burden: Burden, machine: MachineMemory) -> Placement:
    """As it would be loaded with all memory that is free now."""
    rooms = [gpu.room_bytes for gpu in machine.gpus]
    found = best_spread(burden, machine.gpus, rooms, burden.most_gpu_layers, scatter=False)
    return judged(burden, found, machine)


def judged(burden: Burden, spread: Spread, machine: MachineMemory) -> Placement:
    """What to think of a model that is placed so."""
    vram, ram = spread.vram_bytes, spread.main_bytes(machine.gpus)
    gpu_layers = max(spread.gpu_layers - 1, 0)
    verdict, message = _judge(vram, ram, (gpu_layers, len(burden.layers)), machine)
    return Placement(vram, ram, gpu_layers, verdict, message)


def place_roughly(size_bytes: int, machine: MachineMemory) -> Placement:
    """For a model of which only the size of its files is known."""
    needed = int(size_bytes * ROUGH_FACTOR) + ROUGH_BYTES
    return place(Burden(layers=(needed // 20,) * 20), machine)


def _judge(
    vram: int, ram: int, layers: tuple[int, int], machine: MachineMemory
) -> tuple[Verdict, Message]:
    """`layers`: on graphics cards, and in all."""
    numbers = {
        "vram": vram,
        "vram_free": sum(gpu.free_bytes for gpu in machine.gpus),
        "ram": ram,
        "ram_available": machine.available_bytes,
        "ram_total": machine.total_bytes,
        "gpu_layers": layers[0],
        "layers": layers[1],
    }
    verdict, key = _verdict(numbers, sum(gpu.total_bytes for gpu in machine.gpus))
    words = {name: human_bytes(size) for name, size in numbers.items() if "layers" not in name}
    text = _TEXTS[key].format(**words, gpu_layers=layers[0], layers=layers[1])
    return verdict, Message(key, text, numbers)


def _verdict(numbers: dict[str, int], vram_total: int) -> tuple[Verdict, str]:
    """And the key of the sentence."""
    ram, total, free = numbers["ram"], numbers["ram_total"], numbers["ram_available"]
    if ram > total * (1 - SYSTEM_PART):
        return "too_large", "too_large"
    if ram > free:
        return "tight", "tight_others"
    if free - ram < total * SPARE_PART:
        return "tight", "tight_spare"
    if not numbers["gpu_layers"]:
        return "fits_cpu", "fits_cpu"
    if numbers["gpu_layers"] < numbers["layers"]:
        return "fits_partly", "fits_partly"
    if numbers["vram_free"] - numbers["vram"] < vram_total * SPARE_PART:
        return "tight", "tight_gpu"
    return "fits_gpu", "fits_gpu"


_TEXTS = {
    "too_large": "Too large for this machine: about {ram} of memory would be needed,"
    " and it has {ram_total}.",
    "tight_others": "Runs only if other programs give up memory: it takes about {ram}, and"
    " {ram_available} of {ram_total} are free now.",
    "tight_spare": "Just fits: it takes about {ram} of the {ram_available} of memory that are free"
    " now, which leaves little for anything else.",
    "tight_gpu": "Just fits on the graphics card: it takes about {vram} of the {vram_free} that are"
    " free there now.",
    "fits_cpu": "Fits, and runs on the processor: it takes about {ram} of the {ram_available} of"
    " memory that are free now.",
    "fits_partly": "Runs partly on the graphics card ({gpu_layers} of {layers} layers) and more"
    " slowly for the rest, which takes about {ram} of memory.",
    "fits_gpu": "Fits on the graphics card: it takes about {vram} of the {vram_free} that are free"
    " there now.",
}
