"""Where the machine's power comes from."""

from pathlib import Path

import psutil
import pytest

from desktop.hardware.battery import power

BATTERY = {
    "type": "Battery",
    "present": "1",
    "status": "Discharging",
    "capacity": "61",
    "energy_now": "30800000",
    "energy_full": "50000000",
}
MAINS = {"type": "Mains", "online": "0"}
MOUSE = {"type": "Battery", "scope": "Device", "status": "Discharging", "capacity": "5"}


def supply(root: Path, name: str, files: dict[str, str]) -> Path:
    folder = root / "sys/class/power_supply" / name
    folder.mkdir(parents=True)
    for file, text in files.items():
        (folder / file).write_text(f"{text}\n")
    return root


def test_a_laptop_on_its_battery(tmp_path: Path) -> None:
    supply(tmp_path, "AC", MAINS)
    found = power(supply(tmp_path, "BAT0", BATTERY), "linux")
    assert (found.percent, found.plugged, found.reason) == (62, False, "")


def test_a_laptop_that_charges_by_usb(tmp_path: Path) -> None:
    supply(tmp_path, "ucsi-source-psy-USBC000:001", {"type": "USB", "online": "1"})
    supply(tmp_path, "AC", MAINS)
    found = power(supply(tmp_path, "BAT0", BATTERY | {"status": "Charging"}), "linux")
    assert (found.percent, found.plugged) == (62, True)


def test_two_batteries_count_by_their_size(tmp_path: Path) -> None:
    supply(tmp_path, "BAT0", BATTERY | {"energy_now": "0", "energy_full": "10000000"})
    full = {"energy_now": "30000000", "energy_full": "30000000", "status": "Full"}
    found = power(supply(tmp_path, "BAT1", BATTERY | full), "linux")
    assert (found.percent, found.plugged) == (75, False)


def test_a_battery_that_tells_percent_only(tmp_path: Path) -> None:
    told = {"type": "Battery", "capacity": "61"}
    found = power(supply(tmp_path, "BAT0", told), "linux")
    assert (found.percent, found.plugged) == (61, None)


def test_a_mouse_is_not_the_machine(tmp_path: Path) -> None:
    found = power(supply(tmp_path, "hidpp_battery_0", MOUSE), "linux")
    assert (found.percent, found.plugged, found.reason) == (None, None, "none_found")


def test_a_place_without_its_battery(tmp_path: Path) -> None:
    found = power(supply(tmp_path, "BAT1", BATTERY | {"present": "0"}), "linux")
    assert found.reason == "none_found"


def test_a_machine_without_battery_says_so(tmp_path: Path) -> None:
    found = power(tmp_path, "linux")
    assert (found.percent, found.plugged, found.reason) == (None, None, "none_found")


def test_the_firmwares_profile(tmp_path: Path) -> None:
    profile = tmp_path / "sys/firmware/acpi/platform_profile"
    profile.parent.mkdir(parents=True)
    profile.write_text("low-power\n")
    assert power(tmp_path, "linux").profile == "low-power"


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    battery = type("Battery", (), {"percent": 61.6, "power_plugged": False})
    monkeypatch.setattr(psutil, "sensors_battery", lambda: battery, raising=False)
    found = power(tmp_path, platform)
    assert (found.percent, found.plugged) == (62, False)
    monkeypatch.setattr(psutil, "sensors_battery", lambda: None, raising=False)
    assert power(tmp_path, platform).reason == "none_found"
