"""Loads and unloads, again and again: nothing is left of them."""

import asyncio
import gc
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from desktop.engine.engine import Engine
from desktop.models.store import InstalledModel
from tests.engine.models import install_script
from tests.faults.engines import DEADLINE_S, running, say, until

pytestmark = pytest.mark.slow

WARM_UP, LOADS = 10, 50
MODELS, ROUNDS = 8, 2


async def load_and_unload(engine: Engine, model: InstalledModel) -> None:
    assert await say(engine, model) == "hello you"
    engine.unload(model)
    await asyncio.wait_for(until(lambda: not engine.runners), DEADLINE_S)


def held(us: psutil.Process) -> dict[str, int]:
    """What leaks are made of, memory left out."""
    gc.collect()
    if sys.platform == "win32":
        handles = us.num_handles()
    else:
        handles = us.num_fds()
    return {
        "handles": handles,
        "processes": len(us.children(recursive=True)),
        "threads": threading.active_count(),
        "tasks": len(asyncio.all_tasks()),
    }


def grown(before: dict[str, int], now: dict[str, int]) -> dict[str, int]:
    return {name: now[name] for name in now if now[name] > before[name]}


def test_fifty_loads_leave_nothing(tmp_path: Path) -> None:
    async def main() -> None:
        us = psutil.Process()
        # asyncio starts its helping threads by and by: here there is one.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
        async with running() as engine:
            model = install_script(tmp_path, "a", "hello you")
            for _ in range(WARM_UP):
                await load_and_unload(engine, model)
            before, memory = held(us), us.memory_info().rss
            for _ in range(LOADS - WARM_UP):
                await load_and_unload(engine, model)
            # What was still being closed at the first count makes the second one smaller.
            await until(lambda: not grown(before, held(us)))
            assert us.memory_info().rss - memory < 3 * 2**20

    asyncio.run(main())


def test_eight_models_in_memory_for_two(tmp_path: Path) -> None:
    """All at once, twice: each gets its answer, and nobody waits for ever."""

    async def main() -> None:
        async with running(max_loaded_models=2) as engine:
            models = [install_script(tmp_path, f"m{n}", f"I am {n}") for n in range(MODELS)]
            asks = [say(engine, model) for model in models * ROUNDS]
            said = await asyncio.wait_for(asyncio.gather(*asks), 3 * DEADLINE_S)
            assert said == [f"I am {n}" for n in range(MODELS)] * ROUNDS
            assert len(engine.runners) <= 2

    asyncio.run(main())
