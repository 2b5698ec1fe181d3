"""Loads a model into a real worker with a KV cache of some layout, to see what llama.cpp takes."""

import asyncio
from pathlib import Path

from desktop.models.kv_cache import CacheLayout
from desktop.worker.messages import Loaded
from tests.workers import worker


def loaded(path: Path, layout: CacheLayout, parallel: int, batch: int = 512) -> Loaded:
    async def run() -> Loaded:
        own = layout.own_cells
        async with worker(
            path,
            context_tokens=layout.tokens if own else layout.tokens // 2,
            cells=layout.tokens * parallel if own else layout.tokens,
            parallel=parallel,
            batch_tokens=batch,
        ) as process:
            assert process.loaded is not None
            return process.loaded

    return asyncio.run(run())
