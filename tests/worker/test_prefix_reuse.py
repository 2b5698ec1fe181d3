"""A prompt whose beginning is in the cache gives the same text as a cold run, for each kind of
memory."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.tiny_gguf import write_random_model, write_recurrent_model, write_swa_model
from tests.workers import ask, ask_each, worker

pytestmark = pytest.mark.slow

STORY = "the cat and the dog that he was with were on it for as they be at one have this " * 4
WRITERS: dict[str, Callable[[Path], None]] = {
    "full": write_random_model,
    "windowed": write_swa_model,
    "recurrent": write_recurrent_model,
}


@pytest.fixture(params=WRITERS)
def model(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"{request.param}.gguf"
    WRITERS[request.param](path)
    return path


@pytest.fixture(params=["shared cells", "own cells"])
def load(request: pytest.FixtureRequest) -> dict[str, int]:
    """How the worker is loaded."""
    return {"context_tokens": 512, "cells": 2048 if request.param == "shared cells" else 8 * 512}


async def cold(model: Path, prompt: str, **fields: Any) -> str:
    async with worker(model) as process:
        return (await ask(process, prompt, predict_tokens=24, **fields)).text


def test_a_growing_conversation_is_read_on_from_where_it_was(
    model: Path, load: dict[str, int]
) -> None:
    async def run() -> None:
        async with worker(model, **load) as process:
            first = await ask(process, STORY, predict_tokens=24, want_tokens=True)
            second = await ask(process, " and you", prefix=first.end.tokens, predict_tokens=24)
        assert process.loaded is not None
        assert process.loaded.memory == model.stem
        assert second.end.cached_tokens > first.end.prompt_tokens
        assert second.text == await cold(model, " and you", prefix=first.end.tokens)

    asyncio.run(run())


def test_a_prompt_that_parts_from_the_answer_uses_what_it_can(
    model: Path, load: dict[str, int]
) -> None:
    """As when a user edits the last question: all but the end of the old prompt is the same."""

    async def run() -> None:
        prompt = STORY + "that is the end"
        async with worker(model, **load) as process:
            first = await ask(process, STORY + "one more", predict_tokens=24)
            other = await ask(process, prompt, predict_tokens=24)
        assert other.end.cached_tokens > first.end.prompt_tokens // 2
        assert other.text == await cold(model, prompt)

    asyncio.run(run())


@pytest.mark.parametrize("load", [{"cells": 4096}, {"cells": 2048, "parallel": 2}])
def test_a_conversation_comes_back_from_the_shelf(model: Path, load: dict[str, int]) -> None:
    """Three by turns, more than may stay in the pool of cells, or have cells of their own."""

    async def run() -> None:
        stories = [f"{number} {STORY * 3}" for number in range(3)]
        load["context_tokens"] = 1024
        async with worker(model, **load) as process:
            for story in stories:
                await ask(process, story, predict_tokens=1)
            answers = [await ask(process, story + "now", predict_tokens=12) for story in stories]
        for story, found in zip(stories, answers, strict=True):
            assert found.end.cached_tokens > found.end.prompt_tokens - 30
            async with worker(model, **load) as process:
                assert found.text == (await ask(process, story + "now", predict_tokens=12)).text

    asyncio.run(run())


@pytest.mark.parametrize("load", [{"cells": 4096}, {"cells": 2048, "parallel": 2}])
def test_without_room_on_the_shelf_a_conversation_is_read_anew(
    tmp_path: Path, load: dict[str, int]
) -> None:
    write_random_model(tmp_path / "full.gguf")

    async def run() -> None:
        stories = [f"{number} {STORY * 3}" for number in range(3)]
        async with worker(tmp_path / "full.gguf", **load, context_tokens=1024, shelf_bytes=0) as it:
            first = [await ask(it, story, predict_tokens=12) for story in stories]
            again = await ask(it, stories[0], predict_tokens=12)
        assert again.end.cached_tokens < again.end.prompt_tokens // 2
        assert again.text == first[0].text

    asyncio.run(run())


def test_sharing_with_a_running_request(tmp_path: Path, load: dict[str, int]) -> None:
    write_random_model(tmp_path / "full.gguf")

    async def run() -> None:
        async with worker(tmp_path / "full.gguf", **load) as process:
            prompts = [STORY + tail for tail in ("a", "b", "c", "d")]
            warm = await ask(process, STORY, predict_tokens=1)
            answers = await ask_each(process, prompts, predict_tokens=24)
        for prompt, found in zip(prompts, answers, strict=True):
            assert found.end.cached_tokens >= warm.end.prompt_tokens - 2
            assert found.text == await cold(tmp_path / "full.gguf", prompt)

    asyncio.run(run())


def test_a_context_shift_does_not_disturb_those_who_share(tmp_path: Path) -> None:
    """Cells of a shared beginning must not move while another sequence still reads them."""
    write_random_model(tmp_path / "full.gguf")

    async def run() -> None:
        async with worker(tmp_path / "full.gguf", context_tokens=256) as process:
            await ask(process, STORY[:200], predict_tokens=1)
            long, short = await asyncio.gather(
                ask(process, STORY[:200] + "a", predict_tokens=400),
                ask(process, STORY[:200] + "b", predict_tokens=100),
            )
        assert long.end.dropped_tokens > 0
        assert long.end.output_tokens == 400
        async with worker(tmp_path / "full.gguf", context_tokens=256) as process:
            alone = await ask(process, STORY[:200] + "b", predict_tokens=100)
        assert short.text == alone.text

    asyncio.run(run())


def test_the_cache_makes_room_for_new_prompts(tmp_path: Path) -> None:
    """More conversations than sequences and cells: the oldest go, all answers stay right."""
    write_random_model(tmp_path / "full.gguf")

    async def run() -> None:
        prompts = [f"{number} {STORY}" for number in range(40)]
        async with worker(tmp_path / "full.gguf", cells=512, parallel=2) as process:
            for prompt in prompts:
                await ask(process, prompt, predict_tokens=4)
            last = await ask(process, prompts[-1], predict_tokens=24)
            first = await ask(process, prompts[0], predict_tokens=24)
        assert last.end.cached_tokens == last.end.prompt_tokens - 1
        assert first.end.cached_tokens < 20
        assert first.text == await cold(tmp_path / "full.gguf", prompts[0])

    asyncio.run(run())


def test_a_gap_between_running_requests_is_closed(model: Path, load: dict[str, int]) -> None:
    """The short ones end first; the others go on elsewhere in the cache with the same text."""

    async def run() -> None:
        prompts = [f"{number} {STORY[: 60 * number]}" for number in range(6)]
        tokens = {prompt: 8 if at % 2 else 60 for at, prompt in enumerate(prompts)}
        async with worker(model, **load) as process:
            asks = [ask(process, prompt, predict_tokens=count) for prompt, count in tokens.items()]
            together = await asyncio.gather(*asks)
        async with worker(model, **load) as process:
            for found, (prompt, count) in zip(together, tokens.items(), strict=True):
                assert found.end.output_tokens == count
                alone = await ask(process, prompt, predict_tokens=count)
                assert found.text == alone.text

    asyncio.run(run())
