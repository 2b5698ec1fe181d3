"""Where the machine's power comes from, and whether it saves it."""

import sys
from pathlib import Path

import msgspec
import psutil

from desktop.hardware.battery_linux import linux_battery
from desktop.hardware.kernel_files import text_of

ROOT = Path("/")


class Power(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """`percent` and `plugged` are of the battery; None: it is not known."""

    percent: int | None = None
    plugged: bool | None = None
    profile: str = ""
    """The firmware's choice between speed and saving, in Linux's words: `low-power`, `balanced`,
    `performance`; empty: there is none."""
    reason: str = ""
    """Why there are no figures of a battery: `none_found`."""


def power(root: Path = ROOT, platform: str = sys.platform) -> Power:
    """As it is now.

    Args:
        root: Where `sys` is.
    """
    profile = text_of(root / "sys/firmware/acpi/platform_profile")
    battery = linux_battery(root) if platform == "linux" else _battery()
    if battery is None:
        return Power(profile=profile, reason="none_found")
    percent, plugged = battery
    return Power(percent=percent, plugged=plugged, profile=profile)


def _battery() -> tuple[int, bool | None] | None:
    try:
        found = psutil.sensors_battery()
    except (AttributeError, OSError, psutil.Error):  # missing on some systems
        return None
    return None if found is None else (round(min(found.percent, 100)), found.power_plugged)
