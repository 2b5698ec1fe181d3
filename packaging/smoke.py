"""Tries what users will get: starts a frozen Puna and lets it do its work once, on any system.

    .venv/bin/python packaging/smoke.py EXECUTABLE [--model FILE]

EXECUTABLE is `puna` as it was installed. Everything is written into a new folder, which is gone
afterwards. FILE is a GGUF model; without it the starter model is fetched.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from model_files import STARTER, FetchFailed, fetch

PATIENCE_S = 120.0  # for machines that look into every new file before it may run
MODEL = "smoke:latest"
_TICK_S = 0.05
_APART = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # so that Ctrl-Break meets it alone
_PLEASE_END = getattr(signal, "CTRL_BREAK_EVENT", signal.SIGTERM)


class SmokeFailed(Exception):
    """One sentence that says what did not work."""


def main() -> int:
    parser = argparse.ArgumentParser(description="Try an installed Puna.")
    parser.add_argument("executable", type=Path)
    parser.add_argument("--model", type=Path)
    given = parser.parse_args()
    try:
        model = given.model or fetch(STARTER)
        with tempfile.TemporaryDirectory(prefix="puna ä ") as home:
            Trial(given.executable.absolute(), model, Path(home)).run()
    except (SmokeFailed, FetchFailed, OSError) as error:
        print(f"FAILED: {error}", flush=True)
        return 1
    print("Everything works.")
    return 0


class Trial:
    """One walk through an installed Puna.

    Args:
        program: The executable.
        model: A GGUF file.
        home: An empty folder for everything it writes.
    """

    def __init__(self, program: Path, model: Path, home: Path) -> None:
        self._program = program
        self._model = model
        self._home = home
        settled = ("PUNA_", "OLLAMA_", "LLAMA_", "LD_LIBRARY_PATH", "PYTHON")
        self._environ = {
            **{name: text for name, text in os.environ.items() if not name.startswith(settled)},
            "PUNA_HOME": str(home),
            "OLLAMA_HOST": "127.0.0.1:0",
            "OLLAMA_MODELS": str(home / "models"),
            "QT_QPA_PLATFORM": "offscreen",
        }

    def run(self) -> None:
        """Raises SmokeFailed, OSError."""
        self._step("--version", self._version)
        self._step("import", lambda: self._done("import", str(self._model), "--name", MODEL))
        self._step("serve: an answer, a killed engine, another answer, the end", self._serve)
        self._step("tray without a screen: start, quit", self._tray)

    def _step(self, name: str, work: Callable[[], object]) -> None:
        begun = time.monotonic()
        found = work()
        line = f"{name:<60} {time.monotonic() - begun:6.1f} s"
        print(f"{line}  {found.strip()}" if isinstance(found, str) else line, flush=True)

    def _version(self) -> str:
        told = self._done("--version").strip()
        if not told.startswith("puna "):
            raise SmokeFailed(f"--version says {told!r}")
        return told

    def _serve(self) -> str:
        server = self._started(self._program, "serve")
        try:
            url = self._url(server)
            first = self._answer(url)
            _look_at_the_rest(url)
            _kill_engine(server, url)
            second = self._answer(url)
            if first != second:
                raise SmokeFailed(f"the same question was answered {first!r}, then {second!r}")
            self._doctor()
            self._ended(server, lambda: server.send_signal(_PLEASE_END))
        finally:
            _kill(server)
        return repr(first)

    def _tray(self) -> None:
        windowed = self._program.with_name("puna-tray.exe")
        tray = self._started(windowed if windowed.exists() else self._program, "tray", "--quiet")
        try:
            self._url(tray)
            self._ended(tray, lambda: self._done("quit"))
        finally:
            _kill(tray)

    def _doctor(self) -> None:
        """What it finds is no matter of ours, but that it can tell."""
        found = json.loads(self._done("doctor", "--json", codes=(0, 1)))
        if not found["sections"]:
            raise SmokeFailed("the doctor has nothing to say")

    def _answer(self, url: str) -> str:
        options = {"num_predict": 12, "temperature": 0, "seed": 1}
        question = {"model": MODEL, "prompt": "Why is the sky blue?", "stream": False}
        answer: str = _posted(f"{url}/api/generate", question | {"options": options})["response"]
        if not answer.strip():
            raise SmokeFailed("the model answered nothing")
        return answer

    def _started(self, program: Path, *words: str) -> "subprocess.Popen[bytes]":
        quiet = subprocess.DEVNULL
        return subprocess.Popen(
            [program, *words],
            env=self._environ,
            stdin=quiet,
            stdout=quiet,
            stderr=quiet,
            creationflags=_APART,
        )

    def _url(self, process: "subprocess.Popen[bytes]") -> str:
        """Where it listens, as soon as it does."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            if process.poll() is not None:
                raise SmokeFailed(f"it ended by itself (exit code {process.returncode})")
            try:
                url: str = json.loads((self._home / "puna.json").read_bytes())["url"]
                urllib.request.urlopen(f"{url}/api/version", timeout=PATIENCE_S).close()
            except (OSError, ValueError):
                time.sleep(_TICK_S)
            else:
                return url
        raise SmokeFailed(f"it does not listen after {PATIENCE_S:g} seconds")

    def _ended(self, process: "subprocess.Popen[bytes]", end: Callable[[], object]) -> None:
        """End it in the usual way, and see that nothing of it is left."""
        children = psutil.Process(process.pid).children(recursive=True)
        end()
        try:
            code = process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired as error:
            raise SmokeFailed("it does not end when it is told to") from error
        if code:
            raise SmokeFailed(f"it ended with exit code {code}")
        if psutil.wait_procs(children, PATIENCE_S)[1]:
            raise SmokeFailed("it has left processes behind")
        if (self._home / "puna.json").exists():
            raise SmokeFailed("it still says where it listens")

    def _done(self, *words: str, codes: tuple[int, ...] = (0,)) -> str:
        """What one command prints."""
        command = [str(self._program), *words]
        done = subprocess.run(
            command, env=self._environ, capture_output=True, timeout=PATIENCE_S, check=False
        )
        if done.returncode not in codes:
            told = done.stderr.decode(errors="replace").strip()[-500:]
            raise SmokeFailed(f"{words[0]} ended with exit code {done.returncode}: {told}")
        return done.stdout.decode()


