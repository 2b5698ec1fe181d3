"""A download of a window, while the whole program is killed again and again."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests import tiny_gguf
from tests.file_server import FileServer

pytestmark = pytest.mark.slow

WAIT_S = 20.0
KILLS = 4
IN_FLIGHT = 2 * 2**16 * 4  # what four connections may have had on their way at a kill


@contextmanager
def serving(home: Path) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """`puna serve`; killed, not asked to stop, at the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "desktop", "serve", "--host", "127.0.0.1:0"],
        env=os.environ | {"PUNA_HOME": str(home), "HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout
    try:
        yield process.stdout.readline().split()[3], process
    finally:
        process.kill()
        process.communicate()


def test_it_goes_on_where_it_was(tmp_path: Path) -> None:
    tiny_gguf.write_script_model(tmp_path / "tiny", "Still here")
    content = (tmp_path / "tiny").read_bytes()
    started = False
    with FileServer({"/tiny-Q8_0.gguf": content}) as server:
        server.rate, server.chunk_bytes = len(content) / 4, 4096
        for number in range(1, KILLS + 1):
            with serving(tmp_path / "home") as (url, _process):
                if not started:
                    body = {"model": f"{server.url}/tiny-Q8_0.gguf", "insecure": True}
                    started = httpx.post(f"{url}/api/puna/downloads", json=body).is_success
                wait_for_bytes(url, len(content) * number // (KILLS + 2))
        server.rate = None
        with serving(tmp_path / "home") as (url, _process):
            wait_for_bytes(url, len(content))
            asked = {"model": "tiny:Q8_0", "prompt": "x", "stream": False}
            answer = httpx.post(f"{url}/api/generate", json=asked, timeout=WAIT_S).json()
            assert answer["response"] == "Still here"
    assert server.sent_bytes <= len(content) + KILLS * IN_FLIGHT


def wait_for_bytes(url: str, count: int) -> None:
    """Until so much is on the disk; all of it: until the model is installed."""
    with httpx.stream("GET", f"{url}/api/puna/downloads/events", timeout=WAIT_S) as events:
        for line in events.iter_lines():
            (job,) = httpx.Response(200, text=line).json()["downloads"] or [{"state": ""}]
            assert job["state"] != "failed", job["reason"]
            if job["state"] == "done" or (count < job["total"] and job["completed"] >= count):
                return
