"""Graphics cards: as Linux and NVIDIA's library tell of them, and where they tell nothing."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from desktop.hardware.gpu import Gpu, Gpus
from desktop.hardware.gpu_linux import LinuxCards
from desktop.hardware.gpu_nvidia import RETRY_S, NvidiaMeter, load_nvml
from desktop.hardware.gpus import GpuMeter

MIB = 2**20

# Files of `/sys/class/drm/card*/device`, as the kernel's documentation of amdgpu has them.
RADEON = {
    "vendor": "0x1002",
    "device": "0x744c",
    "mem_info_vram_total": str(24560 * MIB),
    "mem_info_vram_used": str(1312 * MIB),
    "mem_info_gtt_total": str(32000 * MIB),
    "mem_info_gtt_used": str(80 * MIB),
    "gpu_busy_percent": "37",
    "uevent": "DRIVER=amdgpu\nPCI_ID=1002:744C\nPCI_SLOT_NAME=0000:0C:00.0",
    "power/runtime_status": "active",
}
LAPTOP_CHIP = RADEON | {
    "device": "0x15bf",
    "product_name": "Radeon 780M",
    "mem_info_vram_total": str(512 * MIB),
    "mem_info_vram_used": str(400 * MIB),
    "mem_info_gtt_total": str(7500 * MIB),
    "mem_info_gtt_used": str(100 * MIB),
}


def add_card(root: Path, number: int, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / f"sys/class/drm/card{number}/device" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    (root / f"sys/class/drm/card{number}-DP-1").mkdir()  # a socket of the card, not a card


def with_driver(root: Path) -> Path:
    path = root / "proc/driver/nvidia/version"
    path.parent.mkdir(parents=True)
    path.write_text("NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.86.10")
    return root


class Nvml:
    """Answers of NVIDIA's library for a laptop's card."""

    class NVMLError(Exception):
        pass

    class NVMLError_NotSupported(NVMLError):
        pass

    class NVMLError_NoPermission(NVMLError):
        pass

    class NVMLError_GpuIsLost(NVMLError):
        pass

    def __init__(self, count: int = 1) -> None:
        self.calls: list[str] = []
        self.count = count
        self.lost = self.away = self.mute = self.shut = False

    def nvmlInit(self) -> None:
        self.calls.append("init")

    def nvmlShutdown(self) -> None:
        self.calls.append("shutdown")

    def nvmlDeviceGetCount(self) -> int:
        if self.away:
            raise self.NVMLError("Driver Not Loaded")
        return self.count

    def nvmlDeviceGetHandleByIndex(self, index: int) -> int:
        return index

    def nvmlDeviceGetName(self, handle: int) -> str:
        return "NVIDIA GeForce RTX 4060 Laptop GPU"

    def nvmlDeviceGetPciInfo(self, handle: int) -> Any:
        return SimpleNamespace(busId="00000000:01:00.0")

    def nvmlDeviceGetMemoryInfo(self, handle: int) -> Any:
        if self.lost and handle == 0:
            raise self.NVMLError_GpuIsLost("GPU is lost")
        return SimpleNamespace(total=8188 * MIB, free=6000 * MIB, used=2188 * MIB)

    def nvmlDeviceGetComputeRunningProcesses(self, handle: int) -> list[Any]:
        self.check_permission()
        return [
            SimpleNamespace(pid=900, usedGpuMemory=1500 * MIB),
            SimpleNamespace(pid=901, usedGpuMemory=None),
            SimpleNamespace(pid=4, usedGpuMemory=300 * MIB),
        ]

    def nvmlDeviceGetGraphicsRunningProcesses(self, handle: int) -> list[Any]:
        self.check_permission()
        return [SimpleNamespace(pid=900, usedGpuMemory=1400 * MIB)]

    def check_permission(self) -> None:
        if self.shut:
            raise self.NVMLError_NoPermission("Insufficient Permissions")

    def nvmlDeviceGetUtilizationRates(self, handle: int) -> Any:
        if self.mute:
            raise self.NVMLError_NotSupported("Not Supported")
        return SimpleNamespace(gpu=83, memory=41)


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def meter(
    root: Path, load: Callable[[], Any], clock: Callable[[], float] | None = None
) -> NvidiaMeter:
    return NvidiaMeter(root, platform="linux", clock=clock or Clock(), load=load)


def test_a_radeon_tells_its_load_and_memory(tmp_path: Path) -> None:
    add_card(tmp_path, 0, RADEON)
    (card,) = LinuxCards(tmp_path).look([])
    assert card == Gpu(
        name="AMD Radeon (744c)",
        maker="amd",
        id="0000:0c:00.0",
        load_percent=37,
        memory_total_bytes=24560 * MIB,
        memory_used_bytes=1312 * MIB,
    )


def test_a_chip_without_much_memory_of_its_own_counts_what_it_borrows(tmp_path: Path) -> None:
    add_card(tmp_path, 0, LAPTOP_CHIP)
    (card,) = LinuxCards(tmp_path).look([])
    assert card.name == "Radeon 780M"
    assert (card.memory_total_bytes, card.memory_used_bytes) == (8012 * MIB, 500 * MIB)


def test_a_sleeping_card_is_not_woken(tmp_path: Path) -> None:
    add_card(tmp_path, 0, RADEON | {"power/runtime_status": "suspended"})
    (card,) = LinuxCards(tmp_path).look([])
    assert (card.load_percent, card.memory_total_bytes, card.reason) == (None, None, "asleep")


def test_figures_that_a_driver_does_not_tell_are_absent(tmp_path: Path) -> None:
    add_card(tmp_path, 0, {"vendor": "0x8086", "device": "0xa7a0"})
    add_card(tmp_path, 1, {name: RADEON[name] for name in ("vendor", "mem_info_vram_total")})
    add_card(tmp_path, 2, {"vendor": "0x1234"})  # of a virtual machine
    intel, radeon = LinuxCards(tmp_path).look([])
    assert intel == Gpu(name="Intel (a7a0)", maker="intel", reason="not_told")
    assert (radeon.load_percent, radeon.memory_used_bytes) == (None, None)
    assert radeon.reason == "not_told"


def test_nvidias_library_is_opened_once(tmp_path: Path) -> None:
    library = Nvml()
    cards = meter(with_driver(tmp_path), lambda: library)
    assert cards.look() == cards.look()
    (card,) = cards.look()
    assert (card.maker, card.id, card.reason) == ("nvidia", "0000:01:00.0", "")
    assert card.load_percent == 83
    assert (card.memory_total_bytes, card.memory_used_bytes) == (8188 * MIB, 2188 * MIB)
    assert library.calls == ["init"]


def test_nvidia_tells_what_our_processes_have(tmp_path: Path) -> None:
    cards = meter(with_driver(tmp_path), Nvml)
    assert [card.workers_bytes for card in cards.look([900, 901])] == [1500 * MIB]
    assert [card.workers_bytes for card in cards.look([901])] == [None]


def test_a_figure_that_nvidia_does_not_tell_is_absent(tmp_path: Path) -> None:
    library = Nvml()
    library.mute = True
    (card,) = meter(with_driver(tmp_path), lambda: library).look()
    assert (card.load_percent, card.reason) == (None, "not_told")
    assert card.memory_used_bytes == 2188 * MIB


def test_a_figure_that_is_refused_takes_no_other_with_it(tmp_path: Path) -> None:
    library = Nvml()
    library.shut = True
    (card,) = meter(with_driver(tmp_path), lambda: library).look([900])
    assert (card.load_percent, card.memory_used_bytes) == (83, 2188 * MIB)
    assert card.workers_bytes is None
    assert library.calls == ["init"]


def test_a_lost_card_takes_no_other_with_it_and_is_looked_for_again(tmp_path: Path) -> None:
    library, clock = Nvml(count=2), Clock()
    cards = meter(with_driver(tmp_path), lambda: library, clock)
    assert len(cards.look()) == 2
    library.lost = True
    assert len(cards.look()) == len(cards.look()) == len(cards.look()) == 1
    assert library.calls == ["init", "shutdown", "init"]
    library.lost = False
    assert len(cards.look()) == 2
    library.lost = True
    clock.now_s += RETRY_S
    assert len(cards.look()) == len(cards.look()) == 1
    assert library.calls == ["init", "shutdown", "init", "shutdown", "init"]


def test_a_driver_that_is_away_is_asked_again_later(tmp_path: Path) -> None:
    library, clock = Nvml(), Clock()
    cards = meter(with_driver(tmp_path), lambda: library, clock)
    library.away = True
    assert cards.look() == []
    library.away = False
    assert cards.look() == []
    clock.now_s += RETRY_S
    assert len(cards.look()) == 1
    assert library.calls == ["init", "shutdown", "init"]


def test_without_a_driver_the_library_is_not_even_imported(tmp_path: Path) -> None:
    def load() -> Any:
        raise AssertionError

    assert meter(tmp_path, load).look() == []
    assert NvidiaMeter(tmp_path, platform="darwin", load=load).look() == []


def test_a_build_without_the_package_has_no_figures(tmp_path: Path) -> None:
    def load() -> Any:
        raise ImportError("pynvml")

    assert meter(with_driver(tmp_path), load).look() == []


def test_the_real_library_has_what_we_call() -> None:
    library = load_nvml()
    for name in (each for each in dir(Nvml) if each.startswith(("nvml", "NVML"))):
        assert hasattr(library, name)


def test_a_driver_that_does_not_answer_is_told(tmp_path: Path) -> None:
    add_card(tmp_path, 0, {"vendor": "0x10de", "device": "0x28e0"})
    found = GpuMeter(tmp_path, platform="linux").look()
    assert found == Gpus([Gpu(name="NVIDIA (28e0)", maker="nvidia", reason="no_driver")])


@pytest.mark.parametrize(
    ("platform", "reason"), [("linux", "none_found"), ("freebsd", "not_readable")]
)
def test_no_card_has_a_reason(tmp_path: Path, platform: str, reason: str) -> None:
    assert GpuMeter(tmp_path, platform=platform).look() == Gpus([], reason)
