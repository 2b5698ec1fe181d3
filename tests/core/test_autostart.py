"""Start at login: what the system will read."""

import configparser
import contextlib
import plistlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.core.autostart import (
    Autostart,
    AutostartFailed,
    DesktopEntry,
    LaunchAgent,
    RunKey,
    autostart,
    start_command,
)

COMMAND = ["/opt/My Apps/puna", "tray", "--quiet"]


APPROVED = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"


class Registry:
    """One user's, as `winreg` gives access to it."""

    HKEY_CURRENT_USER, KEY_SET_VALUE, REG_SZ = "user", 2, 1

    def __init__(self) -> None:
        self.keys: dict[str, dict[str, Any]] = {}

    @contextlib.contextmanager
    def OpenKey(self, root: str, path: str, reserved: int = 0, access: int = 1) -> Iterator[Any]:
        if path not in self.keys:
            raise FileNotFoundError
        yield self.keys[path]

    @contextlib.contextmanager
    def CreateKey(self, root: str, path: str) -> Iterator[Any]:
        yield self.keys.setdefault(path, {})

    def QueryValueEx(self, key: dict[str, Any], name: str) -> tuple[Any, int]:
        if name not in key:
            raise FileNotFoundError
        return key[name], 0

    def SetValueEx(
        self, key: dict[str, Any], name: str, reserved: int, kind: int, value: Any
    ) -> None:
        key[name] = value

    def DeleteValue(self, key: dict[str, Any], name: str) -> None:
        if key.pop(name, None) is None:
            raise FileNotFoundError


@pytest.fixture(params=["Linux", "macOS", "Windows"])
def entry(request: pytest.FixtureRequest, tmp_path: Path) -> Autostart:
    if request.param == "Windows":
        return RunKey(COMMAND, Registry())
    kind = DesktopEntry if request.param == "Linux" else LaunchAgent
    return kind(tmp_path / "autostart", COMMAND)


def test_what_windows_task_manager_refuses_is_off_until_it_is_chosen_again() -> None:
    registry = Registry()
    entry = RunKey(COMMAND, registry)
    entry.switch(True)
    registry.keys[APPROVED] = {"Puna": b"\x02" + bytes(11)}
    assert entry.is_on
    registry.keys[APPROVED] = {"Puna": b"\x03" + bytes(11)}
    assert not entry.is_on
    entry.switch(True)
    assert entry.is_on
    registry.keys[APPROVED] = {"Puna": b"\x03" + bytes(11)}
    entry.switch(False)
    assert not any(registry.keys.values())


def test_it_is_off_until_asked_for_and_off_again(entry: Autostart) -> None:
    assert not entry.is_on
    entry.switch(True)
    assert entry.is_on
    entry.switch(True)
    entry.switch(False)
    assert not entry.is_on
    entry.switch(False)


def test_the_desktop_entry_starts_us_in_the_background(tmp_path: Path) -> None:
    DesktopEntry(tmp_path, COMMAND).switch(True)
    file = tmp_path / "puna.desktop"
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(file)
    assert parser["Desktop Entry"]["Exec"] == '"/opt/My Apps/puna" tray --quiet'
    if validate := shutil.which("desktop-file-validate"):
        subprocess.run([validate, str(file)], check=True)


def test_a_folder_with_a_backslash_in_its_name_is_found(tmp_path: Path) -> None:
    DesktopEntry(tmp_path, ["/opt/a\\b/puna", "tray"]).switch(True)
    lines = (tmp_path / "puna.desktop").read_text(encoding="utf-8").splitlines()
    assert r"TryExec=/opt/a\\b/puna" in lines
    assert r'Exec="/opt/a\\\\b/puna" tray' in lines


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_what_the_desktop_switched_off_is_off(tmp_path: Path, line: str) -> None:
    entry = DesktopEntry(tmp_path, COMMAND)
    entry.switch(True)
    file = tmp_path / "puna.desktop"
    text = file.read_text().replace("X-GNOME-Autostart-enabled=true\n", "")
    file.write_text(f"{text}{line}\n")
    assert not entry.is_on


def test_launchd_gets_the_words_one_by_one(tmp_path: Path) -> None:
    LaunchAgent(tmp_path, COMMAND).switch(True)
    (file,) = tmp_path.iterdir()
    found = plistlib.loads(file.read_bytes())
    assert found["ProgramArguments"] == COMMAND
    assert found["RunAtLoad"] is True


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(AutostartFailed, match="cannot be written"):
        DesktopEntry(tmp_path / "file", COMMAND).switch(True)


def test_it_lies_where_the_desktop_looks(tmp_path: Path) -> None:
    autostart({}, "linux", tmp_path).switch(True)
    assert (tmp_path / ".config" / "autostart" / "puna.desktop").is_file()
    autostart({"XDG_CONFIG_HOME": str(tmp_path / "xdg")}, "linux", tmp_path).switch(True)
    assert (tmp_path / "xdg" / "autostart" / "puna.desktop").is_file()
    assert start_command()[-2:] == ["tray", "--quiet"]
