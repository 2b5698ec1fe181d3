"""What a Linux system is told about Puna."""

import os
import runpy
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from configparser import ConfigParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from linux_packages import DEPENDS, PARTS, control_text

from desktop.cli.commands import app
from desktop.core.autostart import DesktopEntry
from tests.conftest import ROOT


def test_the_menu_entry_starts_what_the_package_installs() -> None:
    entry = ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment, method-assign]
    entry.read(PARTS / "puna.desktop", encoding="utf-8")
    told = entry["Desktop Entry"]
    assert told["Exec"] == "puna tray %F"
    assert told["Icon"] == told["StartupWMClass"] == "puna"
    assert told["MimeType"] == "application/x-gguf;"


def test_the_manual_page_names_every_command() -> None:
    told = (PARTS / "puna.1").read_text(encoding="utf-8").partition(".SH COMMANDS")[2]
    named = {line.split()[1].strip('",') for line in told.splitlines() if line.startswith(".B")}
    commands = {
        each.name or each.callback.__name__
        for each in app.registered_commands
        if each.callback is not None and not each.hidden
    }
    assert commands - {"ls"} <= named


@pytest.mark.slow
def test_the_desktops_own_tools_find_nothing_wrong(tmp_path: Path) -> None:
    if shutil.which("desktop-file-validate") is None or shutil.which("appstreamcli") is None:
        pytest.skip("desktop-file-utils and appstream are not installed")
    name = "org.puna.Puna.metainfo.xml"
    text = (PARTS / name).read_text(encoding="utf-8")
    (tmp_path / name).write_text(text.replace("@VERSION@", "1.0").replace("@DATE@", "2026-01-31"))
    for command in (
        ["desktop-file-validate", str(PARTS / "puna.desktop")],
        ["appstreamcli", "validate", "--no-net", str(tmp_path / name)],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_the_description_names_the_menu_entry_and_speaks_german() -> None:
    root = ElementTree.parse(PARTS / "org.puna.Puna.metainfo.xml").getroot()
    assert root.findtext("launchable") == "puna.desktop"
    language = "{http://www.w3.org/XML/1998/namespace}lang"
    german = [each for each in root.iter() if each.get(language) == "de"]
    assert len(german) == 5


def test_files_of_models_are_known_by_their_first_bytes() -> None:
    text = (PARTS / "puna-mime.xml").read_text(encoding="utf-8")
    assert 'value="GGUF"' in text


def test_the_package_tells_what_it_needs() -> None:
    told = dict(
        line.split(": ", 1)
        for line in control_text("1.2.3", "arm64", 7).splitlines()
        if not line.startswith(" ")
    )
    assert (told["Version"], told["Architecture"], told["Installed-Size"]) == (
        "1.2.3",
        "arm64",
        "7",
    )
    assert told["Depends"].split(", ") == list(DEPENDS)


def test_the_package_starts_nothing_at_login(tmp_path: Path) -> None:
    assert not list(ROOT.glob("packaging/linux/**/autostart*"))
    entry = DesktopEntry(tmp_path / "autostart", ["/usr/lib/puna/puna", "tray", "--quiet"])
    assert not entry.is_on


@pytest.mark.parametrize("before", [None, "", "/opt/lib"])
def test_programs_that_we_start_find_their_own_libraries(
    before: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/usr/lib/puna/_internal")
    monkeypatch.delenv("LD_LIBRARY_PATH_ORIG", raising=False)
    if before is not None:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", before)
    runpy.run_path(str(ROOT / "packaging" / "system_environment.py"))
    assert os.environ.get("LD_LIBRARY_PATH") == before
    assert "LD_LIBRARY_PATH_ORIG" not in os.environ


@pytest.mark.skipif(sys.platform != "linux", reason="others cannot replace what runs")
@pytest.mark.parametrize("is_in_the_program", [True, False])
def test_a_program_that_was_replaced_goes_on_with_its_own_modules(
    is_in_the_program: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart = tmp_path / "modules"
    apart.touch()
    name = os.path.realpath("/proc/self/exe") if is_in_the_program else str(apart)
    archive = SimpleNamespace(_filename=name)
    importers = SimpleNamespace(pyz_archive=archive)
    monkeypatch.setitem(sys.modules, "pyimod02_importers", importers)
    runpy.run_path(str(ROOT / "packaging" / "own_modules.py"))
    assert archive._filename == ("/proc/self/exe" if is_in_the_program else name)
