"""Memory runs out in mid answer: the next time, the model is loaded with less."""

import asyncio
import sys

import psutil
import pytest

from desktop.core.errors import MemoryShort, OutOfMemory, WorkerDied
from desktop.core.settings import Settings
from desktop.engine import process
from desktop.engine.asks import Ask
from desktop.engine.engine import Engine
from desktop.engine.events import Event, Piece, Ready
from desktop.engine.machine import Machine
from desktop.engine.options import LoadOptions, merge
from desktop.engine.planner import Knowledge, Planner
from desktop.engine.shortage import Shortages
from desktop.engine.worker_log import WorkerLog
from desktop.models.store import InstalledModel
from tests.engine.test_load_planning import (
    GIB,
    Memory,
    answer,
    codes,
    install,
    only,
    run,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> InstalledModel:
    return install(tmp_path_factory.mktemp("model"), "first")


def on_paper(monkeypatch: pytest.MonkeyPatch, pieces: int) -> None:
    argv = [sys.executable, "-m", "tests.engine.paper_worker", str(pieces)]
    monkeypatch.setattr(process, "worker_command", lambda: argv)


async def heard(engine: Engine, model: InstalledModel) -> list[Event]:
    ask = Ask(model=model, prompt="x", options=merge({}, {}))
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
def test_a_worker_that_dies_for_memory_in_mid_answer_comes_back_smaller(
    model: InstalledModel,
) -> None:
    async def test(engine: Engine) -> None:
        await engine.load(model, merge({}, {}), None)
        child = psutil.Process(only(engine).process.pid)
        most = child.memory_info().vms
        child.rlimit(psutil.RLIMIT_AS, (most, most))
        with pytest.raises(WorkerDied, match="ran out of memory"):
            await answer(engine, model, num_predict=5)
        await answer(engine, model)
        assert codes(only(engine)) == ["kv_q8_0"]

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
    ("line", "short"),
    [
        ("terminate called after throwing an instance of 'std::bad_alloc'", True),
        ("CUDA error: out of memory", True),
        ("RuntimeError: can't start new thread", True),
        ("ggml/src/ggml.c:1644: GGML_ASSERT(ctx->mem_buffer != NULL) failed", True),
        ("ggml/src/ggml.c:99: GGML_ASSERT(a->ne[0] > 0) failed", False),
        ("llama_context: n_ctx = 8192", False),
    ],
)
def test_last_words_that_tell_of_memory(line: str, short: bool) -> None:
    log = WorkerLog()
    log.lines.extend(["load_tensors: loading", line, "Fatal Python error: Aborted"])
    assert log.lacked_memory() is short
