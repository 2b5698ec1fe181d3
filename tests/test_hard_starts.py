"""Puna starts, and says what is wrong, where starting is hard: real processes."""

import asyncio
import ctypes
import json
import os
import resource
import signal
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from subprocess import TimeoutExpired

import httpx
import pytest

from desktop.client.probe import puna_answers
from desktop.core import discovery
from desktop.core.settings import DEFAULT_PORT
from desktop.core.starts import SAFE_AFTER
from tests.running import WAIT_S, Running, problems

pytestmark = pytest.mark.slow
PR_CAPBSET_DROP = 24
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
SERVE = ("serve", "--host", "127.0.0.1:0")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """With letters and spaces that make careless programs stumble."""
    return tmp_path / "Jürgen Müller" / "ä ö ß"


def write(home: Path, name: str, content: str) -> Path:
    home.mkdir(parents=True, exist_ok=True)
    (home / name).write_text(content, encoding="utf-8")
    return home / name


def test_a_name_with_umlauts_and_spaces(tmp_path: Path) -> None:
    user = tmp_path / "Jürgen Müller"
    with Running(None, *SERVE, environ={"HOME": str(user), "XDG_DATA_HOME": ""}) as puna:
        assert httpx.get(f"{puna.listening()}/api/tags", trust_env=False).json() == {"models": []}
        assert puna.stopped()[0] == 0
    assert (user / ".local/share/puna").is_dir()


def test_a_damaged_file_of_settings_is_kept_and_its_last_good_copy_holds(home: Path) -> None:
    file = write(home, "settings.json", '{"keep_alive": "11m"}')
    with Running(home, *SERVE) as puna:
        assert problems(puna.listening()) == {}
        puna.stopped()
    file.write_bytes(b"\0" * 22)  # as power cuts leave them
    with Running(home, *SERVE) as puna:
        url = puna.listening()
        settings = httpx.get(f"{url}/api/puna/settings", trust_env=False).json()
        told = problems(url)
        _, _, log = puna.stopped()
    aside = home / f"settings.json.damaged-{date.today().isoformat()}"
    assert aside.read_bytes() == b"\0" * 22
    assert json.loads(file.read_text()) == {"keep_alive": "11m"}
    assert settings["settings"]["keep_alive"]["value"] == "11m"
    assert aside.name in told["settings_restored"]
    assert told["settings_restored"] in settings["notes"]
    assert told["settings_restored"] in log


def test_settings_of_another_version_do_not_stop_the_windows(home: Path) -> None:
    file = write(home, "settings.json", '{"from_the_future": 1, "parallel": -3, "port": 0}')
    with Running(home, "tray") as puna:
        url = puna.announced()
        found = httpx.patch(f"{url}/api/puna/settings", json={"keep_alive": "9m"}, trust_env=False)
        shown = httpx.get(f"{url}/api/puna/status", trust_env=False).json()["problems"]
        assert puna.stopped()[0] == 0
    assert found.json()["settings"]["parallel"]["value"] == 8
    assert [each["code"] for each in shown] == ["setting_ignored"] * 2
    kept = {"from_the_future": 1, "parallel": -3, "port": 0, "keep_alive": "9m"}
    assert json.loads(file.read_text()) == kept


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    home = write(tmp_path, "file", "not a folder") / "home"
    with Running(home, *SERVE) as puna:
        url = puna.listening()
        told = problems(url)
        assert httpx.get(f"{url}/api/puna/apps", trust_env=False).status_code == 200
        code, _, errors = puna.stopped()
    assert code == 0, errors
    assert str(home) in told["folder_unwritable"]
    assert "Traceback" not in errors


def powerless() -> None:
    """Root, too, may read and write only where the rights of files allow it."""
    for power in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, power)


