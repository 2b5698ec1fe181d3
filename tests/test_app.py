"""The composition root: real processes that are started, attached to, and ended by signals."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import httpx
import pytest

from desktop.core import discovery
from desktop.core.paths import Paths
from desktop.core.version import PUNA_VERSION
from tests.protocol_server import ProtocolServer
from tests.tiny_gguf import write_random_model

pytestmark = pytest.mark.slow
WAIT_S = 20.0

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def start(home: Path) -> Iterator[Start]:
    """Starts `puna …` with its files in `home`."""
    processes: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **environ: str) -> subprocess.Popen[str]:
        inherited = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
        process = subprocess.Popen(
            [sys.executable, "-m", "desktop", *arguments],
            env=inherited | {"PUNA_HOME": str(home)} | environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def first_line(stream: IO[str] | None) -> str:
    assert stream
    return stream.readline()


def listening_url(process: subprocess.Popen[str]) -> str:
    words = first_line(process.stdout).split()
    assert words[:3] == ["Puna", "listens", "at"], process.communicate()
    return words[3]


def ended(process: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> int:
    process.send_signal(number)
    return process.wait(WAIT_S)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_answers_and_ends_by_a_signal(
    start: Start, home: Path, number: signal.Signals
) -> None:
    process = start("serve", "--host", "127.0.0.1:0")
    url = listening_url(process)
    assert httpx.get(f"{url}/api/version", trust_env=False).json()["puna"]
    found = discovery.read(home / "puna.json")
    assert found
    assert (found.url, found.pid, found.version) == (url, process.pid, PUNA_VERSION)
    assert found.key
    assert (home / "puna.json").stat().st_mode & 0o077 == 0
    assert ended(process, number) == 0
    assert not (home / "puna.json").exists()


def test_serve_has_neither_windows_nor_a_client_in_memory(start: Start) -> None:
    process = start("serve", "--host", "127.0.0.1:0", PYTHONPROFILEIMPORTTIME="1")
    listening_url(process)
    process.terminate()
    modules = process.communicate(timeout=WAIT_S)[1]
    assert "uvicorn" in modules
    for heavy in ("httpx", "truststore", "cryptography", "rich", "PySide6", "llama_cpp"):
        assert f" {heavy}\n" not in modules


def test_a_second_serve_says_that_puna_runs(start: Start) -> None:
    url = listening_url(start("serve", "--host", "127.0.0.1:0"))
    second = start("serve", "--host", url)
    assert second.wait(WAIT_S) == 1
    assert first_line(second.stderr) == f"puna: Puna already runs at {url}.\n"


def test_serve_on_a_port_of_another_program(start: Start) -> None:
    with ProtocolServer(puna="") as other:
        process = start("serve", "--host", other.url)
        assert process.wait(WAIT_S) == 1
        assert "already used by another program" in first_line(process.stderr)


def test_settings_that_cannot_be_used_are_told(start: Start, home: Path) -> None:
    home.mkdir()
    (home / "settings.json").write_text('{"porte": 1}')
    process = start("serve")
    assert process.wait(WAIT_S) == 1
    message = first_line(process.stderr)
    assert "porte" in message
    assert "Traceback" not in message


def test_serve_lets_nobody_in_without_keys(start: Start) -> None:
    process = start("serve", OLLAMA_HOST="0.0.0.0:0")
    assert process.wait(WAIT_S) == 1
    message = process.communicate()[1]
    assert "Puna does not listen on 0.0.0.0 without keys" in message
    assert '"require_keys": true' in message
    assert "Traceback" not in message


def test_a_model_can_be_there_before_the_first_start(
    start: Start, home: Path, tmp_path: Path
) -> None:
    write_random_model(tmp_path / "m.gguf")
    process = start("import", str(tmp_path / "m.gguf"), "--name", "m:1", OLLAMA_HOST="127.0.0.1:1")
    assert process.communicate(timeout=WAIT_S) == ("Installed as m:1\n", "")
    assert list(home.glob("models/manifests/*/library/m/1"))


def test_what_settings_json_overrules_is_logged(start: Start, home: Path) -> None:
    home.mkdir()
    (home / "settings.json").write_text('{"port": 0}')
    process = start("serve", OLLAMA_HOST="127.0.0.1:1")
    listening_url(process)
    assert ended(process) == 0
    assert "settings.json wins over OLLAMA_HOST" in process.communicate()[1]


def test_the_tray_application_keeps_to_itself_without_keys(start: Start, home: Path) -> None:
    process = start("tray", OLLAMA_HOST="0.0.0.0:0")
    url = announced_url(process, home)
    assert url.startswith("http://127.0.0.1:")
    shown = httpx.get(f"{url}/api/puna/settings", trust_env=False).json()
    assert shown["settings"]["host"]["value"] == "127.0.0.1"
    assert shown["settings"]["host"]["overruled"]["value"] == "0.0.0.0"
    assert "does not listen on 0.0.0.0 without keys" in shown["notes"][0]
    assert ended(process) == 0


def test_the_command_line_shows_the_key_of_the_discovery_file(start: Start, home: Path) -> None:
    home.mkdir()
    (home / "settings.json").write_text('{"port": 0, "require_keys": true}')
    url = listening_url(start("serve"))
    assert httpx.get(f"{url}/api/tags", trust_env=False).status_code == 401
    asking = start("list")
    assert asking.wait(WAIT_S) == 0, asking.communicate()


def test_the_tray_application_without_a_display_is_a_server(start: Start) -> None:
    process = start("tray", QT_QPA_PLATFORM="", OLLAMA_HOST="127.0.0.1:0")
    assert first_line(process.stdout).startswith("There is no display here")
    listening_url(process)
    assert ended(process) == 0


def test_the_tray_application_uses_a_running_puna(
    start: Start, home: Path, protocol_server: ProtocolServer
) -> None:
    process = start("tray", OLLAMA_HOST=protocol_server.url)
    assert protocol_server.tags_asked.wait(WAIT_S)  # by its window: it is the first start
    assert ended(process) == 0
    assert not (home / "puna.json").exists()


def test_the_tray_application_finds_puna_by_its_discovery_file(
    start: Start, home: Path, protocol_server: ProtocolServer
) -> None:
    discovery.announce(Paths.of({"PUNA_HOME": str(home)}).discovery_file, protocol_server.url)
    process = start("tray")
    assert protocol_server.tags_asked.wait(WAIT_S)
    assert ended(process) == 0


def test_the_tray_application_evades_a_port_of_another_program(start: Start, home: Path) -> None:
    with ProtocolServer(puna="") as other:
        process = start("tray", OLLAMA_HOST=other.url)
        url = announced_url(process, home)
        assert url != other.url
        assert httpx.get(f"{url}/api/version", trust_env=False).json()["puna"]
        assert ended(process) == 0
    assert not other.tags_asked.is_set()


def announced_url(process: subprocess.Popen[str], home: Path) -> str:
    """The server's address, as soon as the process has announced it."""
    while process.poll() is None:
        if found := discovery.read(home / "puna.json"):
            return found.url
        os.sched_yield()
    pytest.fail(f"ended: {process.communicate()}")


def test_a_silent_program_on_the_port_does_not_hang_the_start(start: Start, home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        process = start("tray", OLLAMA_HOST=f"127.0.0.1:{silent.getsockname()[1]}")
        announced_url(process, home)
        assert ended(process) == 0
