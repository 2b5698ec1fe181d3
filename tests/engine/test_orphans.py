"""When the server is killed, no worker stays behind."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.tiny_gguf import write_script_model

pytestmark = pytest.mark.slow

PARENT = """
import asyncio, sys
from pathlib import Path
from tests.workers import ask, worker

async def main():
    async with worker(Path(sys.argv[1])) as process:
        print(process.pid, flush=True)
        await ask(process, "x")

asyncio.run(main())
"""


def test_kill_9_of_the_parent_ends_a_busy_worker(tmp_path: Path) -> None:
    write_script_model(tmp_path / "m.gguf", "a b c", eos=False, context=100_000)
    command = [sys.executable, "-c", PARENT, str(tmp_path / "m.gguf")]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    child.wait(timeout=2)
