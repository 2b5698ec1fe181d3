"""The KV cache as a set of sequences: which are free, which hold an answered conversation, and who
goes on from what.

A finished sequence stays as cache. A new prompt takes over the longest beginning it has in common
with any sequence, running and shelved ones (`worker/shelf.py`) included. How that is done depends
on whether all sequences share their cells (`worker/shared_cells.py`) or each has its own
(`worker/own_cells.py`).

Three kinds of memory differ in what "the same beginning" is worth (`LoadedModel.memory_kind`):
- *full*: every beginning can be shared.
- *windowed* (sliding window attention): older cells of some layers are gone, so a beginning can be
  shared only if the window before its end is still there; else from a checkpoint.
- *recurrent* (and hybrid): the past is one running state, good only at its very end or at a
  checkpoint.
A checkpoint is the part of a sequence's state that cannot be cut (`llama_state_seq_get_data_ext`).
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field

from desktop.worker.library import llama
from desktop.worker.loading import LoadedModel
from desktop.worker.media import outside
from desktop.worker.shelf import PARTIAL, WHOLE, Checkpoint, Shelf, Shelved, read_state, write_state

MIN_SHARED_TOKENS = 8  # sharing fewer is not worth the strings attached
MAX_CHECKPOINTS = 4  # per sequence


@dataclass(slots=True, eq=False)
class Past:
    """What one sequence holds: `tokens` are decoded and in the cache, in order."""

    id: int
    tokens: list[int] = field(default_factory=list)
    checkpoints: list[Checkpoint] = field(default_factory=list)
    shifted: bool = False
    """Positions were moved by a context shift: the cells no longer equal a fresh run's."""
    half_read: int = 0
    """Cells after `tokens` that hold the beginning of an image or sound."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a prompt's beginning is to be had: `length` tokens, with the checkpoint that takes."""

    of: Past | Shelved
    length: int
    checkpoint: Checkpoint | None


