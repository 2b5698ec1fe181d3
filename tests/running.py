"""Real `puna …` processes, as a user or the system starts them."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from desktop.core import discovery

WAIT_S = 60.0  # for what takes a second on an idle machine


class Running:
    """One process; killed at the end of the block if it still runs.

    Args:
        home: Its `PUNA_HOME`; None: as `environ` says.
        options: Of `subprocess.Popen`.
    """

    def __init__(
        self,
        home: Path | None,
        *arguments: str,
        environ: Mapping[str, str] | None = None,
        **options: Any,
    ) -> None:
        inherited = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
        places = {"PUNA_HOME": str(home)} if home else {}
        self._home = home
        self.process: subprocess.Popen[str] = subprocess.Popen(
            [sys.executable, "-m", "desktop", *arguments],
            env=inherited | places | dict(environ or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.communicate()

    def listening(self) -> str:
        """The URL, which `puna serve` prints when it answers."""
        assert self.process.stdout
        words = self.process.stdout.readline().split()
        assert words[:3] == ["Puna", "listens", "at"], self.process.communicate()
        return str(words[3])

    def announced(self) -> str:
        """The URL in the discovery file, when there is one."""
        assert self._home
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            if found := discovery.read(self._home / "puna.json"):
                return found.url
            assert self.process.poll() is None, self.process.communicate()
            os.sched_yield()
        raise AssertionError("nothing was announced")

    def ended(self) -> tuple[int, str, str]:
        """Exit code, stdout and stderr of a process that ends by itself."""
        out, errors = self.process.communicate(timeout=WAIT_S)
        return self.process.returncode, out, errors

    def stopped(self) -> tuple[int, str, str]:
        """The same after SIGTERM."""
        self.process.terminate()
        return self.ended()


def status(url: str) -> dict[str, Any]:
    """What `/api/puna/status` says."""
    return dict(httpx.get(f"{url}/api/puna/status", trust_env=False, timeout=WAIT_S).json())


def problems(url: str) -> dict[str, str]:
    """Sentences by code."""
    return {each["code"]: each["text"] for each in status(url)["problems"]}
