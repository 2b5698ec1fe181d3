"""A machine that nothing is known of is measured when somebody wants to know; real processes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import psutil
import pytest

from desktop.core.settings import Settings
from desktop.engine.asks import Ask
from desktop.engine.engine import Engine
from desktop.engine.events import Piece
from desktop.engine.machine import Machine
from desktop.engine.options import merge
from desktop.engine.pace import CPU
from desktop.engine.pace_company import Company
from desktop.engine.pace_probe import TOKENS, PaceProbe
from desktop.hardware.battery import Power
from desktop.hardware.bystanders import Bystanders
from desktop.models.store import InstalledModel
from tests.engine.models import install_script

pytestmark = pytest.mark.slow

WAIT_S = 60.0
LOOP = {"eos": False, "context": 4096}  # for ever "a b c"
PLUGGED = Power(reason="none_found")


class Quiet(Bystanders):
    """The rest of the machine, of which tests cannot know how busy it is."""

    def are_busy(self) -> bool:
        return False


class Noisy(Bystanders):
    """Other programs are busy."""

    def are_busy(self) -> bool:
        return True


@contextlib.asynccontextmanager
async def probing(
    models: Sequence[InstalledModel],
    power: Power = PLUGGED,
    beside: Callable[[int | None], Bystanders] = Quiet,
) -> AsyncIterator[tuple[Engine, PaceProbe]]:
    """An engine with a probe of it, stopped at the end with all its processes."""
    before = psutil.Process().children()
    machine = Machine(threads=1, memory_bytes=2**33)
    engine = Engine(Settings(context_tokens=1024), machine, company=Company(beside))
    probe = PaceProbe(engine, lambda: models, lambda: power)
    tasks = [asyncio.create_task(engine.expire_idle()), asyncio.create_task(probe.run())]
    try:
        async with asyncio.timeout(WAIT_S):
            yield engine, probe
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await engine.close()
        assert set(psutil.Process().children()) <= set(before)


async def until(condition: Callable[[], object]) -> None:
    while not condition():  # noqa: ASYNC110 - it has no event
        await asyncio.sleep(0.005)


async def ended(probe: PaceProbe) -> str:
    await until(lambda: probe.state != "running")
    return probe.state


async def say(engine: Engine, model: InstalledModel, tokens: int) -> int:
    """Number of pieces."""
    ask = Ask(model=model, prompt="x", options=merge({}, {"num_predict": tokens}))
    return len([event async for event in engine.answer(ask) if isinstance(event, Piece)])


def test_answers_are_measured(tmp_path: Path) -> None:
    model = install_script(tmp_path, "talker", "a b c", **LOOP)

    async def run() -> None:
        async with probing([model]) as (engine, probe):
            await say(engine, model, 20)
            assert not engine.paces.records
            await say(engine, model, 40)
            (record,) = engine.paces.records
            assert (record.model, record.place) == ("talker:latest", CPU)
            (trial,) = record.trials
            assert trial.alone
            assert trial.written > 1
            await asyncio.gather(say(engine, model, 40), say(engine, model, 40))
            assert [each.alone for each in engine.paces.records[0].trials] == [True, False, False]
            probe.wish()
            assert probe.state == "known"

    asyncio.run(run())


def test_the_smallest_model_is_tried_once_and_leaves(tmp_path: Path) -> None:
    words = " ".join(f"w{number}" for number in range(200))
    large = install_script(tmp_path, "large", words, **LOOP)
    small = install_script(tmp_path, "small", "a b c", **LOOP)

    async def run() -> None:
        async with probing([large, small]) as (engine, probe):
            assert probe.state == "idle"
            probe.wish()
            assert await ended(probe) == "known"
            (record,) = engine.paces.records
            assert (record.model, len(record.trials)) == ("small:latest", 1)
            await until(lambda: not engine.runners)

    asyncio.run(run())


def test_whoever_asks_a_model_ends_the_probe(tmp_path: Path) -> None:
    model = install_script(tmp_path, "talker", "a b c", **LOOP)

    async def run() -> None:
        async with probing([model]) as (engine, probe):
            probe.wish()
            await until(lambda: engine.runners)
            assert await say(engine, model, TOKENS) > 0
            assert await ended(probe) in ("busy", "known")
            (runner,) = engine.runners  # it is the asker's now
            assert runner.keep_alive_s == Settings().keep_alive_s

    asyncio.run(run())


@pytest.mark.parametrize(
    ("power", "state"),
    [
        (Power(percent=19, plugged=False), "low_battery"),
        (Power(percent=19, plugged=None), "low_battery"),
        (Power(percent=19, plugged=True), "no_model"),
        (Power(percent=20, plugged=False), "no_model"),
    ],
)
def test_not_on_a_low_battery_nor_without_a_model(power: Power, state: str) -> None:
    async def run() -> None:
        async with probing([], power) as (_engine, probe):
            probe.wish()
            assert await ended(probe) == state

    asyncio.run(run())


def test_not_while_a_model_is_loaded(tmp_path: Path) -> None:
    model = install_script(tmp_path, "talker", "a b c", **LOOP)

    async def run() -> None:
        async with probing([model]) as (engine, probe):
            await say(engine, model, 3)
            probe.wish()
            assert await ended(probe) == "busy"
            assert not engine.paces.records

    asyncio.run(run())


def test_other_programs_spoil_the_figure(tmp_path: Path) -> None:
    model = install_script(tmp_path, "talker", "a b c", **LOOP)

    async def run() -> None:
        async with probing([model], beside=Noisy) as (engine, probe):
            probe.wish()
            assert await ended(probe) == "busy"
            assert not engine.paces.records
            await say(engine, model, 40)
            assert not engine.paces.records[0].trials[0].alone
            assert not engine.paces.knows_machine

    asyncio.run(run())


def test_a_model_that_does_not_load(tmp_path: Path) -> None:
    model = install_script(tmp_path, "talker", "a b c", **LOOP)
    content = model.weights.read_bytes()
    model.weights.chmod(0o600)
    model.weights.write_bytes(content.replace(b"blk.0.attn_q.weight", b"blk.0.attn_X.weight"))

    async def run() -> None:
        async with probing([model]) as (_engine, probe):
            probe.wish()
            assert await ended(probe) == "failed"
            probe.wish()  # may be tried again
            assert await ended(probe) == "failed"

    asyncio.run(run())
