"""Conversations that left the KV cache for ordinary memory, to come back when they go on.

In a pool of cells, idle ones are not free: attention looks at every cell in use, if only to see
that it is not its own. 6,000 of them cost a prompt of 1,024 tokens a fifth of its speed (SmolLM2
135M, 2 cores); to copy them out and back takes some hundredths of a second.
"""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from desktop.worker.library import llama

State: TypeAlias = ctypes.Array[ctypes.c_uint8]
WHOLE, PARTIAL = 0, 1  # llama_state_seq_flags; the part is what cannot be cut


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What cannot be cut of a sequence's state, after its first `length` tokens."""

    length: int
    state: State


@dataclass(slots=True, eq=False)
class Shelved:
    """A whole sequence; `oldest` is the first position of which every layer knows."""

    tokens: list[int]
    checkpoints: list[Checkpoint]
    oldest: int
    state: State = field(repr=False)

    @property
    def size_bytes(self) -> int:
        return len(self.state) + sum(len(point.state) for point in self.checkpoints)


class Shelf:
    """Keeps the last used ones, up to a number of bytes. Decode loop only."""

    def __init__(self, context: int, limit_bytes: int) -> None:
        self._context = context
        self._limit_bytes = limit_bytes
        self.items: list[Shelved] = []  # least recently used first

    def takes(self, sequence: int) -> bool:
        """Whether it is small enough to be kept at all."""
        size = llama.llama_state_seq_get_size_ext(self._context, sequence, WHOLE)
        return int(size) <= self._limit_bytes

    def put(self, item: Shelved) -> None:
        self.drop_beginnings_of(item.tokens)
        self.items.append(item)
        while sum(one.size_bytes for one in self.items) > self._limit_bytes:
            self.items.pop(0)

    def touch(self, item: Shelved) -> None:
        """It was used: the last to go."""
        if item in self.items:
            self.items.remove(item)
            self.items.append(item)

    def drop_beginnings_of(self, tokens: Sequence[int]) -> None:
        """Forget those that are only the beginning of these tokens."""
        self.items = [item for item in self.items if tokens[: len(item.tokens)] != item.tokens]


def read_state(context: int, sequence: int, flags: int) -> State | None:
    """A sequence's state out of llama.cpp; None if it has none to give, or memory lacks for it."""
    size = llama.llama_state_seq_get_size_ext(context, sequence, flags)
    try:
        state = (ctypes.c_uint8 * size)()
    except MemoryError:
        return None
    written = llama.llama_state_seq_get_data_ext(context, state, size, sequence, flags)
    return state if written else None


def write_state(context: int, sequence: int, state: State, flags: int) -> bool:
    """A state back into a sequence; False if it did not fit."""
    size = len(state)
    return bool(llama.llama_state_seq_set_data_ext(context, state, size, sequence, flags))
