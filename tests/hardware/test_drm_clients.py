"""What the models' processes do on Linux' graphics cards, out of recorded `fdinfo` files."""

from pathlib import Path

import pytest

from desktop.hardware.gpu import Gpu
from desktop.hardware.gpu_linux import LinuxCards
from tests.hardware.test_gpu import RADEON, add_card

KIB = 2**10
PID = 4711

# As the kernel's documentation of the drivers has them.
XE = """\
pos:    0
flags:  0100002
drm-driver:     xe
drm-client-id:  3
drm-pdev:       0000:03:00.0
drm-total-system:       0
drm-resident-system:    0
drm-total-gtt:  192 KiB
drm-resident-gtt:       192 KiB
drm-total-vram0:        23992 KiB
drm-shared-vram0:       16 MiB
drm-resident-vram0:     23992 KiB
drm-cycles-rcs: {rcs}
drm-total-cycles-rcs:   {total}
drm-cycles-ccs: {ccs}
drm-total-cycles-ccs:   {total}
drm-engine-capacity-ccs:        4
"""
I915 = """\
drm-driver:     i915
drm-client-id:  {client}
drm-pdev:       0000:00:02.0
drm-resident-system0:   120 MiB
drm-resident-stolen-system0:    0
drm-engine-render:      {render} ns
drm-engine-copy:        0 ns
drm-engine-capacity-video:      2
drm-engine-video:       0 ns
"""
AMDGPU = """\
drm-driver:     amdgpu
drm-client-id:  7
drm-pdev:       0000:0c:00.0
drm-memory-vram:        2048 KiB
drm-memory-gtt:         64 KiB
drm-engine-compute:     {compute} ns
"""
INTEL = {"vendor": "0x8086", "device": "0x56a0", "uevent": "PCI_SLOT_NAME=0000:03:00.0"}
INTEL_CHIP = {"vendor": "0x8086", "device": "0xa7a0", "uevent": "PCI_SLOT_NAME=0000:00:02.0"}


class Clock:
    def __init__(self) -> None:
        self.now_s = 10.0

    def __call__(self) -> float:
        return self.now_s


class Machine:
    """Files of a process that has graphics cards open."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.clock = Clock()
        self.cards = LinuxCards(root, self.clock)

    def tells(self, number: int, text: str, target: str = "/dev/dri/renderD128") -> None:
        folder = self.root / f"proc/{PID}"
        for name in ("fd", "fdinfo"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        link = folder / f"fd/{number}"
        if not link.is_symlink():
            link.symlink_to(target)
        (folder / f"fdinfo/{number}").write_text(text)

    def look(self) -> list[Gpu]:
        return self.cards.look([PID])


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_intels_card_counts_in_cycles(machine: Machine) -> None:
    add_card(machine.root, 0, INTEL)
    machine.tells(5, XE.format(rcs=1000, ccs=4_000_000, total=9_000_000))
    (first,) = machine.look()
    assert first.workers_bytes == 23992 * KIB
    assert first.workers_percent is None
    machine.clock.now_s += 1
    machine.tells(5, XE.format(rcs=2000, ccs=6_000_000, total=10_000_000))
    (second,) = machine.look()
    assert second.workers_percent == 50  # two of the four compute engines' million cycles each
    assert (second.load_percent, second.reason) == (None, "not_told")


def test_a_chip_in_main_memory_counts_in_nanoseconds(machine: Machine) -> None:
    add_card(machine.root, 0, INTEL_CHIP)
    machine.tells(5, I915.format(client=1, render=10**9))
    machine.tells(6, I915.format(client=1, render=10**9))  # the same one, opened twice
    machine.look()
    machine.clock.now_s += 2
    for number in (5, 6):
        machine.tells(number, I915.format(client=1, render=10**9 + 5 * 10**8))
    (card,) = machine.look()
    assert (card.workers_percent, card.workers_bytes) == (25, 120 * 2**20)


def test_older_names_of_memory(machine: Machine) -> None:
    add_card(machine.root, 0, RADEON)
    machine.tells(5, AMDGPU.format(compute=0))
    machine.look()
    machine.clock.now_s += 1
    machine.tells(5, AMDGPU.format(compute=2 * 10**9))
    (card,) = machine.look()
    assert (card.workers_percent, card.workers_bytes) == (100, 2048 * KIB)
    assert (card.load_percent, card.reason) == (37, "")


def test_files_that_are_no_cards_are_not_read(machine: Machine) -> None:
    add_card(machine.root, 0, INTEL)
    machine.tells(5, XE.format(rcs=0, ccs=0, total=1), target="/tmp/model.gguf")
    (card,) = machine.look()
    assert card.workers_bytes is None


def test_a_process_that_has_ended(machine: Machine) -> None:
    add_card(machine.root, 0, INTEL)
    (card,) = machine.look()
    assert (card.workers_bytes, card.workers_percent) == (None, None)
