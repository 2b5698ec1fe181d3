"""Several requests at the same time: nobody mixes, nobody starves, everybody can leave."""

import asyncio
import contextlib
import time
from pathlib import Path

import psutil
import pytest

from desktop.core.errors import WorkerDied
from desktop.engine import process as engine_process
from desktop.engine.watch import Patience
from desktop.worker.messages import Generate, Sampling, Text
from tests.tiny_gguf import Shape, write_random_model, write_script_model
from tests.tiny_projector import picture
from tests.workers import GREEDY, Answer, ask, ask_each, load_of, order_of_ends, worker

pytestmark = pytest.mark.slow


def all_but_near_ties_equal(some: list[Answer], others: list[Answer]) -> bool:
    """Other batch sizes, and cells given up and used again, change the order of sums, which may
    turn a near tie of two tokens in one answer; a wrong cell would change all of them."""
    pairs = zip(some, others, strict=True)
    return sum(one.text != other.text for one, other in pairs) <= 1


def test_parallel_answers_equal_single_ones(tmp_path: Path) -> None:
    write_random_model(tmp_path / "m.gguf")

    async def run() -> None:
        prompts = [f"{'the cat and ' * number}you {number}" for number in range(1, 13)]
        seeded = Sampling(temperature=1.0, seed=42)
        async with worker(tmp_path / "m.gguf", parallel=8) as process:
            together = await ask_each(process, prompts, predict_tokens=32, sampling=seeded)
        async with worker(tmp_path / "m.gguf", parallel=8) as process:
            alone = [
                await ask(process, prompt, predict_tokens=32, sampling=seeded) for prompt in prompts
            ]
        assert all_but_near_ties_equal(together, alone)

    asyncio.run(run())


def test_requests_beyond_the_parallel_ones_wait_in_order(tmp_path: Path) -> None:
    write_script_model(tmp_path / "m.gguf", "a b c", eos=False)

    asks = [
        Generate(id=number, prompt="x", sampling=GREEDY, predict_tokens=5) for number in range(6)
    ]
    ended = asyncio.run(order_of_ends(load_of(tmp_path / "m.gguf", parallel=1), asks))
    assert ended == list(range(6))


def test_a_cache_too_small_for_all_still_answers_all(tmp_path: Path) -> None:
    """Eight requests of 70 tokens in 256 cells: the youngest are pushed aside and come back."""
    write_random_model(tmp_path / "m.gguf")

    async def run() -> None:
        prompts = [f"{number} the cat" for number in range(8)]
        async with worker(tmp_path / "m.gguf", cells=256, context_tokens=256) as process:
            assert process.loaded is not None
            assert process.loaded.cells < 8 * 64
            together = await ask_each(process, prompts, predict_tokens=60)
            assert [found.end.output_tokens for found in together] == [60] * 8
            alone = [await ask(process, prompt, predict_tokens=60) for prompt in prompts]
        assert all_but_near_ties_equal(together, alone)

    asyncio.run(run())


def test_a_cancelled_request_ends_and_others_go_on(tmp_path: Path) -> None:
    write_script_model(tmp_path / "m.gguf", "a b c", eos=False)

    async def run() -> None:
        async with worker(tmp_path / "m.gguf", parallel=2) as process:
            ask_for_ever = Generate(id=0, prompt="x", sampling=GREEDY)
            other = asyncio.create_task(ask(process, "y", predict_tokens=300))
            async with contextlib.aclosing(process.answer(ask_for_ever)) as reports:
                async for report in reports:
                    if isinstance(report, Text):
                        break
            # Both sequences were taken; this one runs only if the first was really given back.
            third = await ask(process, "z", predict_tokens=3)
            assert third.end.output_tokens == 3
            assert (await other).end.output_tokens == 300

    asyncio.run(run())


def test_a_long_prompt_is_cancelled_at_once(tmp_path: Path) -> None:
    """The decode that reads it is broken off; a short request is answered right after."""
    shape = Shape(layers=8, embed=256, heads=4, context=32768)
    write_random_model(tmp_path / "m.gguf", shape=shape)

    async def run() -> None:
        load = {"context_tokens": 24000, "cells": 24000}
        async with worker(tmp_path / "m.gguf", **load) as process:
            start = time.perf_counter()
            whole = await ask(process, "the cat and " * 1000, predict_tokens=1)
            pace = whole.end.prompt_tokens / (time.perf_counter() - start)
            long = asyncio.create_task(ask(process, "that he was " * 5000, predict_tokens=1))
            await ask(process, "x", predict_tokens=3)  # answered beside the long one
            long.cancel()
            start = time.perf_counter()
            await ask(process, "y", predict_tokens=1)
            waited = time.perf_counter() - start
            assert waited < 20000 / pace / 2, "the long prompt was read on"
            with contextlib.suppress(asyncio.CancelledError):
                await long
            # The sequence that was broken off in the middle is used again, and right.
            again = await ask(process, "the cat and " * 1000, predict_tokens=1)
            assert again.text == whole.text

    asyncio.run(run())


@pytest.mark.parametrize("media", [[], [picture(1)]], ids=["text", "image"])
def test_a_template_without_an_end_holds_nobody_up_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, media: list[bytes]
) -> None:
    """When its client has left, the process that still runs it is ended; the rest may ask anew."""
    monkeypatch.setattr(engine_process, "PATIENCE", Patience(cancel_s=0.2))
    write_script_model(tmp_path / "m.gguf", "hello you")
    loops = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"

    async def run() -> None:
        async with worker(tmp_path / "m.gguf") as process:
            running = psutil.Process(process.pid)
            busy_s = running.cpu_times().user + 0.2
            messages = [{"role": "user", "content": "x", "media": [*range(len(media))]}]
            endless = asyncio.create_task(ask(process, messages, template=loops, media=media))
            deadline = time.perf_counter() + 10
            while running.cpu_times().user < busy_s and time.perf_counter() < deadline:
                await asyncio.to_thread(running.cpu_times)
            other = asyncio.create_task(ask(process, messages, media=media))
            endless.cancel()
            async with asyncio.timeout(10):
                with pytest.raises(WorkerDied):
                    await other

    asyncio.run(run())
