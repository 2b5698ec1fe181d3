"""The graphics cards, and how busy they are: what each reader of this platform tells, and what
llama.cpp can use of it."""

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec.structs import replace

from desktop.hardware.devices import Device, Devices
from desktop.hardware.gpu import Gpu, Gpus, Reader
from desktop.hardware.gpu_nvidia import NvidiaMeter

ROOT = Path("/")
_MAKERS = ("nvidia", "amd", "intel", "apple")
_WORDS = {"radeon": "amd", "geforce": "nvidia", "arc": "intel", "iris": "intel"}


class GpuMeter:
    """Looks at all cards. Not thread-safe; may take some milliseconds.

    Args:
        root: Where `sys`, `proc` and `dev` are.
    """

    def __init__(
        self,
        root: Path = ROOT,
        *,
        platform: str = sys.platform,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._nvidia = NvidiaMeter(root, platform=platform, clock=clock)
        self._others = _reader(root, platform, clock)

    def look(self, pids: Sequence[int] = ()) -> Gpus:
        """NVIDIA's own figures are better than what a system tells of its cards.

        Args:
            pids: The models' processes.
        """
        nvidia = self._nvidia.look(pids)
        others = self._others.look(pids) if self._others else []
        cards = nvidia + [card for card in others if card.maker != "nvidia" or not nvidia]
        if cards:
            return Gpus(cards)
        return Gpus([], "none_found" if self._others else "not_readable")


def with_devices(found: Gpus, devices: Devices | None, lost: Sequence[Device] = ()) -> Gpus:
    """The same cards, each with llama.cpp's name for it; and those that only llama.cpp knows.

    Args:
        devices: None: they have not been asked for.
        lost: Those that are gone.
    """
    cards = list(found.cards)
    for device in devices.devices if devices else ():
        place = _place_of(device, cards)
        if place is None:
            cards.append(_card_of(device))
        else:
            cards[place] = _joined(cards[place], device)
    for device in lost:
        place = _place_of(device, cards)
        gone = replace(_card_of(device), device="", memory_total_bytes=None, reason="lost")
        if place is None:
            cards.append(gone)
    return Gpus(cards, "" if cards else found.reason)


def _joined(card: Gpu, device: Device) -> Gpu:
    """What the driver calls a card says more than a number."""
    is_number = card.name.endswith(")") and card.maker != "nvidia"
    return replace(
        card,
        name=device.shown if is_number else card.name,
        device=device.name,
        shares_memory=card.shares_memory or device.kind == "igpu",
        memory_total_bytes=card.memory_total_bytes or device.total_bytes or None,
    )


def _card_of(device: Device) -> Gpu:
    """What it had free when it was asked is no figure of now."""
    return Gpu(
        name=device.shown,
        maker=_maker(device.shown),
        id=device.id,
        device=device.name,
        shares_memory=device.kind == "igpu",
        memory_total_bytes=device.total_bytes or None,
        reason="not_told",
    )


def _place_of(device: Device, cards: list[Gpu]) -> int | None:
    """Of the card that this is: by its place on the bus; else by its name, or by its maker if he
    made only one of them."""
    free = [index for index, card in enumerate(cards) if not card.device]
    for matching in (_same_place, _same_name):
        for index in free:
            if matching(device, cards[index]):
                return index
    maker = _maker(device.shown)
    made = [
        index
        for index in free
        if maker == cards[index].maker and not (device.id and cards[index].id)
    ]
    return made[0] if maker and len(made) == 1 else None


def _same_place(device: Device, card: Gpu) -> bool:
    return bool(device.id) and device.id == card.id


def _same_name(device: Device, card: Gpu) -> bool:
    if device.id and card.id:
        return False
    ours, theirs = device.shown.lower(), card.name.lower()
    return bool(ours and theirs) and (ours in theirs or theirs in ours)


def _maker(name: str) -> str:
    words = name.lower().replace("(", " ").split()
    known = {maker: maker for maker in _MAKERS} | _WORDS
    return next((known[word] for word in words if word in known), "")


def _reader(root: Path, platform: str, clock: Callable[[], float]) -> Reader | None:
    """Of all cards that this system tells of; None: we cannot ask it."""
    if platform == "linux":
        from desktop.hardware.gpu_linux import LinuxCards

        return LinuxCards(root, clock)
    if platform == "win32":
        from desktop.hardware.gpu_windows import WindowsCards

        return WindowsCards()
    if platform == "darwin":
        from desktop.hardware.gpu_mac import MacCards

        return MacCards()
    return None
