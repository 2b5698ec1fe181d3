"""The KV cache in other types than f16: llama.cpp takes them, and we know their sizes."""

from pathlib import Path

import pytest

from desktop.core.errors import ModelLoadFailed
from desktop.models.gguf import read_header
from desktop.models.kv_cache import CELL_BYTES, KvShape, lay_out
from tests.tiny_gguf import Shape, write_random_model
from tests.workers import ask, worker

pytestmark = [pytest.mark.slow, pytest.mark.anyio]
CELLS = 512
ROUNDING = 0.01 * 2**20  # llama.cpp's log names hundredths of a MiB


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cache") / "m.gguf"
    write_random_model(path, shape=Shape(embed=512, heads=8, layers=4))
    return path


@pytest.mark.parametrize("kind", CELL_BYTES)
async def test_each_type_is_loaded_and_has_the_size_we_say(model: Path, kind: str) -> None:
    order = {"context_tokens": CELLS, "cells": CELLS, "parallel": 1, "kv_cache_type": kind}
    async with worker(model, **order) as process:
        answer = await ask(process, "a b", predict_tokens=4)
        assert answer.end.output_tokens > 0
        assert process.loaded
        told = sum(each.size_bytes for each in process.loaded.buffers if each.kind == "kv")
    shape = KvShape.of(read_header(model))
    assert shape
    said = shape.bytes(
        context_tokens=CELLS, sequences=1, own_cells=True, cell_bytes=CELL_BYTES[kind]
    )
    assert said == pytest.approx(told, abs=ROUNDING)


@pytest.mark.parametrize("flash", [True, False])
async def test_flash_attention_is_switched(model: Path, flash: bool) -> None:
    async with worker(model, flash_attention=flash) as process:
        assert (await ask(process, "a b", predict_tokens=4)).end.output_tokens > 0
        state = "enabled" if flash else "disabled"
        assert any("flash_attn" in line and state in line for line in process.stderr.lines)


async def test_a_model_that_cannot_is_told_why(tmp_path: Path) -> None:
    path = tmp_path / "odd.gguf"
    write_random_model(path, shape=Shape(embed=64, heads=4))  # 16 values a head; blocks have 32
    with pytest.raises(ModelLoadFailed, match="kv_cache_type asks for") as failed:
        async with worker(path, kv_cache_type="q8_0"):
            pass
    assert failed.value.code == "unsupported_kv_cache_type"


async def test_a_smaller_type_gives_each_request_cells_of_its_own_sooner(model: Path) -> None:
    shape = KvShape.of(read_header(model))
    assert shape
    whole = shape.bytes(context_tokens=4096, sequences=8, own_cells=True)
    own = [
        lay_out(
            shape,
            context_tokens=4096,
            trained_tokens=None,
            parallel=8,
            memory_bytes=whole * 8 - 8,
            cell_bytes=CELL_BYTES[kind],
        ).own_cells
        for kind in ("f16", "q8_0")
    ]
    assert own == [False, True]
