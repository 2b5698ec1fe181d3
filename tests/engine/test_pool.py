"""Loading on demand, keeping, making room, letting go; each with real processes."""

import asyncio
import contextlib
import math
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import psutil
import pytest

from desktop.core.errors import ModelLoadFailed, ServerBusy, WorkerDied
from desktop.core.settings import Settings
from desktop.engine import child
from desktop.engine.asks import Ask
from desktop.engine.engine import Engine
from desktop.engine.events import Finished, Piece
from desktop.engine.machine import Machine
from desktop.engine.options import merge
from desktop.models.store import InstalledModel
from tests.engine.models import install_script

pytestmark = pytest.mark.slow


@contextlib.asynccontextmanager
async def running(**settings: Any) -> AsyncIterator[Engine]:
    """An engine that expires idle models, stopped at the end with all its processes."""
    before = psutil.Process().children()
    engine = Engine(Settings(**settings), Machine(threads=1, memory_bytes=2**33))
    expiry = asyncio.create_task(engine.expire_idle())
    try:
        yield engine
    finally:
        expiry.cancel()
        await engine.close()
        assert set(psutil.Process().children()) <= set(before)


async def say(
    engine: Engine, model: InstalledModel, keep_alive_s: float | None = None, **options: Any
) -> str:
    ask = Ask(model=model, prompt="x", keep_alive_s=keep_alive_s, options=merge({}, options))
    return "".join([event.text async for event in engine.answer(ask) if isinstance(event, Piece)])


def pid_of(engine: Engine, name: str) -> int:
    (pid,) = [runner.process.pid for runner in engine.runners if runner.name == f"{name}:latest"]
    assert pid is not None
    return pid


def say_as(pid: int, frames: bytes) -> None:
    """Write into the pipe by which a worker speaks to us."""
    folder = Path(f"/proc/{pid}/fd")
    pipes = [each for each in folder.iterdir() if os.readlink(each).startswith("pipe:")]
    (pipe,) = [each for each in pipes if int(each.name) > 2]
    with pipe.open("wb", buffering=0) as file:
        file.write(frames)


async def gone(pid: int) -> None:
    """Wait for the end of a process."""
    with contextlib.suppress(psutil.NoSuchProcess):
        await asyncio.to_thread(psutil.Process(pid).wait, 10)


async def until(condition: Callable[[], object]) -> None:
    """Wait for a moment in between, of which nobody is told."""
    while not condition():  # noqa: ASYNC110 - it has no event
        await asyncio.sleep(0)


Test = Callable[[Engine, Path], Coroutine[Any, Any, None]]


def run(test: Test, tmp_path: Path, **settings: Any) -> None:
    async def main() -> None:
        async with running(**settings) as engine:
            await test(engine, tmp_path)

    asyncio.run(main())


def test_a_model_is_loaded_once_and_stays(tmp_path: Path) -> None:
    async def test(engine: Engine, folder: Path) -> None:
        model = install_script(folder, "a", "hello you")
        assert await say(engine, model) == "hello you"
        first = pid_of(engine, "a")
        assert await say(engine, model) == "hello you"
        assert pid_of(engine, "a") == first

    run(test, tmp_path)


def test_requests_that_come_while_it_loads_share_it(tmp_path: Path) -> None:
    async def test(engine: Engine, folder: Path) -> None:
        model = install_script(folder, "a", "hello you")
        said = await asyncio.gather(*(say(engine, model) for _ in range(12)))
        assert said == ["hello you"] * 12
        assert len(engine.runners) == 1

    run(test, tmp_path)


def test_keep_alive_zero_unloads_after_the_answer(tmp_path: Path) -> None:
    async def test(engine: Engine, folder: Path) -> None:
        model = install_script(folder, "a", "hello you")
        assert await say(engine, model, keep_alive_s=0) == "hello you"
        await until(lambda: not engine.runners)
        assert await say(engine, model, keep_alive_s=math.inf) == "hello you"
        assert engine.runners[0].expires_at > 9e9

    run(test, tmp_path)


def test_an_idle_model_leaves_when_its_time_is_up(tmp_path: Path) -> None:
    async def test(engine: Engine, folder: Path) -> None:
        model = install_script(folder, "a", "hello you")
        await say(engine, model, keep_alive_s=0.2)
        pid = pid_of(engine, "a")
        await gone(pid)
        assert not psutil.pid_exists(pid)

    run(test, tmp_path)


def test_unload_never_interrupts_a_request(tmp_path: Path) -> None:
    async def test(engine: Engine, folder: Path) -> None:
        model = install_script(folder, "a", "a b c", eos=False)
        asking = asyncio.create_task(say(engine, model, num_predict=3000))
        await until(lambda: engine.runners and engine.runners[0].in_use)
        engine.unload(model)
        assert len(await asking) > 3000

    run(test, tmp_path)


def test_a_larger_context_reloads_and_a_smaller_one_does_not(tmp_path: Path) -> None:
    async def test(engine: Engine, folder: Path) -> None:
        model = install_script(folder, "a", "hello you")
        await say(engine, model, num_ctx=256)
        first = pid_of(engine, "a")
        await say(engine, model, num_ctx=128)
        await say(engine, model)
        assert pid_of(engine, "a") == first
        await say(engine, model, num_ctx=512)
        assert pid_of(engine, "a") != first
        loaded = engine.runners[0].process.loaded
        assert loaded is not None
        assert loaded.context_tokens == 512

    run(test, tmp_path)


