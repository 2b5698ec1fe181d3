"""A server as a child process: started, waited for, ended. Its output goes to a file."""

import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from tests.bench.load import Address


class ServerFailed(Exception):
    """A server did not come up; the text ends with its last words."""


def free_address() -> Address:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return Address("127.0.0.1", probe.getsockname()[1])


class ServerProcess:
    """Runs from construction to the end of the `with` block.

    Args:
        command: Program and arguments.
        address: Where it was told to listen.
        log: File for what it prints.
        environ: Its whole environment.
        folder: Its working directory.
    """

    def __init__(
        self,
        command: Sequence[str],
        address: Address,
        *,
        log: Path,
        environ: Mapping[str, str],
        folder: Path,
    ) -> None:
        self.address = address
        self._log = log
        with log.open("wb") as output:
            self.started_s = time.perf_counter()
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environ),
                cwd=folder,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_for(self, path: str, timeout_s: float) -> float:
        """Ask for `path` until it answers 200; seconds from the start of the process to then."""
        deadline = time.perf_counter() + timeout_s
        while time.perf_counter() < deadline:
            if self._process.poll() is not None:
                raise ServerFailed(f"ended with code {self._process.returncode}\n{self._last()}")
            if self._answers(path):
                return time.perf_counter() - self.started_s
            time.sleep(0.005)
        raise ServerFailed(f"no answer from {path} after {timeout_s:g} s\n{self._last()}")

    def _answers(self, path: str) -> bool:
        request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        try:
            with socket.create_connection(self.address, timeout=10) as connection:
                connection.sendall(request.encode())
                return connection.recv(64).startswith(b"HTTP/1.1 200 ")
        except OSError:
            return False

    def _last(self) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-15:])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            print(f"Server {self.address.port} does not end by itself; killing it", file=sys.stderr)
        finally:  # also where Ctrl-C ended the wait
            self._process.kill()
            self._process.wait()
