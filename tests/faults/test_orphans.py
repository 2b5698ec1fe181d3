"""When the server is killed, no worker stays, not even one that hangs."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.faults.engines import DEADLINE_S
from tests.tiny_gguf import write_script_model

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with parents"),
]

PARENT = """
import asyncio, sys
from pathlib import Path
from tests.workers import worker

async def main():
    async with worker(Path(sys.argv[1])) as process:
        print(process.pid, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


def test_kill_9_of_the_parent_ends_a_worker_that_hangs(tmp_path: Path) -> None:
    write_script_model(tmp_path / "m.gguf", "a b c")
    command = [sys.executable, "-c", PARENT, str(tmp_path / "m.gguf")]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        os.kill(child.pid, signal.SIGSTOP)
        parent.kill()
    child.wait(timeout=DEADLINE_S)
