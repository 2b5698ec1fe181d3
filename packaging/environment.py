"""Makes `.venv` and installs Puna into it; says nothing when that has been done already.

    python3 packaging/environment.py [test] [package]

With `test`: the tools for tests and lint as well; with `package`: those that freeze.

Runs without our environment: standard library only.
"""

import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed"
LOG = ROOT / ".cache" / "setup.log"
PIP_INSTALL = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--verbose"]
PIP_INSTALL += ["--disable-pip-version-check"]
STEP = re.compile(rb"^ *\[(\d+)/(\d+)\] ", re.MULTILINE)  # as ninja counts
TICK_S = 10.0  # between two lines where there is no terminal to redraw


def main() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what says so
        print("Puna needs Python 3.11 or newer; name one: make run PYTHON=python3.12")
        return 1
    extras = {"test", "package"} & set(sys.argv[1:])
    wanted = _key()
    if STAMP.exists():
        key, _, present = STAMP.read_text().partition(" ")
        if key == wanted and extras <= set(present.split()):
            return 0
        extras |= set(present.split())
    if not _tools_are_here():
        return 1
    return _install(sorted(extras), wanted)


def _key() -> str:
    """What an installation depends on."""
    text = (ROOT / "pyproject.toml").read_bytes() + f"{sys.version}{VENV}".encode()
    return hashlib.sha256(text).hexdigest()


def _tools_are_here() -> bool:
    from system_packages import install

    missing = []
    if not importlib.util.find_spec("ensurepip"):  # Debian ships it apart from Python
        missing.append("python3-venv")
    if not any(map(shutil.which, ("c++", "g++", "clang++"))):
        missing.append("g++")
    missing += [tool for tool in ("cmake", "make") if not shutil.which(tool)]
    return not missing or install(missing, "tools to compile llama.cpp")


def _install(extras: list[str], key: str) -> int:
    print(
        "Installing Puna into .venv. llama.cpp is compiled for this computer, which takes about"
        " 5 minutes the first time.",
        flush=True,
    )
    LOG.parent.mkdir(exist_ok=True)
    started = time.monotonic()
    STAMP.unlink(missing_ok=True)
    with LOG.open("wb") as log:
        steps = [
            [sys.executable, "-m", "venv", *([] if _same_python() else ["--clear"]), str(VENV)],
            [*PIP_INSTALL, "--editable", f".[{','.join(extras)}]" if extras else "."],
        ]
        if any(_run(step, log, started) for step in steps):
            tail = LOG.read_text(errors="replace").splitlines()[-25:]
            print("\n".join(line[:300] for line in tail))
            print(f"\nThe installation failed; its last lines are above, all of them in {LOG}")
            return 1
    STAMP.write_text(" ".join([key, *extras]))
    print(f"Installed in {_clock(time.monotonic() - started)}.", flush=True)
    return 0


def _same_python() -> bool:
    """Whether an environment is there that was made by the Python which runs this."""
    show = [str(VENV / "bin" / "python"), "-c", "import sys; print(sys.version)"]
    try:
        return subprocess.check_output(show, text=True).strip() == sys.version
    except (OSError, subprocess.CalledProcessError):
        return False


def _run(command: list[str], log: IO[bytes], started: float) -> int:
    """Run one step, telling every second (on a terminal) or ten that it goes on."""
    live, stage = sys.stdout.isatty(), Stage()
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        while True:
            try:
                return process.wait(timeout=1.0 if live else TICK_S)
            except subprocess.TimeoutExpired:
                line = f"  {_clock(time.monotonic() - started)}  {stage}"
                print(f"\r{line:<70}" if live else line, end="" if live else "\n", flush=True)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
        if live:
            print("\r" + " " * 70 + "\r", end="", flush=True)


class Stage:
    """What pip is doing, read from its growing log."""

    def __init__(self) -> None:
        self._read = 0
        self._step = (0, 0)  # files of llama.cpp: compiled, in all

    def __str__(self) -> str:
        with LOG.open("rb") as log:
            log.seek(self._read)
            steps = STEP.findall(log.read())
            self._read = log.tell()
        if steps:
            self._step = int(steps[-1][0]), int(steps[-1][1])
        done, total = self._step
        if done < total:
            return f"compiling llama.cpp: file {done} of {total}"
        return "fetching and installing packages"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\nStopped; the next start goes on from here.")
