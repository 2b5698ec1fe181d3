"""The size of the KV cache: what we say beside what llama.cpp really allocates."""

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.models import kv_cache
from desktop.models.gguf import read_header
from desktop.models.kv_cache import CacheLayout, KvShape, lay_out
from desktop.worker import loading
from desktop.worker.messages import Loaded
from tests import tiny_gguf
from tests.models import layered_gguf, raw_gguf
from tests.models.layouts import loaded

ROUNDING_BYTES = 2 * 5243  # the log gives two figures, in hundredths of a MiB

WRITERS: dict[str, Callable[[Path], None]] = {
    **layered_gguf.WRITERS,
    "full": tiny_gguf.write_random_model,
    "mostly windows": tiny_gguf.write_swa_model,
    "recurrent": tiny_gguf.write_recurrent_model,
}


def allocated(found: Loaded) -> int:
    return sum(buffer.size_bytes for buffer in found.buffers if buffer.kind == "kv")


def said(path: Path, layout: CacheLayout, batch: int = 512) -> int:
    shape = KvShape.of(read_header(path))
    assert shape is not None
    return shape.bytes(
        context_tokens=layout.tokens,
        sequences=layout.sequences,
        own_cells=layout.own_cells,
        batch_tokens=batch,
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", WRITERS)
def test_what_llama_cpp_allocates_for_each_kind_of_layer(name: str, tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    WRITERS[name](path)
    shape = KvShape.of(read_header(path))
    assert shape is not None
    spare = kv_cache.CACHED_STATES if shape.recurrent else kv_cache.CACHED_SEQUENCES
    for layout, parallel, batch in (
        (CacheLayout(2048, 4, own_cells=True), 4, 512),
        (CacheLayout(1000, 3, own_cells=True), 3, 64),
        (CacheLayout(4096, 4 + spare, own_cells=False), 4, 512),
    ):
        truth = allocated(loaded(path, layout, parallel, batch))
        assert said(path, layout, batch) == pytest.approx(truth, rel=0.002, abs=ROUNDING_BYTES)


@pytest.mark.slow
@pytest.mark.parametrize("model", ["starter_model", "gemma_model"])
@pytest.mark.parametrize(
    ("layout", "parallel"),
    [
        (CacheLayout(4096, 1, own_cells=True), 1),
        (CacheLayout(2048, 8, own_cells=True), 8),
        (CacheLayout(8192, 24, own_cells=False), 8),
    ],
)
def test_what_llama_cpp_allocates_for_real_models(
    model: str, layout: CacheLayout, parallel: int, request: pytest.FixtureRequest
) -> None:
    path: Path = request.getfixturevalue(model)
    truth = allocated(loaded(path, layout, parallel))
    assert said(path, layout) == pytest.approx(truth, rel=0.002)


def test_worker_and_estimate_agree_on_how_a_cache_is_shared_out() -> None:
    assert kv_cache.CACHED_SEQUENCES == loading.CACHED_SEQUENCES
    assert kv_cache.CACHED_STATES == loading.CACHED_STATES


def test_cells_of_ones_own_where_memory_allows_else_a_pool() -> None:
    shape = KvShape(full_values=500, windowed_values=0, window=0, state_values=0)  # 1000 bytes
    asked = {"context_tokens": 4096, "parallel": 8}
    rich = lay_out(shape, trained_tokens=None, memory_bytes=8 * 4096 * 8 * 1000, **asked)
    poor = lay_out(shape, trained_tokens=None, memory_bytes=8 * 4096 * 8 * 1000 - 8, **asked)
    assert rich == CacheLayout(4096, 8, own_cells=True)
    assert poor == CacheLayout(8192, 24, own_cells=False)


def test_no_context_is_longer_than_what_the_model_was_trained_for() -> None:
    shape = KvShape(full_values=500, windowed_values=0, window=0, state_values=0)
    asked = {"context_tokens": 100_000, "trained_tokens": 2048}
    assert lay_out(shape, parallel=4, memory_bytes=2**60, **asked).tokens == 2048
    assert lay_out(shape, parallel=4, memory_bytes=0, **asked).tokens == 2 * 2048  # a pool


def test_the_pool_of_one_or_two_is_as_good_as_cells_of_their_own() -> None:
    shape = KvShape(full_values=500, windowed_values=0, window=0, state_values=0)
    for parallel in (1, 2):
        layout = lay_out(
            shape, context_tokens=64, trained_tokens=None, parallel=parallel, memory_bytes=0
        )
        assert layout == CacheLayout(64, parallel, own_cells=True)


def test_few_sequences_are_kept_beside_if_each_costs_a_state() -> None:
    shape = KvShape(full_values=500, windowed_values=0, window=0, state_values=9)
    layout = lay_out(shape, context_tokens=64, trained_tokens=None, parallel=8, memory_bytes=0)
    assert layout.sequences == 10


def test_half_as_large_with_values_of_eight_bits() -> None:
    shape = KvShape(full_values=64, windowed_values=0, window=0, state_values=0)
    full, half = (
        shape.bytes(context_tokens=1024, sequences=1, own_cells=True, cell_bytes=cell_bytes)
        for cell_bytes in (2.0, 34 / 32)
    )
    assert (full, half) == (1024 * 64 * 2, 1024 * 64 * 34 // 32)


def header_file(path: Path, arch: str, facts: dict[str, int]) -> Path:
    """A file of nothing but metadata."""
    entries = [raw_gguf.entry_text("general.architecture", arch)]
    entries += [raw_gguf.entry_u32(f"{arch}.{key}", value) for key, value in facts.items()]
    path.write_bytes(raw_gguf.whole(entries))
    return path


ATTENTION = {
    "block_count": 8,
    "embedding_length": 64,
    "attention.head_count": 4,
    "attention.sliding_window": 100,
}


@pytest.mark.parametrize(
    ("arch", "windowed_layers"),
    [
        ("llama", 0),
        ("gemma2", 4),
        ("gemma3", 7),
        ("gpt-oss", 4),
        ("cohere2", 6),
        ("olmo2", 6),
        ("smallthinker", 6),
        ("llama4", 6),
        ("exaone4", 0),  # only the one with 64 layers
        ("phi3", 0),  # llama.cpp ignores its window
        ("step35", 0),  # must list them, and does not
    ],
)
def test_layers_with_a_window(arch: str, windowed_layers: int, tmp_path: Path) -> None:
    shape = KvShape.of(read_header(header_file(tmp_path / "m", arch, ATTENTION)))
    assert shape is not None
    assert shape.windowed_values == windowed_layers * 2 * 64
    assert shape.full_values == (8 - windowed_layers) * 2 * 64


def test_a_file_may_say_how_often_there_is_no_window(tmp_path: Path) -> None:
    facts = ATTENTION | {"attention.sliding_window_pattern": 4}
    shape = KvShape.of(read_header(header_file(tmp_path / "m", "gemma3", facts)))
    assert shape is not None
    assert shape.windowed_values == 6 * 2 * 64


def test_layers_that_predict_ahead_have_no_cache(tmp_path: Path) -> None:
    facts = ATTENTION | {"nextn_predict_layers": 1}
    shape = KvShape.of(read_header(header_file(tmp_path / "m", "glm4moe", facts)))
    assert shape is not None
    assert shape.full_values == 7 * 2 * 64


def test_models_that_only_read_have_no_cache(tmp_path: Path) -> None:
    shape = KvShape.of(read_header(header_file(tmp_path / "m", "bert", ATTENTION)))
    assert shape is not None
    assert shape.full_values == 0


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"block_count": 0},
        {"block_count": 100_000, "embedding_length": 64, "attention.head_count": 4},
        {"block_count": 8, "attention.head_count": 4},
    ],
)
def test_a_header_that_does_not_say_is_not_guessed_at(
    facts: dict[str, int], tmp_path: Path
) -> None:
    assert KvShape.of(read_header(header_file(tmp_path / "m", "llama", facts))) is None
