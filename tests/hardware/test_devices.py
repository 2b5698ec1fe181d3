"""Cards that the system knows, and what llama.cpp can compute on, in one list."""

from desktop.hardware.devices import Device, Devices, Memories
from desktop.hardware.gpu import Gpu, Gpus
from desktop.hardware.gpus import with_devices

MIB = 2**20
CUDA = Device(
    index=0,
    name="CUDA0",
    description="NVIDIA GeForce RTX 4060 Laptop GPU",
    total_bytes=8188 * MIB,
    free_bytes=6000 * MIB,
    id="0000:01:00.0",
)
VULKAN = Device(
    index=0,
    name="Vulkan0",
    description="Intel(R) Arc(tm) A770 Graphics (DG2)",
    total_bytes=16256 * MIB,
    free_bytes=16000 * MIB,
    id="0000:03:00.0",
)
METAL = Device(
    index=0,
    name="MTL0",
    description="Apple M2",
    kind="igpu",
    total_bytes=10922 * MIB,
    free_bytes=10922 * MIB,
)
NVIDIA = Gpu(
    name="NVIDIA GeForce RTX 4060 Laptop GPU",
    maker="nvidia",
    id="0000:01:00.0",
    load_percent=83,
    memory_total_bytes=8188 * MIB,
    memory_used_bytes=2188 * MIB,
)
ARC = Gpu(name="Intel (56a0)", maker="intel", id="0000:03:00.0", reason="not_told")
CHIP = Gpu(name="Intel (a7a0)", maker="intel", id="0000:00:02.0", reason="not_told")
M2 = Gpu(name="Apple M2", maker="apple", shares_memory=True, load_percent=4, memory_used_bytes=MIB)


def joined(*cards: Gpu, devices: tuple[Device, ...]) -> list[Gpu]:
    return with_devices(Gpus(list(cards)), Devices(devices=devices)).cards


def test_a_card_and_its_device_are_one_row() -> None:
    (card,) = joined(NVIDIA, devices=(CUDA,))
    assert (card.device, card.load_percent, card.name) == ("CUDA0", 83, NVIDIA.name)


def test_a_device_brings_name_and_memory() -> None:
    chip, card = joined(CHIP, ARC, devices=(VULKAN,))
    assert chip == CHIP
    assert (card.device, card.name) == ("Vulkan0", VULKAN.description)
    assert (card.memory_total_bytes, card.memory_used_bytes) == (16256 * MIB, None)


def test_by_name_where_there_is_no_place() -> None:
    (card,) = joined(M2, devices=(METAL,))
    assert (card.device, card.memory_total_bytes) == ("MTL0", 10922 * MIB)
    assert card.shares_memory


def test_two_equal_cards_stay_two() -> None:
    twins = (CUDA, Device(index=1, name="CUDA1", total_bytes=1, free_bytes=1, id="0000:02:00.0"))
    first, second = joined(NVIDIA, devices=twins)
    assert (first.device, second.device) == ("CUDA0", "CUDA1")


def test_a_device_that_only_llama_cpp_knows() -> None:
    software = Device(
        index=0,
        name="Vulkan0",
        description="llvmpipe (LLVM 15.0.6, 256 bits)",
        total_bytes=2 * 2**30,
        free_bytes=2**30,
    )
    (card,) = joined(devices=(software,))
    assert (card.name, card.maker, card.reason) == (software.description, "", "not_told")
    assert (card.memory_total_bytes, card.memory_used_bytes) == (2 * 2**30, None)


def test_a_lost_device_is_said() -> None:
    gone = with_devices(Gpus([], "none_found"), Devices(), [CUDA])
    assert gone == Gpus([Gpu(name=NVIDIA.name, maker="nvidia", id=CUDA.id, reason="lost")])
    there = with_devices(Gpus([NVIDIA]), Devices(), [CUDA])
    assert there == Gpus([NVIDIA])


def test_what_was_there_is_missed() -> None:
    memories = Memories()
    assert memories.note(Devices(devices=(CUDA,))) == ([], [])
    assert not memories.lost
    assert memories.note(Devices(problem="It crashed.")) == ([CUDA], [])
    assert list(memories.lost) == [CUDA]
    assert memories.note(Devices()) == ([], [])
    assert memories.note(Devices(devices=(CUDA, VULKAN))) == ([], [CUDA])
    assert not memories.lost
