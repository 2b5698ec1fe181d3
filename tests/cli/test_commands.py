"""The `puna` command against a real HTTP server."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from desktop.cli import commands
from desktop.core.version import PUNA_VERSION
from tests.protocol_server import ProtocolServer


class Outcome(NamedTuple):
    """How one call of the command ended."""

    code: int
    out: str
    err: str


Puna = Callable[..., Outcome]


@pytest.fixture
def puna(
    protocol_server: ProtocolServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Puna:
    """Runs the command as `__main__` does, against the server of the test."""
    monkeypatch.setenv("OLLAMA_HOST", protocol_server.url)
    monkeypatch.setenv("PUNA_HOME", str(tmp_path))

    def call(*arguments: str, piped: str = "") -> Outcome:
        monkeypatch.setattr(sys, "argv", ["puna", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(piped))
        try:
            code = commands.main()
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        return Outcome(code, *capsys.readouterr())

    return call


@pytest.mark.parametrize("command", ["list", "ls"])
def test_list(puna: Puna, command: str) -> None:
    titles, row = puna(command).out.splitlines()
    assert titles.split() == ["NAME", "ID", "SIZE", "MODIFIED"]
    assert row.split()[:4] == ["echo:latest", "0a1b2c3d4e5f", "98", "MB"]


def test_ps(puna: Puna) -> None:
    row = " ".join(puna("ps").out.splitlines()[1].split())
    assert row == "echo:latest 0a1b2c3d4e5f 211 MB 100% CPU 4096 for ever"


def test_a_table_is_not_cut_at_the_width_of_a_screen(
    puna: Puna, protocol_server: ProtocolServer
) -> None:
    name = "hf.co/someone/" + "Long-" * 40 + "GGUF:Q4_K_M"
    protocol_server.installed = [protocol_server.installed[0] | {"name": name}]
    assert name in puna("list").out


def test_show(puna: Puna) -> None:
    words = puna("show", "echo").out.split()
    for word in ("llama", "134.52M", "Q4_1", "8192", "completion", "stop", "Apache"):
        assert word in words


def test_stop_unloads(puna: Puna, protocol_server: ProtocolServer) -> None:
    assert puna("stop", "echo") == (0, "", "")
    assert protocol_server.requests == [{"model": "echo", "keep_alive": 0}]


def test_run_prints_the_answer(puna: Puna) -> None:
    assert puna("run", "echo", "good morning") == (0, "good morning \n", "")


def test_run_adds_what_is_piped_in(puna: Puna, protocol_server: ProtocolServer) -> None:
    puna("run", "echo", "Sum up:", piped="a\nb\n")
    puna("run", "echo", piped="only this")
    assert [body["prompt"] for body in protocol_server.requests] == ["Sum up:\n\na\nb", "only this"]


def test_import_by_the_running_server(puna: Puna, tmp_path: Path) -> None:
    file = tmp_path / "m.gguf"
    file.touch()
    assert puna("import", str(file), "--name", "m:1") == (0, "Installed as m:1\n", "")


def test_import_of_a_missing_file(puna: Puna) -> None:
    assert puna("import", "nowhere.gguf") == (1, "", "puna: There is no file nowhere.gguf.\n")


def test_import_does_not_send_paths_to_other_machines(
    puna: Puna, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "far.example:1")
    file = tmp_path / "m.gguf"
    file.touch()
    outcome = puna("import", str(file))
    assert outcome.code == 1
    assert "another machine" in outcome.err


def test_an_unknown_model_is_one_sentence(puna: Puna) -> None:
    assert puna("run", "nix", "hi") == (1, "", "puna: model 'nix' not found\n")


def test_an_answer_that_breaks_off_keeps_what_came(puna: Puna) -> None:
    outcome = puna("run", "broken", "one two")
    assert outcome == (1, "one \n", "puna: model runner has unexpectedly stopped\n")


def test_without_a_server_it_says_how_to_start_one(
    puna: Puna, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:1")
    outcome = puna("list")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err == (
        "puna: No server answers at http://127.0.0.1:1. Start Puna with: puna serve\n"
    )


def test_version(puna: Puna) -> None:
    assert puna("--version").out.startswith(f"puna {PUNA_VERSION} ")


@pytest.mark.slow
def test_quit_where_no_tray_application_runs(puna: Puna) -> None:
    assert puna("quit").code == 0


def test_an_unknown_command_is_a_usage_error(puna: Puna) -> None:
    assert puna("frobnicate").code == 2


@pytest.mark.slow
def test_doctor_in_words_and_for_programs(puna: Puna, tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"prot": 1}')
    told = puna("doctor")
    assert told.code == 1
    assert "prot" in told.out.splitlines()[-1]
    found = json.loads(puna("doctor", "--json").out)
    assert found["healthy"] is False
    assert found["sections"][0]["title"] == "Puna"
