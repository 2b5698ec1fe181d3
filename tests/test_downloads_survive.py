"""A download of a window, while the whole program is killed again and again."""

import hashlib
import os
import random
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
KILLS = 30
CHUNK = 4096
IN_FLIGHT = 4 * 2 * CHUNK  # what four connections may have had on their way at a kill
SIZE = 6 * 2**20


@contextmanager
def serving(home: Path) -> Iterator[str]:
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
        yield process.stdout.readline().split()[3]
    finally:
        process.kill()
        process.communicate()


def test_it_goes_on_where_it_was(tmp_path: Path) -> None:
    tiny_gguf.write_script_model(tmp_path / "tiny", "Still here")
    dice = random.Random(7)
    content = (tmp_path / "tiny").read_bytes()
    content += dice.randbytes(SIZE - len(content))  # behind the tensors, where nobody looks
    places = sorted(dice.randrange(SIZE) for _ in range(KILLS))
    with FileServer({"/tiny-Q8_0.gguf": content}) as server:
        server.rate, server.chunk_bytes = SIZE / 4, CHUNK
        with serving(tmp_path / "home") as url:
            body = {"model": f"{server.url}/tiny-Q8_0.gguf", "insecure": True}
            assert httpx.post(f"{url}/api/puna/downloads", json=body).is_success
            wait_for_bytes(url, places[0])
        for place in places[1:]:
            with serving(tmp_path / "home") as url:
                wait_for_bytes(url, place)
        server.rate = None
        with serving(tmp_path / "home") as url:
            wait_for_bytes(url, SIZE)
            asked = {"model": "tiny:Q8_0", "prompt": "x", "stream": False}
            answer = httpx.post(f"{url}/api/generate", json=asked, timeout=WAIT_S).json()
            assert answer["response"] == "Still here"
    blobs = tmp_path / "home" / "models" / "blobs"
    digest = hashlib.sha256(content).hexdigest()
    assert (blobs / f"sha256-{digest}").read_bytes() == content
    assert server.sent_bytes <= SIZE + KILLS * IN_FLIGHT


def wait_for_bytes(url: str, count: int) -> None:
    """Until so much is on the disk; all of it: until the model is installed."""
    with httpx.stream("GET", f"{url}/api/puna/downloads/events", timeout=WAIT_S) as events:
        for line in events.iter_lines():
            (job,) = httpx.Response(200, text=line).json()["downloads"] or [{"state": ""}]
            assert job["state"] != "failed", job["reason"]
            if job["state"] == "done" or (count < job["total"] and job["completed"] >= count):
                return
