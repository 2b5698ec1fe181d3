"""Texts in tokens and tokens as texts, beside whatever else the worker does."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from desktop.core.errors import RequestInvalid
from desktop.engine.process import WorkerProcess
from desktop.worker.messages import Detokenize, Detokenized, Tokenize, Tokens
from tests.workers import ask, worker

pytestmark = pytest.mark.slow


async def split(process: WorkerProcess, text: str, **fields: Any) -> Tokens:
    found = await process.call(Tokenize(id=0, text=text, **fields))
    assert isinstance(found, Tokens)
    return found


async def join(process: WorkerProcess, tokens: list[int]) -> str:
    found = await process.call(Detokenize(id=0, tokens=tokens))
    assert isinstance(found, Detokenized)
    return found.text


TEXTS = ["Hello, world!", " naïve  café\n\n🦜", "", "a" * 20_000]


@pytest.mark.parametrize("model", ["starter_model", "gemma_model"])
def test_there_and_back(request: pytest.FixtureRequest, model: str) -> None:
    async def run(path: Path) -> None:
        async with worker(path, context_tokens=512, parallel=1, cells=512) as process:
            for text in TEXTS:
                found = await split(process, text, with_pieces=True)
                assert len(found.tokens) == len(found.pieces) <= len(text.encode())
                assert b"".join(found.pieces).decode() == text
                assert await join(process, found.tokens) == text

    asyncio.run(run(request.getfixturevalue(model)))


def test_special_tokens(gemma_model: Path) -> None:
    async def run() -> None:
        async with worker(gemma_model, context_tokens=512, parallel=1, cells=512) as process:
            marked = "<start_of_turn>user"
            plain, special = (
                await split(process, "Hi"),
                await split(process, "Hi", add_special=True),
            )
            assert special.tokens == [2, *plain.tokens]
            assert len((await split(process, marked)).tokens) == 2
            literal = await split(process, marked, parse_special=False)
            assert len(literal.tokens) > 2
            assert await join(process, literal.tokens) == marked
            with pytest.raises(RequestInvalid, match="does not have"):
                await join(process, [5, 262_144_000])
            assert await join(process, []) == ""

    asyncio.run(run())


def test_the_minilm_tokenizer(minilm_model: Path) -> None:
    async def run() -> None:
        async with worker(minilm_model) as process:
            found = await split(process, "Why is the sky blue?", add_special=True)
            assert found.tokens == [101, 2339, 2003, 1996, 3712, 2630, 1029, 102]
            assert await join(process, found.tokens[1:-1]) == "why is the sky blue?"

    asyncio.run(run())


def test_streams_go_on(starter_model: Path) -> None:
    async def run() -> None:
        async with worker(starter_model, context_tokens=512, parallel=2, cells=1024) as process:
            answer = asyncio.create_task(ask(process, "Once upon a time", predict_tokens=24))
            counts = {len((await split(process, "Hello there")).tokens) for _ in range(50)}
            assert len(counts) == 1
            assert (await answer).end.output_tokens == 24

    asyncio.run(run())
