"""`puna run MODEL` in a real terminal (a pseudo-terminal), typed into like a person does."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.protocol_server import ProtocolServer

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals of this kind", allow_module_level=True)
import pty
import select

WAIT_S = 60.0  # for what takes a second on an idle machine
CTRL_C, CTRL_D = "\x03", "\x04"
IN_TERMINAL = """
import fcntl, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # our Ctrl-C reaches this process
signal.signal(signal.SIGINT, signal.default_int_handler)
from desktop.__main__ import main
raise SystemExit(main())
"""


class Terminal:
    """A pseudo-terminal with `puna run` in it."""

    def __init__(self, model: str, environ: dict[str, str]) -> None:
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", IN_TERMINAL, "run", model],
            env=environ,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self._seen = ""

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def wait_for(self, text: str) -> str:
        """Read until `text` comes; returns what was before it."""
        while text not in self._seen:
            assert select.select([self._ours], [], [], WAIT_S)[0], f"no {text!r} in {self._seen!r}"
            try:
                self._seen += os.read(self._ours, 65536).decode()
            except OSError:  # the other end is closed
                pytest.fail(f"ended without {text!r}: {self._seen!r}")
        before, _, self._seen = self._seen.partition(text)
        return before

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)


@pytest.fixture
def environ(protocol_server: ProtocolServer, tmp_path: Path) -> dict[str, str]:
    more = {"OLLAMA_HOST": protocol_server.url, "PUNA_HOME": str(tmp_path), "TERM": "dumb"}
    return os.environ | more


@pytest.fixture
def terminal(environ: dict[str, str], request: pytest.FixtureRequest) -> Iterator[Terminal]:
    terminal = Terminal(getattr(request, "param", "echo"), environ)
    terminal.wait_for(">>> ")
    yield terminal
    terminal.close()


pytestmark = pytest.mark.slow


def test_a_chat_keeps_its_history_until_cleared(
    terminal: Terminal, protocol_server: ProtocolServer
) -> None:
    for text in ("good morning", "/clear", "again"):
        terminal.type(f"{text}\n")
        terminal.wait_for(">>> ")
    terminal.type("more\n")
    terminal.wait_for(">>> ")
    terminal.type("/bye\n")
    assert terminal.process.wait(WAIT_S) == 0
    texts = [[m["content"] for m in body["messages"]] for body in protocol_server.requests]
    assert texts == [[], ["good morning"], ["again"], ["again", "again ", "more"]]


def test_several_lines_between_triple_quotes(
    terminal: Terminal, protocol_server: ProtocolServer
) -> None:
    terminal.type('"""one\n')
    terminal.wait_for("... ")
    terminal.type('two"""\n')
    terminal.wait_for(">>> ")
    assert protocol_server.requests[-1]["messages"][-1]["content"] == "one\ntwo"


@pytest.mark.parametrize("terminal", ["endless"], indirect=True)
def test_ctrl_c_stops_the_answer_and_not_the_program(
    terminal: Terminal, protocol_server: ProtocolServer
) -> None:
    terminal.type("go\n")
    terminal.wait_for("on on ")
    terminal.type(CTRL_C)
    terminal.wait_for(">>> ")
    assert protocol_server.client_gone.wait(WAIT_S)
    terminal.type(CTRL_C)
    terminal.wait_for("Use Ctrl-D or /bye to leave.")
    terminal.wait_for(">>> ")
    terminal.type(CTRL_D)
    assert terminal.process.wait(WAIT_S) == 0


def test_help_and_unknown_commands(terminal: Terminal) -> None:
    terminal.type("/?\n")
    assert "/bye" in terminal.wait_for(">>> ")
    terminal.type("/nonsense\n")
    terminal.wait_for("There is no command /nonsense")


@pytest.mark.parametrize("terminal", ["broken"], indirect=True)
def test_a_failed_answer_is_told_and_the_chat_goes_on(terminal: Terminal) -> None:
    terminal.type("go on\n")
    terminal.wait_for("puna: model runner has unexpectedly stopped")
    terminal.wait_for(">>> ")


def test_an_unknown_model_ends_at_once(environ: dict[str, str]) -> None:
    terminal = Terminal("nix", environ)
    terminal.wait_for("puna: model 'nix' not found")
    assert terminal.process.wait(WAIT_S) == 1
    terminal.close()
