"""Models that leave while other things happen, with real processes."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from desktop.engine.asks import Ask
from desktop.engine.engine import Engine
from desktop.engine.events import Piece
from desktop.engine.options import merge
from desktop.engine.runner import Runner
from desktop.models.store import InstalledModel
from tests.engine.models import install_script
from tests.faults.engines import freeze, pid_of, running, say, until

pytestmark = pytest.mark.slow


def runner_of(engine: Engine, model: InstalledModel) -> Runner:
    (runner,) = [each for each in engine.runners if each.weights == model.weights]
    return runner


def leaves_slowly(engine: Engine, model: InstalledModel) -> None:
    """Its worker does not end by itself, only when it is killed after a while."""
    pid = runner_of(engine, model).process.pid
    assert pid
    freeze(pid)


def test_who_comes_while_another_model_is_stopped_is_answered(tmp_path: Path) -> None:
    """Both were idle when the expiry looked."""
    first = install_script(tmp_path, "first", "a b c")
    second = install_script(tmp_path, "second", "a b c", eos=False)

    async def main() -> None:
        async with running() as engine:
            for model in (first, second):
                await say(engine, model, num_predict=1)
            leaves_slowly(engine, first)
            engine.unload(first)
            engine.unload(second)
            await until(lambda: runner_of(engine, first).retiring)
            asking = engine.answer(
                Ask(model=second, prompt="x", options=merge({}, {"num_predict": -1}))
            )
            async with contextlib.aclosing(asking) as events:
                while not isinstance(await anext(events), Piece):
                    pass
                await until(lambda: len(engine.runners) == 1)
                assert runner_of(engine, second).process.alive
            await until(lambda: not engine.runners)

    asyncio.run(main())


def test_who_goes_away_while_a_model_makes_room_leaves_nothing_half_done(tmp_path: Path) -> None:
    first, second = (install_script(tmp_path, name, f"I am {name}") for name in ("a", "b"))

    async def main() -> None:
        async with running(max_loaded_models=1) as engine:
            await say(engine, first)
            leaves_slowly(engine, first)
            asking = asyncio.create_task(say(engine, second))
            await until(lambda: not runner_of(engine, first).process.alive)
            asking.cancel()
            await asyncio.wait({asking})
            await until(lambda: not engine.runners)
            assert await say(engine, second) == "I am b"
            assert pid_of(engine)

    asyncio.run(main())
