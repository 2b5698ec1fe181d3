"""Workers that are there, and do nothing: they are noticed, have a last word, and are replaced."""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from desktop.core.errors import ModelLoadFailed, WorkerDied
from desktop.engine import process as engine_process
from desktop.engine.process import WorkerProcess
from desktop.engine.watch import Patience, Watch
from desktop.worker.messages import Embed
from tests.engine.models import install_script
from tests.faults.engines import DEADLINE_S, freeze, pid_of, running, say, until, worker
from tests.tiny_gguf import write_random_model, write_script_model
from tests.workers import ask

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be stopped there"),
]

QUICK = Patience(still_s=0.9, busy_s=600.0, cancel_s=600.0)
IDLE = "import sys; sys.stdin.read()"
BUSY = "while True: pass"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_process, "PATIENCE", QUICK)


@contextlib.contextmanager
def child(program: str) -> Iterator[int]:
    """A process that runs this."""
    with subprocess.Popen([sys.executable, "-S", "-c", program], stdin=subprocess.PIPE) as process:
        try:
            yield process.pid
        finally:
            process.kill()


def hangs(program: str, patience: Patience, *, answers: bool, within_s: float) -> bool:
    """Whether a process is found to hang in that time."""

    async def main() -> bool:
        hung = asyncio.Event()
        watch = Watch(pid, patience, lambda n: watch.answered(n if answers else 0), hung.set)
        watch.begin()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(hung.wait(), within_s)
        watch.end()
        return hung.is_set()

    with child(program) as pid:
        return asyncio.run(main())


def test_silent_and_still_is_hanging() -> None:
    assert hangs(IDLE, Patience(still_s=0.3), answers=False, within_s=DEADLINE_S)


def test_silent_and_busy_is_hanging_much_later() -> None:
    assert not hangs(BUSY, Patience(still_s=0.6), answers=False, within_s=1.5)
    patience = Patience(still_s=0.6, busy_s=1.2)
    assert hangs(BUSY, patience, answers=False, within_s=DEADLINE_S)


def test_still_and_answering_is_well() -> None:
    assert not hangs(IDLE, Patience(still_s=0.3), answers=True, within_s=1.0)


def test_nobody_asks_an_idle_worker() -> None:
    async def main() -> list[int]:
        asked: list[int] = []
        watch = Watch(os.getpid(), Patience(still_s=0.06), asked.append, lambda: None)
        watch.begin()
        watch.end()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 0.1)
        return asked

    assert asyncio.run(main()) == []


def test_a_stopped_worker_is_ended_and_replaced(
    tmp_path: Path, quick: None, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with running(context_tokens=30_000) as engine:
            model = install_script(tmp_path, "a", "a b c", eos=False, context=32768)
            asks = [asyncio.create_task(say(engine, model)) for _ in range(3)]
            await until(lambda: engine.runners and engine.runners[0].in_use == 3)
            stopped = pid_of(engine)
            freeze(stopped)
            async with asyncio.timeout(DEADLINE_S):
                ends = await asyncio.gather(*asks, return_exceptions=True)
            for end in ends:
                assert isinstance(end, WorkerDied)
                assert "did not answer and was ended" in str(end)
                assert "memory" not in str(end)
            assert (await say(engine, model, num_predict=3)).startswith("a b")
            assert pid_of(engine) != stopped

    asyncio.run(main())
    (told,) = [each.message for each in caplog.records if "its last words" in each.message]
    assert "llama_context" in told  # llama.cpp's own log, to the end


def test_a_worker_that_is_stopped_while_nobody_asks_is_found_out_by_the_next(
    tmp_path: Path, quick: None
) -> None:
    async def main() -> None:
        async with running() as engine:
            model = install_script(tmp_path, "a", "hello you")
            assert await say(engine, model) == "hello you"
            freeze(pid_of(engine))
            with pytest.raises(WorkerDied, match="did not answer"):
                await asyncio.wait_for(say(engine, model), DEADLINE_S)
            assert await say(engine, model) == "hello you"

    asyncio.run(main())


def test_a_request_that_cannot_be_cancelled_ends_its_worker_which_tells_where_it_is(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_script_model(tmp_path / "m.gguf", "hello you")
    loops = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"

    async def main() -> None:
        async with worker(tmp_path / "m.gguf", Patience(cancel_s=0.3)) as process:
            running_worker = psutil.Process(process.pid)
            busy_s = running_worker.cpu_times().user + 0.2
            messages = [{"role": "user", "content": "x"}]
            endless = asyncio.create_task(ask(process, messages, template=loops))
            other = asyncio.create_task(ask(process, messages))  # behind it
            await until(lambda: running_worker.cpu_times().user > busy_s)
            endless.cancel()
            with pytest.raises(WorkerDied, match="did not answer and was ended"):
                await asyncio.wait_for(other, DEADLINE_S)

    asyncio.run(main())
    (told,) = [each.message for each in caplog.records if "its last words" in each.message]
    assert "Thread 0x" in told
    assert "jinja2" in told


def test_workers_that_answer_between_their_steps_are_left_alone(tmp_path: Path) -> None:
    """Each works for longer than one may that never answers."""
    patience = Patience(still_s=1.2, busy_s=2.4)
    write_script_model(tmp_path / "speaker", "a b c", eos=False, context=32_768)
    write_random_model(tmp_path / "embedder", extra={"llama.pooling_type": 1})

    async def main() -> None:
        async with (
            worker(tmp_path / "speaker", patience) as speaker,
            worker(tmp_path / "embedder", patience) as embedder,
        ):
            until_s = time.monotonic() + 3.5
            await asyncio.gather(
                *(embed_until(each, until_s) for each in (speaker, embedder)),
                speak_until(speaker, until_s),
            )

    asyncio.run(main())


async def embed_until(process: WorkerProcess, until_s: float) -> None:
    while time.monotonic() < until_s:
        await process.call(Embed(id=0, texts=["the cat and that"] * 20))


async def speak_until(process: WorkerProcess, until_s: float) -> None:
    while time.monotonic() < until_s:
        await ask(process, "x", predict_tokens=100)


def test_a_load_that_hangs_is_told_with_its_last_words(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with running(load_timeout_s=0.4) as engine:
            model = install_script(tmp_path, "a", "hello you")
            asking = asyncio.create_task(say(engine, model))
            await until(lambda: engine.runners and engine.runners[0].process.pid)
            freeze(pid_of(engine))
            with pytest.raises(ModelLoadFailed, match="timed out"):
                await asyncio.wait_for(asking, DEADLINE_S)

    asyncio.run(main())
    assert any("does not answer" in each.message for each in caplog.records)
