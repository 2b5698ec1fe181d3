"""Memory runs out in mid answer: the next time, the model is loaded with less."""

import asyncio
import os
import signal
import sys

import psutil
import pytest

from desktop.core.errors import MemoryShort, OutOfMemory, WorkerDied
from desktop.core.settings import Settings
from desktop.engine import child
from desktop.engine.asks import Ask
from desktop.engine.engine import Engine
from desktop.engine.events import Event, Piece, Ready
from desktop.engine.failures import start_failure
from desktop.engine.machine import Machine
from desktop.engine.options import LoadOptions, merge
from desktop.engine.planner import LEAST_SHELF_BYTES, Knowledge, Planner
from desktop.engine.shortage import Shortages
from desktop.engine.worker_log import Ending, WorkerLog
from desktop.models.store import InstalledModel
from tests.engine.test_load_planning import (
    GIB,
    HEADROOM,
    MIB,
    Memory,
    answer,
    codes,
    install,
    only,
    run,
    until,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> InstalledModel:
    return install(tmp_path_factory.mktemp("model"), "first")


def on_paper(monkeypatch: pytest.MonkeyPatch, pieces: int) -> None:
    argv = [sys.executable, "-m", "tests.engine.paper_worker", str(pieces)]
    monkeypatch.setattr(child, "worker_command", lambda: argv)


async def heard(engine: Engine, model: InstalledModel) -> list[Event]:
    ask = Ask(model=model, prompt="x", options=merge({}, {"num_predict": 3}))
    return [event async for event in engine.answer(ask)]


def test_who_has_heard_nothing_yet_is_answered_with_less(
    model: InstalledModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_paper(monkeypatch, pieces=0)

    async def test(engine: Engine) -> None:
        events = await heard(engine, model)
        assert [event.text for event in events if isinstance(event, Piece)] == ["well"]
        assert sum(isinstance(event, Ready) for event in events) == 1
        assert codes(only(engine)) == ["kv_q8_0"]

    run(test, Memory())


def test_an_answer_that_has_begun_fails_and_the_next_one_does_not(
    model: InstalledModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_paper(monkeypatch, pieces=2)

    async def test(engine: Engine) -> None:
        with pytest.raises(OutOfMemory):
            await heard(engine, model)
        assert codes(only(engine)) == []
        await heard(engine, model)
        assert codes(only(engine)) == ["kv_q8_0"]

    run(test, Memory())


def test_without_a_lower_rung_the_request_fails_with_figures(
    model: InstalledModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_paper(monkeypatch, pieces=0)

    async def test(engine: Engine) -> None:
        with pytest.raises((OutOfMemory, MemoryShort), match=r"[Mm]emory"):
            await heard(engine, model)

    run(test, Memory(), kv_cache_type="f16", parallel=1)


@pytest.mark.skipif(sys.platform != "linux", reason="limits another process")
def test_a_worker_that_dies_for_memory_before_it_says_a_word_comes_back_smaller(
    model: InstalledModel, caplog: pytest.LogCaptureFixture
) -> None:
    async def test(engine: Engine) -> None:
        await engine.load(model, merge({}, {}), None)
        limited = psutil.Process(only(engine).process.pid)
        most = limited.memory_info().vms
        limited.rlimit(psutil.RLIMIT_AS, (most, most))
        assert (await answer(engine, model, num_predict=5)).output_tokens == 5
        assert codes(only(engine)) == ["kv_q8_0"]

    run(test, Memory())
    assert "ran out of memory" in caplog.text


@pytest.mark.skipif(sys.platform == "win32", reason="it has no signals")
@pytest.mark.parametrize("by_the_system", [True, False])
def test_who_waits_for_a_worker_that_is_killed_is_answered_if_it_was_for_memory(
    model: InstalledModel, by_the_system: bool
) -> None:
    async def test(engine: Engine) -> None:
        await answer(engine, model)
        pid = only(engine).process.pid
        assert pid
        os.kill(pid, signal.SIGSTOP)
        asking = asyncio.create_task(heard(engine, model))
        await until(lambda: only(engine).in_use)
        memory.kills += by_the_system
        os.kill(pid, signal.SIGKILL)
        if not by_the_system:
            with pytest.raises(WorkerDied, match="SIGKILL"):
                await asking
            return
        events = await asking
        assert any(isinstance(event, Piece) for event in events)
        assert sum(isinstance(event, Ready) for event in events) == 1
        assert codes(only(engine)) == ["kv_q8_0"]

    memory = Memory()
    run(test, memory)


def test_one_that_the_system_kills_again_is_not_tried_for_ever(
    model: InstalledModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    argv = [sys.executable, "-m", "tests.engine.paper_worker", "dies"]
    monkeypatch.setattr(child, "worker_command", lambda: argv)

    async def test(engine: Engine) -> None:
        with pytest.raises(WorkerDied, match="ran out of memory"):
            await heard(engine, model)

    run(test, Memory())


def test_a_refusal_after_a_failure_says_what_was_measured(model: InstalledModel) -> None:
    async def main() -> MemoryShort:
        shortages = Shortages(lambda: None)
        machine = Machine(1, 8 * GIB, lambda _mapped: 6 * GIB)
        planner = Planner(Settings(), machine, Knowledge(shortages=shortages))
        for _ in range(30):
            try:
                outlook = await planner.plan(model, LoadOptions(), [])
            except MemoryShort as refusal:
                return refusal
            assert outlook.decision
            shortages.learn(model.digest, outlook.machine, outlook.decision)
        raise AssertionError("each time with less, and never refused")

    refusal = asyncio.run(main())
    assert refusal.figures["free_bytes"] > 5 * GIB > refusal.figures["needed_bytes"]
    assert "seem to be free, memory ran out when it was tried" in str(refusal)


@pytest.mark.parametrize(
    ("free", "least", "most"),
    [
        (6 * GIB, 2**29, 2**29),
        (HEADROOM + 300 * MIB, 80 * MIB, 180 * MIB),
        (HEADROOM + 90 * MIB, LEAST_SHELF_BYTES, LEAST_SHELF_BYTES),
    ],
)
def test_conversations_beside_the_cache_take_what_is_left(
    model: InstalledModel, free: int, least: int, most: int
) -> None:
    machine = Machine(1, 8 * GIB, lambda _mapped: free)
    planner = Planner(Settings(parallel=2), machine, Knowledge())
    order = asyncio.run(planner.plan(model, LoadOptions(), [])).order()
    assert least <= order.shelf_bytes <= most


@pytest.mark.parametrize(
    ("line", "short"),
    [
        ("terminate called after throwing an instance of 'std::bad_alloc'", True),
        ("CUDA error: out of memory", True),
        ("RuntimeError: can't start new thread", True),
        ("ImportError: libffi.so.8: failed to map segment from shared object", True),
        (
            "ImportError: a: failed to map segment from shared object: Operation not permitted",
            False,
        ),
        ("ggml/src/ggml.c:1644: GGML_ASSERT(ctx->mem_buffer != NULL) failed", True),
        ("ggml/src/ggml.c:99: GGML_ASSERT(a->ne[0] > 0) failed", False),
        ("llama_context: n_ctx = 8192", False),
    ],
)
def test_last_words_that_tell_of_memory(line: str, short: bool) -> None:
    log = WorkerLog()
    log.lines.extend(["load_tensors: loading", line, "Fatal Python error: Aborted"])
    assert log.lacked_memory() is short


@pytest.mark.parametrize("code", [-4, 0xC000001D], ids=["SIGILL", "Windows"])
def test_a_processor_that_is_too_old_is_told(code: int) -> None:
    error = start_failure("m", Ending(code, by_us=False, short=False), "crashed", "")
    assert error.code == "unsupported_cpu"
