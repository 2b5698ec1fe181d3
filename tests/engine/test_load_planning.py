"""Loads where memory is short, with real processes: what is told, what leaves, what is refused, and
what happens when memory runs out all the same."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest

from desktop.core.errors import MemoryShort, ModelLoadFailed, WorkerDied
from desktop.core.settings import Settings
from desktop.engine import child
from desktop.engine.asks import Ask
from desktop.engine.engine import Engine
from desktop.engine.events import Finished, Piece
from desktop.engine.machine import Machine
from desktop.engine.options import merge
from desktop.engine.planner import Knowledge
from desktop.engine.runner import Runner
from desktop.engine.shortage import Shortages
from desktop.engine.size_book import Book, SizeBook
from desktop.models.importing import import_gguf
from desktop.models.names import ModelName
from desktop.models.store import InstalledModel, ModelStore
from tests.engine.models import install_script
from tests.tiny_gguf import Shape, write_random_model
from tests.workers import worker

pytestmark = pytest.mark.slow

GIB, MIB = 2**30, 2**20
DEADLINE_S = 60.0
HEADROOM = 8 * GIB // 20
# 8 KiB a token. Two contexts take 128 MiB, and the whole model 170; 110 with a cache in q8_0, 70
# with one half as long, and 45 at the least.
MODEL = Shape(layers=4, embed=512, context=8192, floats="F16")
# An automatic context is 32768 tokens long, and two of them take 512 MiB.
LONG = Shape(layers=4, embed=512, context=131_072, floats="F16")


class Memory:
    """What is free of 8 GiB; and how many processes the system has killed for it."""

    def __init__(self, free: int = 6 * GIB) -> None:
        self.free, self.kills = free, 0
        self.engine: Engine | None = None

    def available(self, mapped_bytes: int) -> int:
        """Less what our models take, but for files that are mapped."""
        assert self.engine
        taken = sum(runner.size_bytes for runner in self.engine.runners)
        mapped = sum(
            buffer.size_bytes
            for runner in self.engine.runners
            for buffer in runner.process.buffers
            if buffer.device == "CPU_Mapped"
        )
        assert mapped == mapped_bytes
        return self.free - taken


Test = Callable[[Engine], Coroutine[Any, Any, None]]


@contextlib.asynccontextmanager
async def running(
    memory: Memory, book: Path | None = None, smaller: str = "", **settings: Any
) -> AsyncIterator[Engine]:
    before = psutil.Process().children()
    knowledge = Knowledge(
        SizeBook(book), Shortages(lambda: memory.kills), lambda _model, _room: smaller
    )
    machine = Machine(1, 8 * GIB, memory.available)
    chosen = Settings(**{"parallel": 2} | settings)
    engine = memory.engine = Engine(chosen, machine, knowledge=knowledge)
    try:
        yield engine
    finally:
        await engine.close()
        assert set(psutil.Process().children()) <= set(before)


def run(test: Test, memory: Memory, **more: Any) -> None:
    async def main() -> None:
        async with asyncio.timeout(DEADLINE_S), running(memory, **more) as engine:
            await test(engine)

    asyncio.run(main())


def install(folder: Path, name: str, shape: Shape = MODEL, seed: int = 0) -> InstalledModel:
    write_random_model(folder / name, seed=seed, shape=shape)
    return import_gguf(ModelStore(folder / "models"), folder / name, ModelName.parse(name))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> InstalledModel:
    return install(tmp_path_factory.mktemp("model"), "first")


@pytest.fixture(scope="module")
def long_model(tmp_path_factory: pytest.TempPathFactory) -> InstalledModel:
    return install(tmp_path_factory.mktemp("long"), "long", LONG)


async def answer(engine: Engine, model: InstalledModel, **options: Any) -> Finished:
    ask = Ask(model=model, prompt="x", options=merge({}, {"num_predict": 2} | options))
    events = [event async for event in engine.answer(ask)]
    assert isinstance(events[-1], Finished)
    return events[-1]


def only(engine: Engine) -> Runner:
    (runner,) = engine.runners
    return runner


def codes(runner: Runner) -> list[str]:
    return [step.code for step in runner.plan.steps]


def names(engine: Engine) -> set[str]:
    return {runner.name for runner in engine.runners}


async def until(condition: Callable[[], object]) -> None:
    """Wait for a moment in between, of which nobody is told."""
    while not condition():  # noqa: ASYNC110 - it has no event
        await asyncio.sleep(0.001)


async def usual_bytes(model: InstalledModel) -> int:
    """The address space of a worker with a short context."""
    async with worker(model.weights, cells=4096) as small:
        assert small.pid
        return int(psutil.Process(small.pid).memory_info().vms)


def limit_address_space(monkeypatch: pytest.MonkeyPatch, most_bytes: int) -> None:
    """Of all workers from now on."""
    command = child.worker_command()
    limited = (
        "import os, resource, sys;"
        f"resource.setrlimit(resource.RLIMIT_AS, ({most_bytes}, {most_bytes}));"
        "os.execv(sys.argv[1], sys.argv[1:])"
    )
    argv = [sys.executable, "-c", limited, *command]
    monkeypatch.setattr(child, "worker_command", lambda: argv)


def test_with_room_the_context_is_as_long_as_is_comfortable(model: InstalledModel) -> None:
    async def test(engine: Engine) -> None:
        assert (await answer(engine, model)).output_tokens == 2
        plan, loaded = only(engine).plan, only(engine).process.loaded
        assert loaded
        assert (loaded.context_tokens, loaded.cells) == (8192, 16_384)
        assert plan.view() | {"threads": 0} == {
            "context_tokens": 8192,
            "parallel": 2,
            "cells": 16_384,
            "kv_cache_type": "f16",
            "threads": 0,
            "gpu_layers": 0,
            "steps": [],
        }

    run(test, Memory())


def test_what_is_done_without_is_told(model: InstalledModel) -> None:
    async def test(engine: Engine) -> None:
        assert (await answer(engine, model)).output_tokens == 2
        plan = only(engine).plan
        assert codes(only(engine)) == ["kv_q8_0", "context"]
        assert plan.context_tokens < 8192
        assert plan.kv_cache_type == "q8_0"
        assert only(engine).size_bytes <= 90 * MIB
        step = plan.view()["steps"][1]
        assert step["numbers"] == {
            "context_tokens": plan.context_tokens,
            "usual_tokens": 8192,
        }

    run(test, Memory(HEADROOM + 90 * MIB))


def test_what_cannot_be_is_refused_with_figures_and_advice(model: InstalledModel) -> None:
    async def test(engine: Engine) -> None:
        with pytest.raises(MemoryShort) as refused:
            await answer(engine, model)
        assert refused.value.code == "out_of_memory"
        figures = refused.value.figures
        assert set(figures) == {"needed_bytes", "free_bytes", "total_bytes"}
        assert figures["needed_bytes"] > figures["free_bytes"]
        assert str(refused.value).endswith("smaller:1b fits.")
        assert engine.runners == []

    run(test, Memory(HEADROOM + 30 * MIB), smaller="smaller:1b")


def test_a_context_that_is_too_long_is_refused_and_what_is_there_stays(
    long_model: InstalledModel,
) -> None:
    async def test(engine: Engine) -> None:
        await answer(engine, long_model)
        before = only(engine)
        with pytest.raises(MemoryShort, match=r"With a context of \d+ tokens \(num_ctx\) it fits"):
            await answer(engine, long_model, num_ctx=131_072)
        assert only(engine) is before
        await answer(engine, long_model, num_ctx=1000)
        assert only(engine) is before

    run(test, Memory(HEADROOM + 490 * MIB), parallel=8)


def test_an_idle_model_leaves_for_another_but_only_if_it_has_to(
    model: InstalledModel, tmp_path: Path
) -> None:
    small = install_script(tmp_path, "small", "a b")

    async def test(engine: Engine) -> None:
        await answer(engine, model)
        await answer(engine, small)
        assert names(engine) == {"first:latest", "small:latest"}
        memory.free = HEADROOM + 90 * MIB  # another program has come
        engine.unload(small)
        await until(lambda: engine.runners)
        other = install_script(tmp_path, "other", "c d")
        await answer(engine, other)
        assert "first:latest" not in names(engine)
        (runner,) = [each for each in engine.runners if each.name == "other:latest"]
        assert codes(runner) == ["leave"]
        assert "first:latest leaves memory" in runner.plan.steps[0].text

    memory = Memory(HEADROOM + 300 * MIB)
    run(test, memory)


def test_a_pinned_model_stays_and_the_other_does_without(
    model: InstalledModel, tmp_path: Path
) -> None:
    other = install(tmp_path, "second", seed=1)

    async def test(engine: Engine) -> None:
        await answer(engine, model)
        only(engine).pin(True)
        await answer(engine, other)
        assert names(engine) == {"first:latest", "second:latest"}
        (runner,) = [each for each in engine.runners if each.name == "second:latest"]
        assert "leave" not in codes(runner)
        assert "kv_q8_0" in codes(runner)

    run(test, Memory(HEADROOM + 290 * MIB))


def test_a_model_that_answers_is_waited_for_rather_than_refusing_another(
    model: InstalledModel, tmp_path: Path
) -> None:
    other = install(tmp_path, "other", seed=2)

    async def test(engine: Engine) -> None:
        first = asyncio.create_task(answer(engine, model, num_predict=60))
        await until(lambda: engine.runners and engine.runners[0].in_use)
        await until(lambda: engine.runners[0].process.loaded)
        memory.free = only(engine).size_bytes + HEADROOM + 20 * MIB
        assert (await answer(engine, other)).output_tokens == 2
        assert first.done()
        assert (await first).output_tokens > 2
        assert names(engine) == {"other:latest"}

    memory = Memory()
    run(test, memory)


def test_contexts_by_turns_do_not_throw_each_other_out(model: InstalledModel) -> None:
    async def test(engine: Engine) -> None:
        seen = []
        for turn in range(20):
            options = [{"num_ctx": 512, "num_thread": 1}, {"num_ctx": 2048}][turn % 2]
            assert (await answer(engine, model, **options)).output_tokens == 2
            if only(engine).process.pid not in seen:
                seen.append(only(engine).process.pid)
        assert len(seen) == 2  # one load, and one more for the longer context
        assert only(engine).plan.context_tokens == 2048

    run(test, Memory())


def test_what_was_measured_survives_a_restart(model: InstalledModel, tmp_path: Path) -> None:
    book, needed = tmp_path / "sizes.json", []

    async def test(engine: Engine) -> None:
        await answer(engine, model)
        decision = only(engine).plan.decision
        assert decision
        needed.append((decision.needed.main, only(engine).size_bytes))

    run(test, Memory(), book=book)
    found = msgspec.json.decode(book.read_bytes(), type=Book)
    assert len(found.records) == 1
    assert found.records[0].model == model.digest
    run(test, Memory(), book=book)
    assert needed[1][0] == pytest.approx(needed[1][1], rel=0.001)
    book.write_bytes(b'{"version": 1, "records": [{')
    run(test, Memory(), book=book)
    assert needed[2] == needed[0]


@pytest.mark.skipif(sys.platform != "linux", reason="limits a process's address space")
def test_a_load_that_runs_out_of_memory_is_tried_with_less(
    long_model: InstalledModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 1000 are needed, 510 with q8_0
    limit_address_space(monkeypatch, asyncio.run(usual_bytes(long_model)) + 750 * MIB)

    async def test(engine: Engine) -> None:
        assert (await answer(engine, long_model, num_ctx=65_536)).output_tokens == 2
        assert codes(only(engine)) == ["kv_q8_0"]
        assert (await answer(engine, long_model, num_ctx=131_072)).output_tokens == 2
        assert codes(only(engine)) == ["kv_q8_0", "pool"]
        assert only(engine).plan.context_tokens == 131_072

    run(test, Memory(), parallel=2)


@pytest.mark.skipif(sys.platform != "linux", reason="limits a process's address space")
def test_a_load_that_runs_out_of_memory_in_any_case_fails_in_words(
    long_model: InstalledModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_address_space(monkeypatch, asyncio.run(usual_bytes(long_model)) + 100 * MIB)

    async def test(engine: Engine) -> None:
        with pytest.raises(ModelLoadFailed, match="not enough memory") as failed:
            await answer(engine, long_model, num_ctx=65_536)
        assert failed.value.reason == "out_of_memory"
        assert failed.value.figures["needed_bytes"] > 100 * MIB
        assert engine.runners == []

    run(test, Memory(), parallel=1, kv_cache_type="f16")


def test_a_worker_that_the_system_killed_while_it_loaded_is_tried_with_less(
    model: InstalledModel,
) -> None:
    async def test(engine: Engine) -> None:
        asking = asyncio.create_task(answer(engine, model))
        await until(lambda: engine.runners and engine.runners[0].process.pid)
        pid = only(engine).process.pid
        assert pid
        os.kill(pid, signal.SIGSTOP)
        memory.kills += 1
        os.kill(pid, signal.SIGKILL)
        assert (await asking).output_tokens == 2
        assert codes(only(engine)) == ["kv_q8_0"]

    memory = Memory()
    run(test, memory)


@pytest.mark.parametrize("by_the_system", [True, False])
def test_a_worker_that_was_killed_for_memory_comes_back_smaller(
    model: InstalledModel, by_the_system: bool
) -> None:
    async def test(engine: Engine) -> None:
        await answer(engine, model)
        events = engine.answer(Ask(model=model, prompt="x", options=merge({}, {"num_predict": -1})))
        while not isinstance(await anext(events), Piece):
            pass
        pid = only(engine).process.pid
        assert pid
        memory.kills += by_the_system
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(WorkerDied, match="SIGKILL"):
            async for _event in events:
                pass
        await answer(engine, model)
        assert codes(only(engine)) == (["kv_q8_0"] if by_the_system else [])

    memory = Memory()
    run(test, memory)


def test_models_with_room_for_two_come_and_go(tmp_path: Path) -> None:
    models = [install(tmp_path, f"m{seed}", seed=seed) for seed in range(4)]

    async def test(engine: Engine) -> None:
        asks = [answer(engine, models[turn % 4]) for turn in range(8)]
        done = await asyncio.gather(*asks)
        assert all(each.output_tokens == 2 for each in done)
        assert 1 <= len(engine.runners) <= 2

    run(test, Memory(HEADROOM + 190 * MIB), max_loaded_models=64)
