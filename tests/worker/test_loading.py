"""What a load reports, and the one sentence for each way it can fail."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.core.errors import ModelLoadFailed
from desktop.worker.messages import Loaded
from tests.tiny_gguf import (
    Shape,
    write_random_model,
    write_truncated,
    write_unknown_architecture,
    write_wrong_magic,
)
from tests.workers import worker

pytestmark = pytest.mark.slow


def load(path: Path, **options: Any) -> Loaded:
    async def run() -> Loaded:
        async with worker(path, **options) as process:
            assert process.loaded is not None
            assert process.load_fraction == 1.0
            return process.loaded

    return asyncio.run(run())


def test_a_load_reports_sizes_device_and_context(tmp_path: Path) -> None:
    write_random_model(tmp_path / "m.gguf")
    loaded = load(tmp_path / "m.gguf", context_tokens=100_000, cells=4096)
    assert loaded.trained_tokens == loaded.context_tokens == 2048
    kinds = {buffer.kind for buffer in loaded.buffers}
    assert kinds == {"weights", "kv", "compute"}
    assert all(buffer.size_bytes > 0 for buffer in loaded.buffers)
    # K and V of F16: 2 layers, 64 values each, per cell
    kv = sum(buffer.size_bytes for buffer in loaded.buffers if buffer.kind == "kv")
    assert kv == loaded.cells * 2 * 2 * 64 * 2
    assert loaded.template


@pytest.mark.parametrize("use_mmap", [True, False])
def test_the_file_is_mapped_or_read(tmp_path: Path, use_mmap: bool) -> None:
    write_random_model(tmp_path / "m.gguf")
    loaded = load(tmp_path / "m.gguf", use_mmap=use_mmap)
    weights = [buffer.device for buffer in loaded.buffers if buffer.kind == "weights"]
    assert ("CPU_Mapped" in weights) == use_mmap


def _write_nothing(path: Path) -> None:
    """The file is not there."""


@pytest.mark.parametrize(
    ("write", "reason", "words"),
    [
        (_write_nothing, "file_not_found", "does not exist"),
        (write_truncated, "damaged_file", "damaged or incomplete"),
        (write_wrong_magic, "damaged_file", "damaged or incomplete"),
        (write_unknown_architecture, "unknown_architecture", "'marsupial'"),
    ],
)
def test_a_failed_load_says_why(
    tmp_path: Path, write: Callable[[Path], None], reason: str, words: str
) -> None:
    write(tmp_path / "m.gguf")
    with pytest.raises(ModelLoadFailed, match=words) as failed:
        load(tmp_path / "m.gguf")
    assert failed.value.reason == reason


def test_too_little_memory_is_named(tmp_path: Path) -> None:
    cells = 2**23  # of 16 KiB each: 128 GiB in one piece, which no system promises
    shape = Shape(layers=64, context=cells)
    write_random_model(tmp_path / "m.gguf", shape=shape)
    with pytest.raises(ModelLoadFailed, match="not enough memory") as failed:
        load(tmp_path / "m.gguf", context_tokens=cells, cells=cells)
    assert failed.value.reason == "out_of_memory"
