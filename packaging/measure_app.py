"""Measures a frozen Puna: how large it is, and how quickly it starts.

    .venv/bin/python packaging/measure_app.py [FOLDER]

A start is counted from the moment the process is asked for. *Cold* means that the system has
forgotten the application's files. What cannot be measured here is left out.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from desktop.worker.frames import HEADER, body_length, pack, unpack_report  # noqa: E402
from desktop.worker.messages import Load, LoadFailed  # noqa: E402

TIMES = 7
PATIENCE_S = 60.0
_TICK_S = 0.002
_WISH = json.dumps({"quiet": True}).encode() + b"\n"


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist" / "puna"
    for name, value in start_figures(folder.absolute()).items():
        print(f"{name:<28} {value:6.3f} s")
    return 0


def size_mb(folder: Path) -> float:
    """In millions of bytes; links count nothing."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files) / 1e6


def start_figures(app: Path) -> dict[str, float]:
    """Seconds, by what was started: one cold start, and the best and the median of several warm
    ones; other programs disturb the best least."""
    starts: dict[str, Callable[[Path], float]] = {
        "server answers": _server_s,
        "tray answers": _tray_s,
        "worker ready": _worker_s,
    }
    figures = {}
    for name, start in starts.items():
        if hasattr(os, "posix_fadvise"):
            _forget(app)
            figures[f"{name}, cold"] = start(app)
        start(app)
        times = [start(app) for _ in range(TIMES)]
        figures |= {f"{name}, best": min(times), f"{name}, median": median(times)}
    return figures


def _server_s(app: Path) -> float:
    """Until `puna serve` answers over HTTP."""
    with _running(app, "serve") as (begun, process, home):
        return _when_it_answers(process, home) - begun


def _tray_s(app: Path) -> float:
    """Until the tray application, without a screen, does what a second start asks for."""
    with _running(app, "tray", "--quiet") as (begun, process, home):
        while True:
            for path in home.glob("puna-*"):
                with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as link:
                    link.settimeout(PATIENCE_S)
                    link.connect(str(path))
                    link.sendall(_WISH)
                    if link.recv(8):
                        return time.monotonic() - begun
            _wait_on(process, begun)


def _worker_s(app: Path) -> float:
    """Until the worker has started llama.cpp, and says that the file it was given is none."""
    order = Load(path=str(app / "no such file"), context_tokens=1, cells=1, parallel=1)
    begun = time.monotonic()
    with subprocess.Popen(
        [app / "puna-worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(pack(order))
        process.stdin.flush()
        body = process.stdout.read(body_length(process.stdout.read(HEADER.size)))
        took_s = time.monotonic() - begun
        if not isinstance(unpack_report(body), LoadFailed):
            raise RuntimeError("the worker did not say that there is no such file")
        return took_s


@contextlib.contextmanager
def _running(app: Path, *words: str) -> Iterator[tuple[float, "subprocess.Popen[bytes]", Path]]:
    """When it was started, the process, and its home; ended after the block."""
    with tempfile.TemporaryDirectory() as name, socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{place.getsockname()[1]}"
        place.close()
        environ = os.environ | {"PUNA_HOME": name, "XDG_RUNTIME_DIR": name, "OLLAMA_HOST": host}
        environ["QT_QPA_PLATFORM"] = "offscreen"
        begun = time.monotonic()
        process = subprocess.Popen(
            [app / "puna", *words],
            env=environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield begun, process, Path(name)
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def _when_it_answers(process: "subprocess.Popen[bytes]", home: Path) -> float:
    begun = time.monotonic()
    while True:
        with contextlib.suppress(OSError, ValueError, KeyError):
            url: str = json.loads((home / "puna.json").read_bytes())["url"]
            host, _, port = url.removeprefix("http://").rpartition(":")
            with socket.create_connection((host, int(port)), PATIENCE_S) as link:
                link.sendall(b"GET /api/version HTTP/1.1\r\nhost: localhost\r\n\r\n")
                if link.recv(12) == b"HTTP/1.1 200":
                    return time.monotonic()
        _wait_on(process, begun)


def _wait_on(process: "subprocess.Popen[bytes]", begun: float) -> None:
    if process.poll() is not None or time.monotonic() - begun > PATIENCE_S:
        raise RuntimeError(f"{process.args!r} did not start (exit code {process.returncode})")
    time.sleep(_TICK_S)


def _forget(folder: Path) -> None:
    """Drop the files from the system's memory."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


if __name__ == "__main__":
    sys.exit(main())
