"""The models that people run, as far as they fit here: SmolLM2 135M and Gemma 3 270M (windowed)."""

import asyncio
from pathlib import Path

import pytest

from desktop.worker.messages import Sampling
from tests.workers import ask, ask_each, worker

pytestmark = pytest.mark.slow

ESSAY = "The mountains of Peru are high and the air is thin. Llamas live there in herds. " * 60


def test_the_starter_model_answers_a_question(starter_model: Path) -> None:
    async def run() -> None:
        async with worker(starter_model, threads=2) as process:
            question = [{"role": "user", "content": "What is the capital of Peru?"}]
            found = await ask(process, question)
        assert found.text == "The capital of Peru is Lima."
        assert found.end.reason == "stop"

    asyncio.run(run())


def test_the_same_seed_gives_the_same_text(starter_model: Path) -> None:
    async def run() -> None:
        async with worker(starter_model, threads=2) as process:
            ask_for = {"sampling": Sampling(temperature=0.8, seed=7), "predict_tokens": 24}
            # The first question is cold, the second finds all but its last token in the cache.
            warm = [await ask(process, "Once upon a time", **ask_for) for _ in range(3)]
        assert warm[1].text == warm[2].text
        assert warm[1].end.output_tokens == 24

    asyncio.run(run())


def test_a_sliding_window_model_reuses_its_prefix_without_a_change_of_text(
    gemma_model: Path,
) -> None:
    """The prompt is longer than the window of 512 tokens, so the checkpoint is needed."""

    async def run() -> None:
        load = {"threads": 2, "context_tokens": 2048, "cells": 4096}
        async with worker(gemma_model, **load) as process:
            assert process.loaded is not None
            assert process.loaded.memory == "windowed"
            first = await ask(process, ESSAY + "In the morning", predict_tokens=8)
            second = await ask(process, ESSAY + "In the evening", predict_tokens=8)
            again = await ask(process, ESSAY + "In the evening", predict_tokens=8)
        async with worker(gemma_model, **load) as process:
            cold = await ask(process, ESSAY + "In the evening", predict_tokens=8)
        assert first.end.prompt_tokens > 1000
        assert second.end.cached_tokens > first.end.prompt_tokens - 32
        assert second.text == again.text == cold.text

    asyncio.run(run())


def test_eight_different_conversations_do_not_mix(starter_model: Path) -> None:
    async def run() -> None:
        words = ["Lima", "Paris", "Rome", "Oslo", "Bern", "Cairo", "Delhi", "Quito"]
        prompts = [f"The word is {word}. " * 8 + "The word is" for word in words]
        async with worker(starter_model, threads=2) as process:
            answers = await ask_each(process, prompts, predict_tokens=6)
        for word, found in zip(words, answers, strict=True):
            assert word in found.text

    asyncio.run(run())
