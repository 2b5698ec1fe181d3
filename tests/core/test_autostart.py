"""Start at login: what the system will read."""

import configparser
import plistlib
import shutil
import subprocess
from pathlib import Path

import pytest

from desktop.core.autostart import (
    Autostart,
    AutostartFailed,
    DesktopEntry,
    LaunchAgent,
    autostart,
    start_command,
)

COMMAND = ["/opt/My Apps/puna", "tray", "--quiet"]


@pytest.fixture(params=[DesktopEntry, LaunchAgent])
def entry(request: pytest.FixtureRequest, tmp_path: Path) -> Autostart:
    made: Autostart = request.param(tmp_path / "autostart", COMMAND)
    return made


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
