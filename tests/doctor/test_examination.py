"""What the doctor sees: real folders, databases, ports and connections."""

import asyncio
import os
import socket
import sqlite3
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from desktop.api.network.certificates import Certificate, certificate_files
from desktop.api.network.sharing import check_sharing
from desktop.app import examine
from desktop.core import discovery
from desktop.core.backups import Backups
from desktop.core.paths import Paths
from desktop.core.settings import Settings
from desktop.doctor import machine, network, program, storage
from desktop.doctor.finding import Finding, Report, Section
from desktop.hardware.cpu import describe_processor
from desktop.hardware.devices import Device, Devices
from tests.api.served import serving


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.of({"PUNA_HOME": str(tmp_path / "home")})


def problems(findings: Iterator[Finding] | list[Finding]) -> dict[str, str]:
    """By name; each has a remedy."""
    found = list(findings)
    assert all(bool(each.problem) == bool(each.remedy) for each in found)
    return {each.name: each.problem for each in found if each.problem}


def write_database(path: Path, version: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TABLE things (thing TEXT)")
        made.execute(f"PRAGMA user_version = {version}")
        made.commit()


def test_nothing_is_wrong_where_nothing_is(paths: Paths) -> None:
    found = list(storage.databases(paths, {}))
    assert {each.value for each in found} == {"not made yet"}
    assert problems(storage.folders(paths, paths.models, models_chosen=False)) == {}
    assert not paths.data.exists()


def test_databases(paths: Paths) -> None:
    write_database(paths.apps_file, 1)
    write_database(paths.history_file, 7)
    write_database(paths.activity_file, 1)
    assert Backups(paths.backups, "apps").make(paths.apps_file, date(2026, 11, 23))
    damaged = paths.activity_file.read_bytes()
    paths.activity_file.write_bytes(b"x" * len(damaged))
    (paths.data / "apps.sqlite.damaged-2026-11-20").touch()
    before = {path: path.read_bytes() for path in paths.data.glob("*.sqlite")}
    found = {each.name: each for each in storage.databases(paths, {"history": 2, "apps": 1})}
    assert "whole" in found["apps"].value
    assert "1 backups" in found["apps"].value
    assert "newer version of Puna" in found["history"].problem
    assert "cannot be read" in found["activity"].problem
    assert "new one is begun" in found["activity"].remedy
    assert found["kept aside"].value.endswith("apps.sqlite.damaged-2026-11-20")
    assert {path: path.read_bytes() for path in paths.data.glob("*.sqlite")} == before


def test_damage_of_small_files_and_emptied_databases(paths: Paths) -> None:
    write_database(paths.apps_file, 1)
    assert Backups(paths.backups, "apps").make(paths.apps_file, date(2026, 11, 23))
    paths.apps_file.write_bytes(b"")
    paths.choices_file.write_bytes(b'{"language": "\xff"}')
    paths.origins_file.write_text("{}")
    found = problems(storage.databases(paths, {"apps": 1}))
    assert set(found) == {"apps", "desktop.json"}
    paths.settings_file.write_bytes(b"\0\0")
    (told,) = program.settings(paths, {}, check_sharing)
    assert "Start Puna" in told.remedy


def test_settings_with_which_no_server_starts(paths: Paths) -> None:
    found = problems(program.settings(paths, {"OLLAMA_HOST": "0.0.0.0"}, check_sharing))
    assert "without keys" in found["sharing"]


def test_whose_folder_it_is_is_not_told(paths: Paths) -> None:
    finding = Finding(name="logs", value="/home/ada/puna", problem="/home/ada: full.", remedy="No.")
    report = Report(version="1", healthy=False, sections=[Section(title="A", findings=[finding])])
    shown = report.without("/home/ada").sections[0].findings[0]
    assert (shown.value, shown.problem) == ("~/puna", "~: full.")
    assert report.without("/") == report


def test_folders_that_are_no_folders(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    paths = Paths.of({"PUNA_HOME": str(tmp_path / "file" / "home")})
    found = problems(storage.folders(paths, tmp_path / "away" / "models", models_chosen=True))
    assert set(found) == {"data", "settings", "logs", "models"}
    assert found["models"] == "The folder of the models is not there."


def test_settings_are_told_without_whom_they_name(paths: Paths) -> None:
    paths.config.mkdir(parents=True)
    paths.settings_file.write_text('{"origins": ["https://secret.example"], "keep_alive": "1h"}')
    told = {
        each.name: each.value
        for each in program.settings(paths, {"OLLAMA_HOST": "h:1"}, check_sharing)
    }
    assert told["origins"] == "1 of them (from: file)"
    assert told["keep_alive"] == "1h (from: file)"
    assert told["port"] == "1 (from: environment)"
    paths.settings_file.write_text('{"prot": 1}')
    assert "prot" in problems(program.settings(paths, {}, check_sharing))[str(paths.settings_file)]


def test_who_holds_the_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        number = other.getsockname()[1]
        found = network.port(number, own_pid=None)
        assert f"process {os.getpid()}" in found.problem
        assert network.port(number, own_pid=os.getpid()).value == "Puna's"
    assert network.port(number, own_pid=None).value == "free"


@pytest.mark.slow
def test_the_server_that_runs_and_one_that_does_not(tmp_path: Path, paths: Paths) -> None:
    nowhere = {"OLLAMA_HOST": "127.0.0.1:1"}  # at the usual port somebody may have one running
    lost = asyncio.run(network.server(paths, nowhere))
    assert [(each.value, each.problem) for each in lost] == [("does not run", "")]
    discovery.announce(paths.discovery_file, "http://127.0.0.1:1")
    assert "does not answer" in asyncio.run(network.server(paths, {}))[0].value
    models = tmp_path / "gone" / "models"
    with serving(paths.data, models) as puna:
        found = asyncio.run(network.server(paths, {}))
    assert puna.url in found[0].value
    assert [each.value for each in found[1:]] == ["models_missing"]


def test_graphics_and_what_llama_cpp_leaves_unused(monkeypatch: pytest.MonkeyPatch) -> None:
    features = describe_processor().features
    card = Device(
        index=0, name="Vulkan0", description="A card", total_bytes=2**33, free_bytes=2**32
    )
    whole = Devices(devices=(card,), backends=("CPU", "Vulkan"), cpu_features=features)
    found = {each.name: each for each in machine.machine(whole)}
    assert found["Vulkan0"].value == "A card, 8.0 GiB, free 4.0 GiB"
    assert not found["llama.cpp uses"].problem
    poor = Devices(backends=("CPU",), cpu_features=("SSE3",), problem="The driver crashed.")
    wrong = problems(machine.machine(poor))
    assert wrong["graphics"] == "The driver crashed."
    if "AVX2" in features:
        assert "AVX2" in wrong["llama.cpp uses"]
        monkeypatch.setattr("sys.frozen", True, raising=False)
        (told,) = [each for each in machine.machine(poor) if each.name == "llama.cpp uses"]
        assert told.remedy.endswith("Install Puna again.")  # it is the package already


def test_proxies_are_told_without_their_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://me:secret@proxy.example:3128")
    monkeypatch.setenv("http_proxy", "socks5://127.0.0.1:9050")
    monkeypatch.setenv("all_proxy", "http://[::1")
    found = list(network.ways_out({"SSL_CERT_FILE": "/nowhere/bundle.pem"}))
    told = {each.name: each.value for each in found}
    assert told["proxy for https"] == "http://proxy.example:3128"
    assert set(problems(found)) == {"proxy for http", "proxy for all", "SSL_CERT_FILE"}


def test_a_computer_that_believes_no_certificates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, bundle = tmp_path / "certs", tmp_path / "bundle.pem"
    folder.mkdir()
    monkeypatch.setenv("SSL_CERT_DIR", str(folder))
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    assert "ca-certificates" in network.certificates("linux", [str(bundle)]).remedy
    bundle.touch()
    assert network.certificates("linux", []).value == f"the system's, {bundle}"
    assert not network.certificates("darwin", []).problem


def test_hubs_that_cannot_be_reached_or_believed(paths: Paths) -> None:
    with socket.create_server(("127.0.0.1", 0)) as plain:
        context, number = own_certificate(paths).context, plain.getsockname()[1]
        answering = threading.Thread(target=_shake_hands, args=(plain, context))
        answering.start()
        (wrong,) = network.hubs(("localhost",), number)
        answering.join(30)
    assert "not believed" in wrong.problem
    (gone,) = network.hubs(("localhost",), number)
    assert "cannot be reached" in gone.problem


def own_certificate(paths: Paths) -> Certificate:
    """Which nobody vouches for."""
    settings = Settings(host="0.0.0.0", require_keys=True, tls="own")
    files = certificate_files(settings, paths)
    assert files
    return Certificate(files, own=True)


def _shake_hands(listener: socket.socket, context: ssl.SSLContext) -> None:
    link, _ = listener.accept()
    with link, pytest.raises(ssl.SSLError):
        context.wrap_socket(link, server_side=True)


@pytest.mark.slow
def test_all_of_it(paths: Paths) -> None:
    report = examine({"PUNA_HOME": str(paths.data)}, online=False)
    titles = [part.title for part in report.sections]
    assert titles[:4] == ["Puna", "Machine", "Server", "Folders"]
    assert report.healthy == (not report.problems)
    assert "CPU" in next(
        each.value for each in report.sections[1].findings if each.name == "llama.cpp can use"
    )
