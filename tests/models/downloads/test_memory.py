"""Memory does not grow with the file."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.file_server import FileServer
from tests.models.downloads.fetching import PATH

pytestmark = pytest.mark.slow

CHILD = """
import re, sys
from pathlib import Path
from desktop.models.downloads.remote import RemoteFile
from desktop.models.downloads.transfer import Transfer

def peak_bytes() -> int:
    status = Path("/proc/self/status").read_text()
    return 1024 * int(re.search(r"VmHWM:\\s*(\\d+) kB", status)[1])

transfer = Transfer(lambda: RemoteFile(url=sys.argv[1]), Path(sys.argv[2]))
before = peak_bytes()
fetched = transfer.run(lambda progress: None)
print(fetched.size, peak_bytes() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
def test_one_gigabyte(tmp_path: Path) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(2**30)  # a hole, which costs no disk
    with FileServer({PATH: large}) as server:
        server.chunk_bytes = 2**24
        command = [sys.executable, "-c", CHILD, server.url + PATH, str(tmp_path / "model.part")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    (tmp_path / "model.part").unlink()
    size, grown = map(int, done.stdout.split())
    assert size == 2**30
    assert 0 < grown < 60 * 10**6
