"""One Puna for a person: the second start, in a process of its own, hands over its wish."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from desktop.ui.shell.instance import Instance, Wish, _socket_name

SECOND = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from desktop.ui.shell.instance import Instance, Wish
application = QCoreApplication([])
wish = Wish(open="models", files=["/x/y.gguf"], token="t")
first = Instance(Path(sys.argv[1]), os.environ).claim(wish)
if first and sys.argv[2] == "die":
    os._exit(9)
print(first)
"""


@pytest.fixture
def instance(qtbot: QtBot, tmp_path: Path) -> Iterator[Instance]:
    made = Instance(tmp_path, os.environ)
    yield made
    made.close()


def second(folder: Path, how: str = "") -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SECOND, str(folder), how]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_a_second_start_hands_over_its_wish(
    instance: Instance, tmp_path: Path, qtbot: QtBot
) -> None:
    assert instance.claim(Wish())
    with qtbot.waitSignal(instance.wished, timeout=20_000) as told:
        process = second(tmp_path)
    assert told.args == [Wish(open="models", files=["/x/y.gguf"], token="t")]
    assert process.communicate(timeout=20)[0] == "False\n"


@pytest.mark.slow
def test_a_first_one_that_was_killed_is_followed(instance: Instance, tmp_path: Path) -> None:
    process = second(tmp_path, "die")
    process.communicate(timeout=20)
    assert process.returncode == 9
    assert instance.claim(Wish())


@pytest.mark.slow
def test_the_next_start_after_a_quit_is_the_first_again(instance: Instance, tmp_path: Path) -> None:
    assert instance.claim(Wish())
    instance.close()
    assert second(tmp_path).communicate(timeout=20)[0] == "True\n"


LEAVING = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from desktop.ui.shell.instance import Instance, Wish
application = QCoreApplication([])
instance = Instance(Path(sys.argv[1]), os.environ)
instance.claim(Wish())
instance.wished.connect(lambda wish: wish.leave and application.quit())
print("here", flush=True)
application.exec()
instance.close()
"""


@pytest.mark.slow
def test_who_sends_the_first_one_away_waits_for_its_end(instance: Instance, tmp_path: Path) -> None:
    command = [sys.executable, "-c", LEAVING, str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "here\n"
    assert instance.send_away()
    process.communicate(timeout=20)
    assert process.returncode == 0


def test_where_none_runs_there_is_nobody_to_send_away(instance: Instance) -> None:
    assert instance.send_away()


def test_nonsense_on_the_socket_changes_nothing(
    instance: Instance, tmp_path: Path, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    assert instance.claim(Wish())
    link = QLocalSocket()
    link.connectToServer(_socket_name(tmp_path, os.environ))
    link.write(b"[1]\n")
    with qtbot.assertNotEmitted(instance.wished), qtbot.waitSignal(link.disconnected):
        pass
    assert "cannot be understood" in caplog.text
    if sys.platform != "win32":
        name = _socket_name(tmp_path, os.environ)
        assert socket.AF_UNIX
        mode = Path(name if "/" in name else f"/tmp/{name}").stat().st_mode
        assert mode & 0o077 == 0
