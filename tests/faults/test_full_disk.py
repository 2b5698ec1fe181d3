"""A disk without room: it is said, nothing is lost, and everybody is served."""

import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.callers import history
from tests.api.served import Json, Served, serving
from tests.engine.models import install_script
from tests.faults.engines import DEADLINE_S

pytestmark = pytest.mark.slow

DISK_BYTES = 40 * 2**20


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if not mount or not umount:
        pytest.skip("there is no mount command")
    folder = tmp_path / "disk"
    folder.mkdir()
    command = [mount, "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run([umount, "-l", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Leave no byte free; the file can be removed."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (2**20, 2**12, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    assert shutil.disk_usage(disk).free == 0
    return filler


def change(served: Served, values: Json) -> tuple[int, str]:
    reply = served.http.patch("/api/puna/settings", json=values, headers=served.own)
    return reply.status_code, reply.text


def test_a_full_disk_stops_nobody_and_loses_nothing(disk: Path) -> None:
    install_script(disk, "a", "hello you")
    with serving(disk / "home", disk / "models", keep_alive=-1) as served:
        assert served.generate("a", "x")["response"] == "hello you"
        assert len(history(served)) == 1
        filler = fill(disk)
        for _ in range(3):
            assert served.generate("a", "x")["response"] == "hello you"
        history(served)  # waits for the database, which could not keep them
        status, text = change(served, {"max_queue": 77})
        assert (status, "No space left" in text) == (400, True), text
        content = b"y" * 2**20
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        upload = served.http.post(f"/api/blobs/{digest}", content=content, timeout=DEADLINE_S)
        assert (upload.status_code, upload.json()["code"]) == (507, "disk_full")
        copied = served.http.post("/api/copy", json={"source": "a", "destination": "b"})
        assert (copied.status_code, copied.json()["code"]) == (507, "disk_full")
        assert served.http.get("/api/tags").json()["models"][0]["name"] == "a:latest"
        served.whole("/api/generate", {"model": "a", "keep_alive": 0})
        served.empty()
        assert served.generate("a", "x")["response"] == "hello you"  # a load needs no disk
        filler.unlink()
        assert served.generate("a", "x")["response"] == "hello you"
        assert change(served, {"max_queue": 77})[0] == 200
        assert [each["state"] for each in history(served)] == ["done"] * 6