def _look_at_the_rest(url: str) -> None:
    """Whatever else may have been left behind when it was frozen. Raises SmokeFailed, OSError."""
    choice = {"format": {"type": "string", "enum": ["blue"]}, "options": {"num_predict": 24}}
    question = {"model": MODEL, "prompt": "Which colour?", "stream": False}
    told = _posted(f"{url}/api/generate", question | choice)["response"]
    if told.strip() != '"blue"':
        raise SmokeFailed(f"an answer in JSON, limited to one word, is {told!r}")
    vectors = _posted(f"{url}/api/embed", {"model": MODEL, "input": "sky"})["embeddings"]
    if not any(vectors[0]):
        raise SmokeFailed("a text has no embedding")
    with urllib.request.urlopen(f"{url}/docs", timeout=PATIENCE_S) as page:
        if b"/api/generate" not in page.read():
            raise SmokeFailed("the page /docs is empty")


def _posted(url: str, body: dict[str, Any]) -> dict[str, Any]:
    """The answer to a body, both JSON. Raises SmokeFailed: refused; OSError: no answer."""
    request = urllib.request.Request(url, json.dumps(body).encode())
    request.add_header("Content-Type", "application/json")
    return _got(request)


def _got(request: urllib.request.Request | str) -> dict[str, Any]:
    """The answer in JSON. Raises SmokeFailed: refused; OSError: no answer."""
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            content: dict[str, Any] = json.loads(answer.read())
            return content
    except urllib.error.HTTPError as error:
        told = error.read().decode(errors="replace").strip()
        raise SmokeFailed(f"{error.url} is refused ({error.code}): {told[:500]}") from error


def _kill_engine(server: "subprocess.Popen[bytes]", url: str) -> None:
    """And see that the server notices; what comes in that very moment is told of the end.

    On Windows, an installation from source has launchers in between.
    """
    parts = psutil.Process(server.pid).children(recursive=True)
    engines = [part for part in parts if not part.children()]
    if len(engines) != 1:
        raise SmokeFailed(f"it has {len(engines)} engines instead of one")
    engines[0].kill()
    until = time.monotonic() + PATIENCE_S
    while _got(f"{url}/api/ps")["models"]:
        if time.monotonic() > until:
            raise SmokeFailed("it does not notice that its engine was killed")
        time.sleep(_TICK_S)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.kill()
        process.wait()


if __name__ == "__main__":
    sys.exit(main())