def test_folders_that_may_not_even_be_looked_into(tmp_path: Path) -> None:
    user = tmp_path / "user"
    write(user / ".config" / "puna", "settings.json", "{}")
    (user / ".local" / "share" / "puna" / "models").mkdir(parents=True)
    closed = [user / ".config", user / ".local"]
    for folder in closed:
        folder.chmod(0)
    homes = {"HOME": str(user), "XDG_DATA_HOME": "", "XDG_CONFIG_HOME": "", "XDG_STATE_HOME": ""}
    try:
        with Running(None, *SERVE, environ=homes, preexec_fn=powerless) as puna:
            url = puna.listening()
            assert set(problems(url)) == {"settings_unreadable", "folder_unwritable"}
            assert httpx.get(f"{url}/api/tags", trust_env=False).json() == {"models": []}
            code, _, errors = puna.stopped()
    finally:
        for folder in closed:
            folder.chmod(0o700)
    assert (code, "Traceback" in errors) == (0, False), errors


def test_a_folder_whose_name_is_no_text(tmp_path: Path) -> None:
    home = Path(os.fsdecode(os.fsencode(tmp_path) + b"/J\xfcrgen"))
    with Running(home, *SERVE) as puna:
        url = puna.listening()
        assert problems(url) == {}
        settings = httpx.get(f"{url}/api/puna/settings", trust_env=False)
        code, _, errors = puna.stopped()
    assert settings.status_code == 200
    assert (code, "Traceback" in errors) == (0, False), errors


def test_small_files_that_are_no_text(home: Path) -> None:
    names = ("settings.json", "desktop.json", "origins.json", "downloads.json", "puna.json")
    home.mkdir(parents=True)
    for name in (*names, "sizes.json", "paces.json", "starting.json"):
        (home / name).write_bytes(b'{"url": "\xff", "language": "\xff", "always": ["\xff"]}')
    with Running(home, "tray", environ={"OLLAMA_HOST": "127.0.0.1:0"}) as puna:
        told = problems(puna.announced())
        assert puna.stopped()[0] == 0
    assert set(told) == {"settings_damaged", "origins_damaged", "downloads_damaged"}
    kept = sorted(path.name.split(".damaged-")[0] for path in home.glob("*.damaged-*"))
    assert kept == ["desktop.json", "downloads.json", "origins.json", "settings.json"]


