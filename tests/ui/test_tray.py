"""The icon in a real tray: needs a display and three programs, see CONTRIBUTING.md."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.protocol_server import ProtocolServer

PROGRAMS = ("openbox", "trayer", "xdotool")
WAIT_S = 20.0
TRAYER = "trayer --edge top --align right --width 20 --height 32 --SetDockType true"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.environ.get("DISPLAY"), reason="needs an X display"),
    pytest.mark.skipif(
        not all(map(shutil.which, PROGRAMS)), reason=f"needs the programs {', '.join(PROGRAMS)}"
    ),
]


@pytest.fixture
def tray_application(
    protocol_server: ProtocolServer, tmp_path: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Puna in the tray of a desktop, not for the first time: no window opens by itself."""
    (tmp_path / "welcomed").touch()
    environ = {k: v for k, v in os.environ.items() if k not in ("QT_QPA_PLATFORM",)}
    environ.pop("DBUS_SESSION_BUS_ADDRESS", None)  # so that Qt takes the tray on the X display
    desktop = [subprocess.Popen(command.split(), env=environ) for command in ("openbox", TRAYER)]
    more = {"OLLAMA_HOST": protocol_server.url, "PUNA_HOME": str(tmp_path)}
    application = subprocess.Popen([sys.executable, "-m", "desktop", "tray"], env=environ | more)
    yield application
    for process in (application, *desktop):
        process.kill()
        process.wait()


def xdotool(*arguments: str) -> str:
    done = subprocess.run(["xdotool", *arguments], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def click_icon(button: int) -> None:
    """Press a button on the only icon, at the right end of the tray."""
    width = int(xdotool("getdisplaygeometry").split()[0])
    xdotool("mousemove", str(width - 12), "16", "click", str(button))


def test_the_icon_opens_the_window_and_its_menu_quits(
    tray_application: subprocess.Popen[bytes],
) -> None:
    until = time.monotonic() + WAIT_S
    while not xdotool("search", "--onlyvisible", "--name", "^Puna$"):
        assert tray_application.poll() is None
        assert time.monotonic() < until, "a click on the icon opens no window"
        click_icon(1)
    while tray_application.poll() is None:
        assert time.monotonic() < until, "the menu does not quit"
        click_icon(3)
        xdotool("key", "Up", "Return")  # the last entry
    assert tray_application.returncode == 0
