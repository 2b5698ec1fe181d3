"""Texts to vectors: what is asked, what comes back, and the way there in portions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from desktop.engine.asker import ANYBODY, Asker
from desktop.engine.options import Options
from desktop.engine.process import WorkerProcess
from desktop.hardware.memory import available_bytes
from desktop.models.store import InstalledModel
from desktop.worker.messages import Embed, Embedded

PORTION_INPUTS = 256
PORTION_SIZE = 2**20  # characters, or tokens: bounds a frame

Input = TypeVar("Input", str, list[int])


@dataclass(slots=True, kw_only=True)
class EmbedAsk:
    """One request for embeddings, of `texts` or of `tokens`."""

    model: InstalledModel
    options: Options = field(default_factory=Options)
    keep_alive_s: float | None = None
    texts: list[str] = field(default_factory=list)
    tokens: list[list[int]] = field(default_factory=list)
    """Texts as the model's token ids; nothing is added to them."""
    truncate: bool = True
    """Cut texts that are longer than the context at their end; else the request fails."""
    context_tokens: int | None = None
    """The most that is read of each text; None: the loaded context."""
    dimensions: int = 0
    """Keep only so many numbers of each vector; 0, or more than it has: all of them."""
    asker: Asker = ANYBODY


@dataclass(slots=True, kw_only=True)
class Embeddings:
    """One vector for each input, in order, all of length 1."""

    vectors: list[bytes] = field(default_factory=list)
    """Little-endian float32."""
    tokens: int = 0
    """Read in all, special tokens included."""
    cut_inputs: int = 0
    dropped_tokens: int = 0
    """Cut from how many inputs, and how many tokens in all, to make them fit."""
    load_ns: int = 0
    """Until the model was there."""


async def embed(process: WorkerProcess, ask: EmbedAsk) -> Embeddings:
    """Ask a loaded model. Cancelling the caller stops the work.

    Raises:
        AppError: the worker refused or failed the request; then nothing of it is kept.
    """
    found = Embeddings()
    orders = [Embed(id=0, texts=portion) for portion in _portions(ask.texts)]
    orders += [Embed(id=0, tokens=portion) for portion in _portions(ask.tokens)]
    for order in orders:
        order.truncate, order.context_tokens = ask.truncate, ask.context_tokens
        order.dimensions, order.group = ask.dimensions, ask.asker.group
        order.is_own, order.free_bytes = ask.asker.is_own, available_bytes()
        answer = await process.call(order)
        assert isinstance(answer, Embedded)
        found.vectors += answer.vectors
        found.tokens += sum(answer.tokens)
        found.cut_inputs += answer.cut_inputs
        found.dropped_tokens += answer.dropped_tokens
    return found


def _portions(inputs: Sequence[Input]) -> Iterator[list[Input]]:
    portion: list[Input] = []
    size = 0
    for each in inputs:
        if portion and (len(portion) == PORTION_INPUTS or size + len(each) > PORTION_SIZE):
            yield portion
            portion, size = [], 0
        portion.append(each)
        size += len(each)
    if portion:
        yield portion
