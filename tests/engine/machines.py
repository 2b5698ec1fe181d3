"""Machines and models on paper: as headers and drivers have described real ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.models.gguf import GgufArray, GgufHeader, TensorInfo
from desktop.models.machine_memory import GpuMemory, MachineMemory

GIB = 2**30

LAPTOP = MachineMemory(8 * GIB, 6 * GIB)  # no graphics card
GAMER = MachineMemory(
    16 * GIB, 11 * GIB, (GpuMemory("RTX 2060", 6 * GIB, 5700 * 2**20, device="CUDA0"),)
)
MACBOOK = MachineMemory(
    16 * GIB, 10 * GIB, (GpuMemory("M2", 11 * GIB, 10 * GIB, shared=True, device="MTL0"),)
)
WORKSTATION = MachineMemory(
    64 * GIB,
    50 * GIB,
    (
        GpuMemory("RTX 3090", 24 * GIB, 23 * GIB, device="CUDA0"),
        GpuMemory("RTX 3060", 12 * GIB, 11 * GIB, device="CUDA1"),
    ),
)
OFFICE = MachineMemory(
    16 * GIB, 9 * GIB, (GpuMemory("Iris Xe", 8 * GIB, 7 * GIB, shared=True, device="Vulkan0"),)
)


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A model of llama's kind. `head`: values of one head; `words`: of its vocabulary."""

    layers: int
    embed: int
    heads: int
    kv_heads: int = 8
    head: int = 128
    feed_forward: int
    words: int = 128_256
    trained: int = 131_072


def header(shape: Shape, bits: float = 4.8) -> GgufHeader:
    """Of a model that is quantized to so many bits."""
    facts = {
        "block_count": shape.layers,
        "context_length": shape.trained,
        "embedding_length": shape.embed,
        "feed_forward_length": shape.feed_forward,
        "attention.head_count": shape.heads,
        "attention.head_count_kv": shape.kv_heads,
        "attention.key_length": shape.head,
        "attention.value_length": shape.head,
    }
    metadata: dict[str, str | int | float | bool | GgufArray] = {"general.architecture": "llama"}
    metadata |= {f"llama.{key}": value for key, value in facts.items()}
    metadata["tokenizer.ggml.tokens"] = GgufArray(8, shape.words, 0)
    attention = shape.embed * shape.head * (2 * shape.heads + 2 * shape.kv_heads)
    block = attention + 3 * shape.embed * shape.feed_forward
    sizes = {f"blk.{at}.all.weight": block for at in range(shape.layers)}
    sizes |= dict.fromkeys(("token_embd.weight", "output.weight"), shape.embed * shape.words)
    tensors = [_tensor(name, values, bits) for name, values in sizes.items()]
    return GgufHeader(Path("model.gguf"), 3, metadata, tuple(tensors), 0)


def _tensor(name: str, values: int, bits: float) -> TensorInfo:
    return TensorInfo(name, "Q4_K", (values,), 0, int(values * bits / 8))


LLAMA_1B = header(Shape(layers=16, embed=2048, heads=32, head=64, feed_forward=8192))
LLAMA_8B = header(Shape(layers=32, embed=4096, heads=32, feed_forward=14_336))
QWEN_14B = header(
    Shape(layers=40, embed=5120, heads=40, feed_forward=17_408, words=151_936, trained=40_960)
)
LLAMA_70B = header(Shape(layers=80, embed=8192, heads=64, feed_forward=28_672))


def projector(size_bytes: int) -> GgufHeader:
    """Of eyes."""
    tensors = (TensorInfo("v.patch.weight", "F16", (size_bytes // 2,), 0, size_bytes),)
    return GgufHeader(Path("eyes.gguf"), 3, {"general.architecture": "clip"}, tensors, 0)


def with_free(machine: MachineMemory, main: int, cards: Sequence[int] = ()) -> MachineMemory:
    """The same machine with other programs on it."""
    gpus = tuple(
        GpuMemory(gpu.name, gpu.total_bytes, free, gpu.shared, gpu.device)
        for gpu, free in zip(machine.gpus, cards, strict=True)
    )
    return MachineMemory(machine.total_bytes, main, gpus)
