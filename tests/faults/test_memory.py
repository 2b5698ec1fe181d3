"""Workers that may not have more memory: at the load, for the context, and in mid answer."""

import asyncio
import sys
from pathlib import Path

import psutil
import pytest

from desktop.core.errors import ModelLoadFailed, WorkerDied
from desktop.engine import child
from desktop.engine.watch import Patience
from tests.faults.engines import DEADLINE_S, worker
from tests.tiny_gguf import Shape, write_random_model
from tests.workers import ask

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="limits of other processes"),
]

PATIENCE = Patience()


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model of 50 MB."""
    path = tmp_path / "m.gguf"
    write_random_model(path, shape=Shape(layers=4, embed=512, context=8192))
    return path


def limit_workers(monkeypatch: pytest.MonkeyPatch, mebibytes: int) -> None:
    """Workers that start from now on may address no more than this."""
    shell = f'ulimit -v {mebibytes * 1024}; exec "$@"'
    command = ["/bin/sh", "-c", shell, "sh", *child.worker_command()]
    monkeypatch.setattr(child, "worker_command", lambda: command)


def failed_load(path: Path, **load: object) -> ModelLoadFailed | None:
    """Why it cannot be loaded; None: it can."""

    async def main() -> ModelLoadFailed | None:
        try:
            async with asyncio.timeout(DEADLINE_S), worker(path, PATIENCE, **load):
                return None
        except ModelLoadFailed as error:
            return error

    return asyncio.run(main())


def needed_mebibytes(path: Path, **load: object) -> int:
    """What a worker addresses that has loaded the model."""

    async def main() -> int:
        async with worker(path, PATIENCE, **load) as process:
            return int(psutil.Process(process.pid).memory_info().vms) // 2**20

    return asyncio.run(main())


def test_no_memory_for_the_weights(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load = {"context_tokens": 64, "cells": 64, "parallel": 1, "use_mmap": False}
    most = needed_mebibytes(model, **load)
    for less in range(100, most, 15):  # what its threads may use of it, and do not, is unknown
        limit_workers(monkeypatch, most - less)
        if error := failed_load(model, **load):
            assert error.reason == "out_of_memory", error
            if "not enough memory for this model" in str(error):
                return
    raise AssertionError("llama.cpp was never short of memory")


def test_no_memory_for_the_context(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = {"context_tokens": 64, "cells": 64, "parallel": 1}
    limit_workers(monkeypatch, needed_mebibytes(model, **small) + 20)
    error = failed_load(model, context_tokens=8192, cells=65_536, parallel=8)
    assert error
    assert error.reason == "out_of_memory", error
    assert error.figures["free_bytes"] > 0


@pytest.mark.parametrize("spare_mebibytes", [0, 1, 8])
def test_no_memory_in_mid_answer(model: Path, spare_mebibytes: int) -> None:
    """Whatever it was too little for, somebody says so, and at once."""

    async def main() -> str:
        """Why it ended; empty: the memory was enough."""
        async with worker(model, PATIENCE, context_tokens=8192, cells=8192) as process:
            limited = psutil.Process(process.pid)
            most = limited.memory_info().vms + spare_mebibytes * 2**20
            limited.rlimit(psutil.RLIMIT_AS, (most, most))
            try:
                for prompt in ("hello", "hello " * 200):
                    asking = ask(process, prompt, predict_tokens=5)
                    assert (await asyncio.wait_for(asking, DEADLINE_S)).end.output_tokens == 5
            except WorkerDied as error:
                return str(error)
        return ""

    ending = asyncio.run(main())
    assert "ran out of memory" in ending or (spare_mebibytes and not ending)
