"""The icon as modern desktops read it, through D-Bus: needs a display, a session bus and `gdbus`.

xvfb-run -a dbus-run-session -- .venv/bin/python -m pytest tests/ui/test_tray_host.py
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.core import discovery
from desktop.core.paths import Paths
from tests.api.served import Served
from tests.ui.shell.conftest import served, shell_models  # noqa: F401
from tests.ui.tray_host import Watcher

HAS_ALL = all(map(os.environ.get, ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS"))) and shutil.which(
    "gdbus"
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not HAS_ALL, reason="needs an X display, a session bus and gdbus"),
]


@pytest.fixture
def watcher(qtbot: QtBot) -> Iterator[Watcher]:
    made = Watcher()
    yield made
    made.leave()


@pytest.fixture
def application(
    served: Served,  # noqa: F811
    tmp_path: Path,
) -> Iterator[subprocess.Popen[bytes]]:
    home = tmp_path / "home"
    home.mkdir()
    (home / "desktop.json").write_text('{"welcomed": true, "language": "en"}')
    discovery.announce(Paths.of({"PUNA_HOME": str(home)}).discovery_file, served.url)
    environ = os.environ | {"QT_QPA_PLATFORM": "xcb", "PUNA_HOME": str(home)}
    command = [sys.executable, "-m", "desktop", "tray", "--quiet"]
    process = subprocess.Popen(command, env=environ)
    yield process
    process.kill()
    process.wait()


def test_the_icon_tells_its_state_and_the_menu_acts(
    watcher: Watcher,
    application: subprocess.Popen[bytes],
    served: Served,  # noqa: F811
) -> None:
    watcher.appear()
    item = watcher.item()
    watcher.until(lambda: "script:latest" in item.menu())
    idle, tip = item.read("IconPixmap"), item.read("ToolTip")
    assert "ready" in tip
    item.choose("script:latest")
    watcher.until(served.running)
    watcher.until(lambda: "in memory" in item.menu())
    item.choose("_Pause for other programs")
    watcher.until(lambda: "paused" in item.read("ToolTip"))
    assert item.read("IconPixmap") != idle
    item.choose("_Quit Puna")
    watcher.until(lambda: application.poll() is not None)
    assert application.returncode == 0


def test_a_tray_that_comes_late_gets_the_icon(
    watcher: Watcher, application: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    lock = tmp_path / "home" / "history.sqlite"
    watcher.until(lock.exists)  # the windows' loop is about to run, without a tray
    watcher.appear()
    assert "Quit Puna" in watcher.item().menu()
