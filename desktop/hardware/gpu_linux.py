"""Graphics cards as Linux tells of them in `/sys/class/drm`. AMD's driver tells all that we want
to know; of the others, what the models' processes do there."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from desktop.hardware.drm_clients import DrmClients, Use
from desktop.hardware.gpu import Gpu, bus_id
from desktop.hardware.kernel_files import number_of, text_of

_MAKERS = {"0x10de": "nvidia", "0x1002": "amd", "0x8086": "intel"}
_NAMES = {"nvidia": "NVIDIA", "amd": "AMD Radeon", "intel": "Intel"}
_CARD = re.compile(r"card\d+")
_SMALL_BYTES = 2**30
"""A graphics processor that has less of its own borrows the rest from main memory."""


class LinuxCards:
    """In the kernel's order. Cards that only draw (of virtual machines, of servers) are left out.

    Args:
        root: Where `sys` and `proc` are.
    """

    def __init__(self, root: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._root = root
        self._clients = DrmClients(root, clock)

    def look(self, pids: Sequence[int]) -> list[Gpu]:
        cards = list(self._cards())
        uses = self._clients.look(pids) if cards else {}
        return [_with_use(card, *uses.get(card.id, (None, None))) for card in cards]

    def _cards(self) -> Iterator[Gpu]:
        folder = self._root / "sys/class/drm"
        try:
            names = sorted(
                (each.name for each in folder.iterdir() if _CARD.fullmatch(each.name)),
                key=lambda name: int(name[4:]),
            )
        except OSError:
            return
        for name in names:
            device = folder / name / "device"
            if maker := _MAKERS.get(text_of(device / "vendor")):
                yield _amd(device) if maker == "amd" else _mute(device, maker)


def _with_use(card: Gpu, use: Use | None, percent: int | None) -> Gpu:
    if use is None:
        return card
    own = not card.shares_memory and use.own_bytes
    used = use.own_bytes if own else use.own_bytes + use.main_bytes
    return replace(card, workers_percent=percent, workers_bytes=used)


def _amd(device: Path) -> Gpu:
    """Source: Linux, Documentation/gpu/amdgpu/driver-misc.rst."""
    name, place = _name(device, "amd"), _place(device)
    if text_of(device / "power/runtime_status") == "suspended":  # to ask would wake it
        return Gpu(name=name, maker="amd", id=place, reason="asleep")
    total, used = (
        number_of(device / "mem_info_vram_total"),
        number_of(device / "mem_info_vram_used"),
    )
    is_small = total is not None and total < _SMALL_BYTES
    if is_small:
        more, more_used = (number_of(device / f"mem_info_gtt_{end}") for end in ("total", "used"))
        if None not in (more, used, more_used):
            total, used = (total or 0) + (more or 0), (used or 0) + (more_used or 0)
    load = number_of(device / "gpu_busy_percent")
    is_whole = None not in (total, used, load)
    return Gpu(
        name=name,
        maker="amd",
        id=place,
        shares_memory=is_small,
        load_percent=load,
        memory_total_bytes=total,
        memory_used_bytes=used,
        reason="" if is_whole else "not_told",
    )


def _mute(device: Path, maker: str) -> Gpu:
    """Intel's drivers tell their load to administrators only."""
    reason = "no_driver" if maker == "nvidia" else "not_told"
    return Gpu(name=_name(device, maker), maker=maker, id=_place(device), reason=reason)


def _place(device: Path) -> str:
    for line in text_of(device / "uevent").splitlines():
        key, _, value = line.partition("=")
        if key == "PCI_SLOT_NAME":
            return bus_id(value)
    return ""


def _name(device: Path, maker: str) -> str:
    """What its maker calls it, if the card says so; else maker and number.

    The numbers' names are in a data base that need not be installed.
    """
    if told := text_of(device / "product_name"):
        return told
    number = text_of(device / "device").removeprefix("0x")
    return f"{_NAMES[maker]} ({number})" if number else _NAMES[maker]
