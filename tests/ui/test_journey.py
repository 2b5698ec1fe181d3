"""One user's first hour, in a process of its own; see `journey.py`. On a display too, with a real
tray, if there is one: see CONTRIBUTING.md. `PICTURES` names a folder that keeps the pictures.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.test_tray import PROGRAMS, TRAYER

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
ROOT = Path(__file__).resolve().parents[2]
HAS_DISPLAY = bool(os.environ.get("DISPLAY")) and all(map(shutil.which, PROGRAMS))
STEPS = (
    *("first-run", "chat", "answer", "streaming", "stopped", "recommended", "asked"),
    *("downloaded", "installed", "switched", "tray-menu"),
)


@pytest.fixture(params=["offscreen", "xcb"])
def desktop(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The environment of a desktop with a tray, or of none."""
    environ = dict(os.environ)
    environ.pop("DBUS_SESSION_BUS_ADDRESS", None)
    environ["QT_QPA_PLATFORM"] = request.param
    programs = []
    if request.param == "xcb":
        if not HAS_DISPLAY:
            pytest.skip(f"needs an X display and the programs {', '.join(PROGRAMS)}")
        commands = ("openbox", TRAYER)
        programs = [subprocess.Popen(each.split(), env=environ) for each in commands]
    yield environ
    for program in programs:
        program.kill()
        program.wait()


def test_the_first_hour(desktop: dict[str, str], tmp_path: Path, starter_model: Path) -> None:
    pictures = Path(os.environ.get("PICTURES", tmp_path)) / desktop["QT_QPA_PLATFORM"]
    shutil.rmtree(pictures, ignore_errors=True)
    command = [sys.executable, "-X", "dev", "-m", "tests.ui.journey"]
    command += [str(pictures), str(starter_model)]
    done = subprocess.run(
        command, env=desktop, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    made = [path.stem.partition("-")[2] for path in sorted(pictures.glob("*.png"))]
    assert list(dict.fromkeys(made)) == list(STEPS)
