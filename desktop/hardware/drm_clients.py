"""What the models' processes do on a graphics card, as Linux tells it in `/proc/PID/fdinfo`.

Source: Linux, Documentation/gpu/drm-usage-stats.rst, and the same for i915, xe and amdgpu.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from desktop.hardware.kernel_files import text_of

_UNITS = {"": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
_OWN_MEMORY = ("vram", "local")
"""What the drivers call a card's own; other regions lie in main memory."""


@dataclass(slots=True)
class Use:
    """What processes have, and have done, on one card."""

    own_bytes: int = 0
    main_bytes: int = 0
    """In main memory, for the card."""
    busy: dict[str, float] = field(default_factory=dict)
    """By part of the card (`render`, `ccs`): nanoseconds or cycles since its start."""
    whole: dict[str, float] = field(default_factory=dict)
    """What `busy` would be had it never rested; only where it is counted in cycles."""


class DrmClients:
    """Remembers the last look. Not thread-safe.

    Args:
        root: Where `proc` is.
        clock: Seconds, for rates.
    """

    def __init__(self, root: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._root = root
        self._clock = clock
        self._at_s: float | None = None
        self._uses: dict[str, Use] = {}

    def look(self, pids: Sequence[int]) -> dict[str, tuple[Use, int | None]]:
        """By place on the bus: what they have there, and how busy they keep the busiest part, in
        percent; None at their first look, and where the driver does not tell."""
        now_s, uses = self._clock(), dict[str, Use]()
        for lines in self._clients(pids):
            _count(lines, uses.setdefault(lines["drm-pdev"].lower(), Use()))
        passed_s = None if self._at_s is None else now_s - self._at_s
        found = {place: (use, self._percent(place, use, passed_s)) for place, use in uses.items()}
        self._at_s, self._uses = now_s, uses
        return found

    def _percent(self, place: str, use: Use, passed_s: float | None) -> int | None:
        before = self._uses.get(place)
        if not passed_s or before is None:
            return None
        shares = []
        for part in use.busy.keys() & before.busy.keys():
            whole = passed_s * 1e9
            if part in use.whole:
                whole = use.whole[part] - before.whole.get(part, 0.0)
            if whole > 0:
                shares.append((use.busy[part] - before.busy[part]) / whole)
        return round(100 * min(max(*shares, 0.0), 1.0)) if shares else None

    def _clients(self, pids: Sequence[int]) -> Iterator[dict[str, str]]:
        """Lines of each; one that several files speak of is told once."""
        seen = set()
        for pid in pids:
            for number in self._cards_open(self._root / f"proc/{pid}/fd"):
                lines = _lines(self._root / f"proc/{pid}/fdinfo/{number}")
                who = lines.get("drm-pdev"), lines.get("drm-client-id")
                if None not in who and who not in seen:
                    seen.add(who)
                    yield lines

    def _cards_open(self, folder: Path) -> list[str]:
        try:
            names = os.listdir(folder)
        except OSError:
            return []  # it ended, or is somebody else's
        return [name for name in names if _target(folder / name).startswith("/dev/dri/")]


def _count(lines: dict[str, str], use: Use) -> None:
    for key, value in lines.items():
        head, _, part = key.removeprefix("drm-").partition("-")
        number = _number(value)
        if head == "engine" and not part.startswith("capacity-"):
            places = max(_number(lines.get(f"drm-engine-capacity-{part}", "")), 1)
            use.busy[part] = use.busy.get(part, 0.0) + number / places
        elif head == "cycles":
            places = max(_number(lines.get(f"drm-engine-capacity-{part}", "")), 1)
            use.busy[part] = use.busy.get(part, 0.0) + number / places
            use.whole[part] = float(_number(lines.get(f"drm-total-cycles-{part}", "")))
        elif _tells_memory(head, part, lines):
            if part.startswith(_OWN_MEMORY):
                use.own_bytes += number
            else:
                use.main_bytes += number


def _tells_memory(head: str, region: str, lines: dict[str, str]) -> bool:
    """Older drivers tell `memory` only; what is `resident` is really there."""
    return head == "resident" or (head == "memory" and f"drm-resident-{region}" not in lines)


def _number(value: str) -> int:
    """Bytes, nanoseconds, cycles; 0 if it is none.

    >>> _number("192 KiB"), _number("28257900"), _number("7 ns")
    (196608, 28257900, 7)
    """
    digits, _, unit = value.partition(" ")
    return int(digits) * _UNITS.get(unit.strip(), 1) if digits.isdigit() else 0


def _lines(path: Path) -> dict[str, str]:
    pairs = (line.partition(":") for line in text_of(path).splitlines())
    return {key.strip(): value.strip() for key, _, value in pairs}


def _target(path: Path) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""
