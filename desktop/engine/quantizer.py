"""Quantizes a model in a process of its own; `worker/quantizing.py` does the work."""

import asyncio
import contextlib
import os
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

from desktop.engine.errand import run
from desktop.models.creating.quantization import Quantization
from desktop.worker.errand_messages import Quantize, Step


async def quantize(work: Quantization, threads: int) -> AsyncGenerator[tuple[int, int]]:
    """Write the smaller copy; yields bytes of the source that are done, and in all.

    Close it (`aclosing`) to stop: the process is then gone. What it has written stays behind in
    any case, complete only if this ends by itself.

    Raises:
        DiskFull: there is no room for it; nothing was written.
        WorkerFailed: llama.cpp refused, or the process crashed.
    """
    source = await asyncio.to_thread(_one_name, work.parts, work.target.parent)
    order = Quantize(
        source=str(source),
        target=str(work.target),
        file_type=work.file_type,
        threads=threads,
        room_bytes=work.room_bytes,
    )
    total = sum(work.tensor_bytes.values())
    done = current = 0
    yield 0, total
    async with contextlib.aclosing(run(order, "quantized the model")) as steps:
        async for step in steps:
            assert isinstance(step, Step)
            done += current
            current = work.tensor_bytes.get(step.tensor, 0)
            yield done, total
    yield total, total


def _one_name(parts: Sequence[Path], folder: Path) -> Path:
    """The file to name to llama.cpp, which finds a model's other parts by their names only."""
    if len(parts) == 1:
        return parts[0]
    links = [
        folder / f"source-{number:05d}-of-{len(parts):05d}.gguf"
        for number in range(1, len(parts) + 1)
    ]
    for part, link in zip(parts, links, strict=True):
        try:
            os.link(part.resolve(), link)
        except OSError:
            link.symlink_to(part.resolve())
    return links[0]