def test_a_folder_that_may_not_be_written_to(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    write(home, "settings.json", '{"keep_alive": "11m"}')
    home.chmod(0o555)
    with Running(home, *SERVE, preexec_fn=powerless) as puna:
        told = problems(puna.listening())
        code, _, errors = puna.stopped()
    assert code == 0, errors
    assert "Permission denied" in told["folder_unwritable"]
    assert "Traceback" not in errors


def test_the_windows_where_nothing_can_be_written(tmp_path: Path) -> None:
    home = write(tmp_path, "file", "not a folder") / "home"
    with Running(home, "tray", environ={"OLLAMA_HOST": "127.0.0.1:0"}) as puna:
        assert puna.process.stderr
        with pytest.raises(TimeoutExpired):
            puna.process.wait(5)
        code, _, errors = puna.stopped()
    assert (code, "Traceback" in errors) == (0, False), errors


def full_disk() -> None:
    """Every file of the process stays empty: writing fails as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def test_a_disk_without_any_room(home: Path) -> None:
    home.mkdir(parents=True)
    with Running(home, *SERVE, preexec_fn=full_disk) as puna:
        url = puna.listening()
        told = problems(url)
        assert httpx.get(f"{url}/api/tags", trust_env=False).status_code == 200
        refused = httpx.post(f"{url}/api/puna/apps", json={"name": "x"}, trust_env=False)
        apps = httpx.get(f"{url}/api/puna/apps", trust_env=False).json()["apps"]
        code, _, errors = puna.stopped()
    assert code == 0, errors
    assert (refused.status_code, refused.json()["code"]) == (500, "database_failed")
    assert "x" not in [each["name"] for each in apps]
    assert "nearly full" in told["disk_full"]
    assert "Traceback" not in errors


def test_the_disk_of_the_models_is_not_connected(home: Path, tmp_path: Path) -> None:
    away = tmp_path / "disk" / "models"
    write(home, "settings.json", json.dumps({"models_dir": str(away)}))
    with Running(home, *SERVE) as puna:
        url = puna.listening()
        assert str(away) in problems(url)["models_missing"]
        assert httpx.get(f"{url}/api/tags", trust_env=False).json() == {"models": []}
        refused = [
            httpx.post(url + path, json={"model": "x", "stream": False}, trust_env=False)
            for path in ("/api/pull", "/api/chat", "/api/show", "/v1/completions")
        ]
        away.mkdir(parents=True)
        assert problems(url) == {}
        puna.stopped()
    assert {reply.status_code for reply in refused} == {500}
    assert all(str(away) in reply.text for reply in refused)


def test_a_database_of_a_newer_version_is_left_alone(home: Path) -> None:
    home.mkdir(parents=True)
    with closing(sqlite3.connect(home / "apps.sqlite")) as newer:
        newer.execute("CREATE TABLE future (thing TEXT)")
        newer.execute("PRAGMA user_version = 99")
        newer.commit()
    before = (home / "apps.sqlite").read_bytes()
    with Running(home, *SERVE) as puna:
        url = puna.listening()
        assert httpx.get(f"{url}/api/puna/apps", trust_env=False).json()["apps"] == []
        refused = httpx.post(f"{url}/api/puna/apps", json={"name": "x"}, trust_env=False)
        assert "newer version" in problems(url)["database_too_new"]
        puna.stopped()
    assert (refused.status_code, refused.json()["code"]) == (500, "database_failed")
    assert (home / "apps.sqlite").read_bytes() == before
    assert not list(home.glob("apps.sqlite.damaged*"))


def test_a_damaged_database_comes_back_from_its_backup(home: Path) -> None:
    with Running(home, *SERVE) as puna:
        url = puna.listening()
        made = httpx.post(f"{url}/api/puna/apps", json={"name": "Laptop"}, trust_env=False).json()
        puna.stopped()
    (home / "apps.sqlite").write_bytes(b"no database any more" * 500)
    with Running(home, *SERVE) as puna:
        url = puna.listening()
        apps = httpx.get(f"{url}/api/puna/apps", trust_env=False).json()["apps"]
        told = problems(url)
        puna.stopped()
    assert made["id"] in [each["id"] for each in apps]
    assert date.today().isoformat() in told["database_restored"]
    assert len(list(home.glob("apps.sqlite.damaged-*"))) == 1


def test_safe_mode_on_wish(home: Path) -> None:
    write(home, "settings.json", '{"keep_alive": "11m", "port": 1}')
    with Running(home, *SERVE, "--safe") as puna:
        url = puna.listening()
        settings = httpx.get(f"{url}/api/puna/settings", trust_env=False).json()["settings"]
        assert settings["keep_alive"]["value"] == "5m"
        httpx.patch(f"{url}/api/puna/settings", json={"keep_alive": "7m"}, trust_env=False)
        assert "safe mode" in problems(url)["safe_mode"]
        puna.stopped()
    kept = json.loads((home / "settings.json").read_text())
    assert kept == {"keep_alive": "7m", "port": 1}


@pytest.fixture
def usual_port() -> Iterator[None]:
    """Somebody has the port that safe mode would take; it takes the next one then."""
    with closing(socket.socket()) as holder:
        with suppress(OSError):  # somebody else has it
            holder.bind(("127.0.0.1", DEFAULT_PORT))
            holder.listen()
            yield
            return
        url = discovery.url_of("127.0.0.1", DEFAULT_PORT)
        if asyncio.run(puna_answers(url)):
            pytest.skip("a Puna runs at the usual port, and windows use the one that runs")
        yield


@pytest.mark.usefixtures("usual_port")
def test_safe_mode_after_two_crashes(home: Path) -> None:
    write(home, "settings.json", '{"keep_alive": "11m"}')
    near = {"OLLAMA_HOST": "127.0.0.1:0"}
    for _ in range(SAFE_AFTER):
        with Running(home, "tray", environ=near) as puna:
            assert problems(puna.announced()) == {}
            puna.process.kill()
            puna.process.wait(WAIT_S)
        (home / "puna.json").unlink()
    with Running(home, "tray", environ=near) as puna:
        assert "2 starts ended unexpectedly" in problems(puna.announced())["safe_mode"]
        assert puna.stopped()[0] == 0
    with Running(home, "tray", environ=near) as puna:
        assert problems(puna.announced()) == {}
        puna.stopped()