class Memory(ABC):
    """Lends sequences to requests. Decode loop only."""

    def __init__(self, loaded: LoadedModel) -> None:
        self._loaded = loaded
        self._memory = loaded.memory
        self._free = list(range(loaded.sequences))
        self._running: list[Past] = []
        self._idle: list[Past] = []  # least recently used first
        self._shelf = Shelf(loaded.context, loaded.weights.order.shelf_bytes)

    @property
    def takes_checkpoints(self) -> bool:
        return self._loaded.memory_kind != "full"

    def open(self, prompt: Sequence[int]) -> Past:
        """A sequence that already holds the longest beginning of `prompt` to be had.

        At least the last token is left to decode, as its logits are needed.
        """
        past = self._place(self._best_source(prompt))
        self._running.append(past)
        return past

    @abstractmethod
    def _place(self, source: Source | None) -> Past:
        """A sequence for a new request; empty, if nothing of the source can be had after all."""

    def close(self, past: Past, *, keep: bool) -> None:
        """The request is over; what it read and wrote stays as cache if `keep`."""
        self._running.remove(past)
        keep = keep and (not past.half_read or self.cut(past, len(past.tokens)))
        if not keep or past.shifted or len(past.tokens) < MIN_SHARED_TOKENS:
            self._drop(past)
            return
        for other in list(self._idle):  # one that this one continues has nothing more to give
            if not self.takes_checkpoints and past.tokens[: len(other.tokens)] == other.tokens:
                self._idle.remove(other)
                self._drop(other)
        if not self.takes_checkpoints:
            self._shelf.drop_beginnings_of(past.tokens)
        self._idle.append(past)

    def settle(self) -> None:  # noqa: B027 - most need nothing
        """Requests came or went: put the rest where they are decoded fastest."""

    def make_room(self) -> bool:
        """Take the least recently used cache out of the cells; False when there is none."""
        if not self._idle:
            return False
        self._shelve(self._idle[0])
        return True

    def cut(self, past: Past, length: int) -> bool:
        """Forget everything after the first `length` tokens; False if this memory cannot."""
        if not llama.llama_memory_seq_rm(self._memory, past.id, length, -1):
            return False
        del past.tokens[length:]
        past.half_read = 0
        return True

    def clear(self, past: Past) -> None:
        """Empty a sequence that stays lent."""
        llama.llama_memory_seq_rm(self._memory, past.id, -1, -1)
        past.tokens.clear()
        past.checkpoints.clear()
        past.shifted = False
        past.half_read = 0

    def shift(self, past: Past, keep: int, discard: int) -> bool:
        """Forget `discard` tokens after the first `keep` and close the gap.

        False if the cells cannot be moved. The caller then clears the sequence and reads it anew.
        """
        if self._loaded.memory_kind != "full" or not llama.llama_memory_can_shift(self._memory):
            return False
        end = keep + discard
        if not llama.llama_memory_seq_rm(self._memory, past.id, keep, end):
            return False
        llama.llama_memory_seq_add(self._memory, past.id, end, -1, -discard)
        del past.tokens[keep:end]
        past.shifted = True
        return True

    def checkpoint(self, past: Past) -> None:
        """Remember the state as it is now, for prompts that part from this one later on."""
        if state := read_state(self._loaded.context, past.id, PARTIAL):
            past.checkpoints = past.checkpoints[-(MAX_CHECKPOINTS - 1) :]
            past.checkpoints.append(Checkpoint(len(past.tokens), state))

    def _best_source(self, prompt: Sequence[int]) -> Source | None:
        """Where the longest usable beginning is."""
        best: Source | None = None
        # Of equals the last one wins: to go on with an idle one costs least.
        sources: list[Past | Shelved] = [*self._shelf.items, *self._running, *self._idle]
        for one in sources:
            if isinstance(one, Past) and (one.shifted or one.half_read):
                continue
            common = outside(prompt, min(common_length(one.tokens, prompt), len(prompt) - 1))
            length, checkpoint = self._usable(one, common)
            if length >= max(best.length if best else 0, MIN_SHARED_TOKENS):
                best = Source(one, length, checkpoint)
        return best

    def _usable(self, source: Past | Shelved, common: int) -> tuple[int, Checkpoint | None]:
        """How much of the common beginning this kind of memory can share."""
        kind = self._loaded.memory_kind
        if kind == "full" or (kind == "recurrent" and common == len(source.tokens)):
            return common, None
        if kind == "windowed" and self._oldest(source) <= max(0, common - self._loaded.window):
            return common, None
        usable = [point for point in source.checkpoints if point.length <= common]
        return (usable[-1].length, usable[-1]) if usable else (0, None)

    def _oldest(self, source: Past | Shelved) -> int:
        if isinstance(source, Shelved):
            return source.oldest
        return int(llama.llama_memory_seq_pos_min(self._memory, source.id))

    def _copy(self, item: Shelved, past: Past, source: Source) -> None:
        """Write a sequence's state into the empty `past`, and keep of it what `source` says."""
        if write_state(self._loaded.context, past.id, item.state, WHOLE):
            past.tokens = list(item.tokens)
            past.checkpoints = list(item.checkpoints)
            self._reduce(past, source)
        else:
            self.clear(past)

    def _reduce(self, past: Past, source: Source) -> None:
        """Bring a sequence back to the first `source.length` tokens; else empty it: never a wrong
        answer, the whole prompt is read instead."""
        point = source.checkpoint
        written = not point or write_state(self._loaded.context, past.id, point.state, PARTIAL)
        if not (written and self.cut(past, source.length)):
            self.clear(past)
        past.checkpoints = [point for point in past.checkpoints if point.length <= source.length]

    def _shelved(self, past: Past) -> Shelved | None:
        """A copy of a sequence; None if llama.cpp has none to give."""
        state = read_state(self._loaded.context, past.id, WHOLE)
        if state is None:
            return None
        return Shelved(list(past.tokens), list(past.checkpoints), self._oldest(past), state)

    def _shelve(self, past: Past) -> None:
        """Take an idle sequence out of the cells."""
        self._keep(past)
        self._idle.remove(past)
        self._drop(past)

    def _keep(self, past: Past) -> None:
        """Put a copy on the shelf, if there is room for it at all."""
        if self._shelf.takes(past.id) and (item := self._shelved(past)):
            self._shelf.put(item)

    def _drop(self, past: Past) -> None:
        llama.llama_memory_seq_rm(self._memory, past.id, -1, -1)
        self._free.append(past.id)


def common_length(a: Sequence[int], b: Sequence[int]) -> int:
    """Length of the common beginning, by bisection over slices, which compare at C speed.

    >>> common_length([1, 2, 3], [1, 2, 4, 5]), common_length([], [1]), common_length([7], [7])
    (2, 0, 1)
    """
    low, high = 0, min(len(a), len(b))
    if a[:high] == b[:high]:
        return high
    while low < high - 1:
        middle = (low + high) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle
    return low
