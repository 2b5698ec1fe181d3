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
def environ(protocol_server: ProtocolServer, tmp_path: Path) -> Iterator[dict[str, str]]:
    """A desktop with a tray, where Puna is not for the first time: no window opens by itself."""
    (tmp_path / "desktop.json").write_text('{"welcomed": true}')
    environ = {k: v for k, v in os.environ.items() if k != "QT_QPA_PLATFORM"}
    environ.pop("DBUS_SESSION_BUS_ADDRESS", None)  # so that Qt takes the tray on the X display
    desktop = [subprocess.Popen(command.split(), env=environ) for command in ("openbox", TRAYER)]
    yield environ | {"OLLAMA_HOST": protocol_server.url, "PUNA_HOME": str(tmp_path)}
    for process in desktop:
        process.kill()
        process.wait()


def start(environ: dict[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "desktop", "tray", *arguments]
    return subprocess.Popen(command, env=environ)


@pytest.fixture
def application(environ: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """As at the start of the session."""
    process = start(environ, "--quiet")
    yield process
    process.kill()
    process.wait()


def xdotool(*arguments: str) -> str:
    done = subprocess.run(["xdotool", *arguments], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def is_shown(title: str) -> bool:
    return bool(xdotool("search", "--onlyvisible", "--name", title))


def click_icon(button: int) -> None:
    """Press a button on the only icon, at the right end of the tray."""
    width = int(xdotool("getdisplaygeometry").split()[0])
    xdotool("mousemove", str(width - 12), "16", "click", str(button))


def test_the_icon_opens_the_window_and_its_menu_quits(
    application: subprocess.Popen[bytes],
) -> None:
    until = time.monotonic() + WAIT_S
    while not is_shown("Puna"):
        assert application.poll() is None
        assert time.monotonic() < until, "a click on the icon opens no window"
        click_icon(1)
    while application.poll() is None:
        assert time.monotonic() < until, "the menu does not quit"
        click_icon(3)
        xdotool("key", "Up", "Return")  # the last entry
    assert application.returncode == 0


def test_a_second_start_opens_a_window_of_the_first(
    application: subprocess.Popen[bytes], environ: dict[str, str]
) -> None:
    until = time.monotonic() + WAIT_S
    while not Path(environ["PUNA_HOME"], "tray.lock").exists():
        assert time.monotonic() < until
    second = start(environ, "--open", "help")
    assert second.wait(2 * WAIT_S) == 0
    while not is_shown("Help for Puna"):
        assert time.monotonic() < until
    assert application.poll() is None
