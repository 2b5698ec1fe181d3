"""Batteries as Linux tells of them in `/sys/class/power_supply`.

Source: Linux, Documentation/ABI/testing/sysfs-class-power. A mouse's or a keyboard's battery is
there, too; its `scope` is `Device`.
"""

from collections.abc import Iterator
from pathlib import Path

from desktop.hardware.kernel_files import number_of, text_of

_SPENT, _POWERED = "Discharging", ("Charging", "Full", "Not charging")
_MAINS = ("Mains", "USB")


def linux_battery(root: Path) -> tuple[int, bool | None] | None:
    """Percent of all the machine's batteries together, and whether it has another source of power
    (None: it is not told); None if it has no battery.

    Args:
        root: Where `sys` is.
    """
    folder = root / "sys/class/power_supply"
    try:
        supplies = sorted(folder.iterdir())
    except OSError:
        return None
    batteries = [each for each in supplies if _is_ours(each)]
    charges = [charge for each in batteries if (charge := _charge(each))]
    if not charges:
        return None
    percent = 100 * sum(now for now, _full in charges) / sum(full for _now, full in charges)
    return round(min(percent, 100)), _plugged(supplies, batteries)


def _is_ours(supply: Path) -> bool:
    is_battery = text_of(supply / "type") == "Battery" and text_of(supply / "present") != "0"
    return is_battery and text_of(supply / "scope") != "Device"


def _charge(battery: Path) -> tuple[float, float] | None:
    """What is in it, and what can be, in one unit for all batteries of a machine."""
    for kind in ("energy", "charge"):
        now, full = number_of(battery / f"{kind}_now"), number_of(battery / f"{kind}_full")
        if now is not None and full:
            return now, full
    percent = number_of(battery / "capacity")
    return None if percent is None else (percent, 100.0)


def _plugged(supplies: list[Path], batteries: list[Path]) -> bool | None:
    online = [number for each in supplies if (number := _online(each)) is not None]
    if any(online):
        return True
    states = list(_states(batteries))
    if _SPENT in states:
        return False
    if any(state in _POWERED for state in states):
        return True
    return False if online else None


def _online(supply: Path) -> int | None:
    return number_of(supply / "online") if text_of(supply / "type") in _MAINS else None


def _states(batteries: list[Path]) -> Iterator[str]:
    for battery in batteries:
        yield text_of(battery / "status")
