"""Encoded images and sounds into the model's memory: piece by piece, in turn with all the rest."""

from collections.abc import Sequence
from typing import NamedTuple

from desktop.worker.job import Job
from desktop.worker.loading import LoadedModel
from desktop.worker.media import Chunk
from desktop.worker.media_batch import MediaBatch
from desktop.worker.memory import Memory
from desktop.worker.pacing import Pacer


class Look(NamedTuple):
    """What is read next: `cells` more of a chunk, whose first ones may have been read before."""

    job: Job
    chunk: Chunk
    cells: int


class Looker:
    """Decode loop only. A batch holds tokens or vectors: looking takes steps of its own."""

    def __init__(self, loaded: LoadedModel, memory: Memory, pacer: Pacer) -> None:
        self._loaded = loaded
        self._memory = memory
        self._pacer = pacer
        self._batch = MediaBatch(loaded.model, loaded.batch_tokens)
        self._looked = False  # the last step was for an image or sound

    def next(self, running: Sequence[Job]) -> Look | None:
        """None: it is the others' turn."""
        due = [(job, chunk) for job in running if (chunk := job.chunk_due)]
        others = len(due) < len(running)
        self._looked = bool(due) and not (self._looked and others)
        if not self._looked:
            return None
        job, chunk = due[0]
        assert job.past
        left = chunk.cells - job.past.half_read
        streams = sum(one.streaming for one in running)
        budget = self._pacer.budget(streams, len(running) - streams, left)
        if not budget:
            self._looked = False
            return None
        cells = min(left, budget, self._loaded.batch_tokens) if chunk.causal else chunk.cells
        return Look(job, chunk, cells)

    def read(self, look: Look) -> int:
        """llama.cpp's answer, as for `Batch.decode`; after a failure, `undo` it."""
        past = look.job.past
        assert past
        cells = range(past.half_read, past.half_read + look.cells)
        index = self._batch.fill(look.chunk, past.id, len(past.tokens), cells)
        code = self._batch.decode(self._loaded.context, causal=look.chunk.causal)
        if code == 0:
            look.job.output_at = index
            past.half_read = cells.stop
            if past.half_read == look.chunk.cells:
                past.tokens.extend(look.chunk.ids)
                past.half_read = 0
        return code

    def undo(self, look: Look) -> None:
        """Forget what was read of a chunk."""
        past = look.job.past
        assert past
        if not self._memory.cut(past, len(past.tokens)):
            self._memory.clear(past)
