"""Many apps want more models than have room, with real processes: all are answered, in turn."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from desktop.core.errors import ServerBusy
from desktop.core.settings import Settings
from desktop.engine.asker import Asker, Wait
from desktop.engine.asks import Ask
from desktop.engine.battery import Battery
from desktop.engine.engine import Engine
from desktop.engine.events import Piece
from desktop.engine.machine import Machine
from desktop.engine.options import LoadOptions, merge
from desktop.engine.pool import RunnerPool
from desktop.hardware.battery import Power
from desktop.models.store import InstalledModel
from tests.engine.models import install_script
from tests.engine.test_pool import run, running, until

pytestmark = pytest.mark.slow

APPS, ROUNDS = 8, 6


async def ask(engine: Engine, model: InstalledModel, asker: Asker, **options: int) -> str:
    asking = engine.answer(Ask(model=model, prompt="x", asker=asker, options=merge({}, options)))
    return "".join([event.text async for event in asking if isinstance(event, Piece)])


def test_eight_apps_and_three_models_with_room_for_two(tmp_path: Path) -> None:
    """Each load serves all that wait for this model; no app is last all the time."""
    models = [install_script(tmp_path, name, f"I am {name}") for name in "abc"]
    ended: list[str] = []
    waits: list[Wait] = []

    async def app(engine: Engine, number: int) -> None:
        for turn in range(ROUNDS):
            model = models[(number + turn) % len(models)]
            heard: list[Wait | None] = []
            said = await ask(engine, model, Asker(f"app {number}", told=heard.append))
            assert said == f"I am {model.name.model}"
            assert not heard or heard[-1] is None
            assert len(engine.runners) <= 2
            waits.extend(each for each in heard if each)
            ended.append(f"app {number}")

    async def main() -> None:
        async with running(max_loaded_models=2, parallel=2) as engine, asyncio.timeout(120):
            await asyncio.gather(*(app(engine, number) for number in range(APPS)))

    asyncio.run(main())
    assert Counter(ended) == {f"app {number}": ROUNDS for number in range(APPS)}
    assert len(set(ended[: len(ended) // 2])) == APPS
    assert {each.what for each in waits} == {"load", "place"}
    assert 1 < max(each.place for each in waits) <= APPS


def test_the_users_own_chat_overtakes_in_the_line_for_loads(tmp_path: Path) -> None:
    async def test(engine: Engine, folder: Path) -> None:
        models = {name: install_script(folder, name, f"I am {name}") for name in "xabcdP"}
        order: list[str] = []

        async def want(name: str) -> None:
            heard: list[Wait | None] = []
            asker = Asker(f"app {name}", name == "P", heard.append)
            asks.append(asyncio.create_task(ask(engine, models[name], asker)))
            await until(lambda: heard)
            asks[-1].add_done_callback(lambda _: order.append(name))

        asks = [asyncio.create_task(ask(engine, models["x"], Asker("x")))]
        await until(lambda: engine.runners)
        for name in "abcdP":
            await want(name)
        asks[1].cancel()
        await asyncio.gather(*asks, return_exceptions=True)
        assert order == ["a", "P", "b", "c", "d"]

    run(test, tmp_path, max_loaded_models=1)


def test_a_busy_model_is_not_thrown_out_for_the_users_own_chat(tmp_path: Path) -> None:
    async def test(engine: Engine, folder: Path) -> None:
        busy = install_script(folder, "a", "a b c", eos=False)
        other = install_script(folder, "b", "I am b")
        asking = asyncio.create_task(ask(engine, busy, Asker("app"), num_predict=2000))
        await until(lambda: engine.runners and engine.runners[0].in_use)
        own = asyncio.create_task(ask(engine, other, Asker("puna", is_own=True)))
        assert len(await asking) > 2000
        assert await own == "I am b"

    run(test, tmp_path, max_loaded_models=1)


def test_the_queue_of_a_loaded_model_has_an_end(tmp_path: Path) -> None:
    async def test(engine: Engine, folder: Path) -> None:
        model = install_script(folder, "a", "a b c", eos=False)
        await ask(engine, model, Asker("first"), num_predict=1)
        asks = [
            asyncio.create_task(ask(engine, model, Asker(f"app {n}"), num_predict=50))
            for n in range(6)
        ]
        asks.append(asyncio.create_task(ask(engine, model, Asker("", is_own=True), num_predict=1)))
        done = await asyncio.gather(*asks, return_exceptions=True)
        assert [isinstance(each, ServerBusy) for each in done] == [False] * 4 + [True] * 2 + [False]

    run(test, tmp_path, parallel=1, max_queue=3)


@pytest.mark.parametrize("plugged", [False, True])
def test_idle_models_leave_when_the_battery_is_low(
    tmp_path: Path, plugged: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.engine.pool.BATTERY_IDLE_S", 0.0)
    looked = asyncio.Event()

    async def main() -> None:
        loop = asyncio.get_running_loop()

        def look() -> Power:
            loop.call_soon_threadsafe(looked.set)
            return Power(percent=9, plugged=plugged)

        settings = Settings(unload_on_battery_percent=10)
        pool = RunnerPool(settings, Machine(threads=1, memory_bytes=2**33), battery=Battery(look))
        model = install_script(tmp_path, "a", "hello")
        pool.pin({model.weights})
        expiry = asyncio.create_task(pool.expire_idle())
        try:
            async with asyncio.timeout(30):
                async with pool.lease(model, LoadOptions(), None):
                    assert not looked.is_set()  # nobody looks while there is nothing to unload
                await looked.wait()
                await until(lambda: plugged or not pool.runners)
            assert len(pool.runners) == plugged
        finally:
            expiry.cancel()
            await pool.close()

    asyncio.run(main())
