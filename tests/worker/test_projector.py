"""The part of a model that sees: how large it makes images, and the memory it takes."""

import asyncio
from pathlib import Path

import pytest

from tests import tiny_projector
from tests.tiny_projector import picture
from tests.workers import ask, worker

pytestmark = pytest.mark.slow


def test_small_images_are_enlarged_and_the_projector_counts(tmp_path: Path) -> None:
    model, eyes = tmp_path / "model", tmp_path / "eyes"
    tiny_projector.write_grid_model(model)
    tiny_projector.write_grid_projector(eyes)

    async def tokens(least: int) -> int:
        async with worker(model, projector=str(eyes), image_tokens=least) as process:
            before = sum(each.size_bytes for each in process.buffers)
            await ask(process, "x", predict_tokens=1)
            assert sum(each.size_bytes for each in process.buffers) == before
            seen = await ask(process, "[img]x", media=[picture()], predict_tokens=1)
            after = sum(each.size_bytes for each in process.buffers)
        assert after - before == eyes.stat().st_size
        return seen.end.prompt_tokens

    assert asyncio.run(tokens(100)) - asyncio.run(tokens(0)) >= 100 - 24
