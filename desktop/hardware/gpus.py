"""The graphics cards, and how busy they are: NVIDIA's through its driver, others through Linux."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from desktop.hardware.gpu import Gpus
from desktop.hardware.gpu_linux import linux_cards
from desktop.hardware.gpu_nvidia import NvidiaMeter

ROOT = Path("/")


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
        self._root = root
        self._platform = platform
        self._nvidia = NvidiaMeter(root, platform=platform, clock=clock)

    def look(self) -> Gpus:
        nvidia = self._nvidia.look()
        cards = list(nvidia)
        if self._platform == "linux":
            others = linux_cards(self._root)
            cards += [card for card in others if card.maker != "nvidia" or not nvidia]
        if cards:
            return Gpus(cards)
        return Gpus([], "none_found" if self._platform == "linux" else "not_readable")