def test_the_least_needed_model_makes_room(tmp_path: Path) -> None:
    async def test(engine: Engine, folder: Path) -> None:
        models = [install_script(folder, name, f"I am {name}") for name in "abc"]
        await say(engine, models[0], keep_alive_s=600)
        await say(engine, models[1], keep_alive_s=60)
        assert await say(engine, models[2]) == "I am c"
        assert {runner.name for runner in engine.runners} == {"a:latest", "c:latest"}

    run(test, tmp_path, max_loaded_models=2)


def test_two_models_by_turns_with_room_for_one(tmp_path: Path) -> None:
    async def test(engine: Engine, folder: Path) -> None:
        models = [install_script(folder, name, f"I am {name}") for name in "ab"]
        asks = [say(engine, models[turn % 2]) for turn in range(6)]
        assert await asyncio.gather(*asks) == ["I am a", "I am b"] * 3

    run(test, tmp_path, max_loaded_models=1)


def test_too_many_waiting_for_a_load_are_refused(tmp_path: Path) -> None:
    async def test(engine: Engine, folder: Path) -> None:
        model = install_script(folder, "a", "hello you")
        asks = [asyncio.create_task(say(engine, model)) for _ in range(5)]
        done = await asyncio.gather(*asks, return_exceptions=True)
        assert sum(isinstance(each, ServerBusy) for each in done) == 3
        assert done.count("hello you") == 2

    run(test, tmp_path, max_queue=2)


def test_a_killed_worker_ends_its_requests_and_the_next_starts_anew(tmp_path: Path) -> None:
    async def test(engine: Engine, folder: Path) -> None:
        model = install_script(folder, "a", "a b c", eos=False)
        asks = [asyncio.create_task(say(engine, model)) for _ in range(3)]
        await until(lambda: engine.runners and engine.runners[0].in_use == 3)
        os.kill(pid_of(engine, "a"), signal.SIGKILL)
        async with asyncio.timeout(1):
            done = await asyncio.gather(*asks, return_exceptions=True)
        assert all(isinstance(each, WorkerDied) for each in done)
        assert "SIGKILL" in str(done[0])
        assert (await say(engine, model, num_predict=3)).startswith("a b")

    run(test, tmp_path)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="writes into the worker's pipe")
@pytest.mark.parametrize("nonsense", [b"\x01\0\0\0\xc1", b"\xff" * 8])
def test_a_worker_that_cannot_be_understood_is_replaced(tmp_path: Path, nonsense: bytes) -> None:
    async def test(engine: Engine, folder: Path) -> None:
        model = install_script(folder, "a", "a b c", eos=False, context=32768)
        asking = asyncio.create_task(say(engine, model))
        await until(lambda: engine.runners and engine.runners[0].process.alive)
        say_as(pid_of(engine, "a"), nonsense)
        async with asyncio.timeout(5):
            with pytest.raises(WorkerDied):
                await asking
        assert (await say(engine, model, num_predict=3)).startswith("a b")

    run(test, tmp_path)


def test_a_worker_that_cannot_be_started_is_told_and_can_be_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(engine: Engine, folder: Path) -> None:
        model = install_script(folder, "a", "hello you")
        with monkeypatch.context() as moved:
            moved.setattr(child, "worker_command", lambda: [str(folder / "puna-worker")])
            with pytest.raises(ModelLoadFailed, match=r"cannot be started \(No such file"):
                await say(engine, model)
        assert engine.runners == []
        assert await say(engine, model) == "hello you"

    run(test, tmp_path)


def test_a_cancelled_load_leaves_no_process_and_the_next_one_loads(tmp_path: Path) -> None:
    async def test(engine: Engine, folder: Path) -> None:
        model = install_script(folder, "a", "hello you")
        loading = asyncio.create_task(say(engine, model))
        await until(lambda: engine.runners and engine.runners[0].process.pid)
        pid = engine.runners[0].process.pid
        assert pid is not None
        loading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await loading
        assert not psutil.pid_exists(pid)
        assert engine.runners == []
        assert await say(engine, model) == "hello you"

    run(test, tmp_path)


def test_a_model_that_cannot_be_loaded_blocks_nobody(tmp_path: Path) -> None:
    async def test(engine: Engine, folder: Path) -> None:
        bad, good = install_script(folder, "bad", "never"), install_script(folder, "good", "fine")
        bad.weights.write_bytes(b"GGUF" + bytes(100))
        done = await asyncio.gather(say(engine, bad), say(engine, good), return_exceptions=True)
        assert isinstance(done[0], ModelLoadFailed)
        assert done[0].reason == "damaged_file"
        assert done[1] == "fine"

    run(test, tmp_path)


def test_a_load_without_progress_is_given_up(tmp_path: Path) -> None:
    async def test(engine: Engine, folder: Path) -> None:
        model = install_script(folder, "a", "hello you")
        loading = asyncio.create_task(say(engine, model))
        await until(lambda: engine.runners and engine.runners[0].process.pid)
        pid = engine.runners[0].process.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(ModelLoadFailed, match="timed out") as error:
            await loading
        assert error.value.reason == "timeout"
        assert not psutil.pid_exists(pid)

    run(test, tmp_path, load_timeout_s=0.5)


def test_figures_of_an_answer(tmp_path: Path) -> None:
    async def test(engine: Engine, folder: Path) -> None:
        model = install_script(folder, "a", "hello you")
        events = [event async for event in engine.answer(Ask(model=model, prompt="abc"))]
        end = events[-1]
        assert isinstance(end, Finished)
        assert (end.prompt_tokens, end.output_tokens, end.reason) == (3, 3, "stop")
        assert end.prompt_ns > 0
        assert end.output_ns > 0

    run(test, tmp_path)
