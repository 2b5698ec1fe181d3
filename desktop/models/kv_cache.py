"""How much memory a model needs to remember what it has read: its KV cache and running states.

`engine/plan.py` chooses how long the cache is and who shares it, `worker/loading.py` asks
llama.cpp for it; the sizes here follow `llama_kv_cache`, `llama_kv_cache_iswa` and
`llama_memory_recurrent`.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from desktop.models.gguf import GgufHeader
from desktop.models.layers import LayerMemory, layers_of, window_of

CELL_BYTES = {  # of one value; quantized ones stand in blocks of 32
    "f32": 4.0,
    "f16": 2.0,
    "bf16": 2.0,
    "q8_0": 34 / 32,
    "q5_1": 24 / 32,
    "q5_0": 22 / 32,
    "q4_1": 20 / 32,
    "q4_0": 18 / 32,
    "iq4_nl": 18 / 32,
}
BYTES_PER_VALUE = CELL_BYTES["f16"]
STATE_BYTES = 4  # states are f32
CELL_STEP = 256  # llama.cpp rounds the number of cells up to a multiple

OWN_CELLS_PART = 1 / 8
"""Each request has cells of its own if they take no more than this part of the memory, as nobody
looks at another's then (`worker/own_cells.py`)."""
POOL_CONTEXTS = 2
"""Else all share a pool of so many contexts (`worker/shared_cells.py`): one request can always use
its whole context, and as much again is there for the others. When it runs out, caches go first,
then the youngest request waits; so more is speed, never a condition. There are"""
CACHED_SEQUENCES = 16
"""so many sequences beside those that run,"""
CACHED_STATES = 2
"""or so many, if each costs a whole state."""


@dataclass(frozen=True, slots=True)
class CacheLayout:
    """How the KV cache is shared out; `tokens` are those of each sequence, or of the pool."""

    tokens: int
    sequences: int
    own_cells: bool

    @property
    def cells(self) -> int:
        """In all."""
        return self.tokens * (self.sequences if self.own_cells else 1)


@dataclass(frozen=True, slots=True)
class KvShape:
    """What a model keeps, summed over its layers."""

    full_values: int
    """Per token, in layers that see everything."""
    windowed_values: int
    """Per token, in layers that see the last `window` tokens."""
    window: int
    state_values: int
    """Per sequence, however long it is."""

    @classmethod
    def of(cls, header: GgufHeader) -> "KvShape | None":
        """None if the header does not say."""
        layers = layers_of(header)
        return None if layers is None else cls.of_layers(layers, window_of(header))

    @classmethod
    def of_layers(cls, layers: Iterable[LayerMemory], window: int) -> "KvShape":
        """Of some of a model's layers, or of all."""
        layers = list(layers)
        return cls(
            full_values=sum(each.values_per_token for each in layers if not each.windowed),
            windowed_values=sum(each.values_per_token for each in layers if each.windowed),
            window=window,
            state_values=sum(each.state_values for each in layers),
        )

    @property
    def recurrent(self) -> bool:
        return self.state_values > 0

    def bytes(
        self,
        *,
        context_tokens: int,
        sequences: int,
        own_cells: bool,
        cell_bytes: float = BYTES_PER_VALUE,
        batch_tokens: int = 512,
    ) -> int:
        """What llama.cpp allocates.

        Args:
            context_tokens: Cells of each sequence with `own_cells`, else of the pool that all
                share.
            sequences: llama.cpp's `n_seq_max`.
            cell_bytes: Of one value: 2 for F16, 1.0625 for Q8_0 (34 bytes hold 32 values).
            batch_tokens: Most tokens in one decode.
        """
        cells = _padded(context_tokens)
        streams = sequences if own_cells else 1
        seen = self.window * (1 if own_cells else sequences) + batch_tokens
        windowed = _padded(min(cells, seen))
        values = cells * self.full_values + windowed * self.windowed_values
        states = self.state_values * STATE_BYTES * sequences
        return math.ceil(values * streams * cell_bytes) + states

    def of_layout(
        self, layout: CacheLayout, cell_bytes: float = BYTES_PER_VALUE, batch_tokens: int = 512
    ) -> int:
        """What llama.cpp allocates for a layout."""
        return self.bytes(
            context_tokens=layout.tokens,
            sequences=layout.sequences,
            own_cells=layout.own_cells,
            cell_bytes=cell_bytes,
            batch_tokens=batch_tokens,
        )


def lay_out(
    shape: KvShape,
    *,
    context_tokens: int,
    trained_tokens: int | None = None,
    parallel: int,
    memory_bytes: int,
    cell_bytes: float = BYTES_PER_VALUE,
) -> CacheLayout:
    """The layout that a model is loaded with.

    Args:
        context_tokens: What is asked for; models get no more than they were trained for.
        parallel: Requests that run at the same time.
        memory_bytes: All main memory of the machine.
        cell_bytes: Of one value.
    """
    context = min(context_tokens, trained_tokens or context_tokens)
    own_bytes = shape.bytes(
        context_tokens=context, sequences=parallel, own_cells=True, cell_bytes=cell_bytes
    )
    shared = pool(shape, context, parallel)
    if own_bytes <= memory_bytes * OWN_CELLS_PART or shared.own_cells:
        return CacheLayout(context, parallel, own_cells=True)
    return shared


def pool(
    shape: KvShape, context_tokens: int, parallel: int, contexts: int = POOL_CONTEXTS
) -> CacheLayout:
    """One pool of so many contexts for all requests. Where each request can have a context of that,
    it has one of its own."""
    if parallel <= contexts:
        return CacheLayout(context_tokens, parallel, own_cells=True)
    spare = CACHED_STATES if shape.recurrent else CACHED_SEQUENCES
    return CacheLayout(context_tokens * contexts, parallel + spare, own_cells=False)


def _padded(cells: int) -> int:
    return -(-cells // CELL_STEP) * CELL_STEP
