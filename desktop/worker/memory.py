"""The KV cache as a set of sequences: which are free, which hold an answered conversation, and who
shares what.

A finished sequence stays as cache. A new prompt takes over the longest beginning it has in common
with any sequence, running ones included: llama.cpp lets both point at the same cells
(`llama_memory_seq_cp`), nothing is computed or copied. What a new prompt has no use for leaves the
cells for the shelf (`worker/shelf.py`), the least recently used first, until few idle cells are
left.

Three kinds of memory differ in what "the same beginning" is worth (`LoadedModel.memory_kind`):
- *full*: every beginning can be shared.
- *windowed* (sliding window attention): older cells of some layers are gone, so a beginning can be
  shared only if the window before its end is still there; else from a checkpoint.
- *recurrent* (and hybrid): the past is one running state, good only at its very end or at a
  checkpoint.
A checkpoint is the part of a sequence's state that cannot be cut (`llama_state_seq_get_data_ext`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from desktop.worker.library import llama
from desktop.worker.loading import LoadedModel
from desktop.worker.shelf import PARTIAL, Checkpoint, Shelf, Shelved, read_state, write_state

MIN_SHARED_TOKENS = 8  # sharing fewer is not worth the strings attached
MAX_CHECKPOINTS = 4  # per sequence
MAX_IDLE_CELLS = 512  # that stay while a new prompt runs that does not use them


@dataclass(slots=True, eq=False)
class Past:
    """What one sequence holds: `tokens` are decoded and in the cache, in order."""

    id: int
    tokens: list[int] = field(default_factory=list)
    checkpoints: list[Checkpoint] = field(default_factory=list)
    shifted: bool = False
    """Positions were moved by a context shift: the cells no longer equal a fresh run's."""


class Memory:
    """Lends sequences to requests. Decode loop only."""

    def __init__(self, loaded: LoadedModel) -> None:
        self._loaded = loaded
        self._memory = loaded.memory
        self._free = list(range(loaded.sequences))
        self._running: list[Past] = []
        self._idle: list[Past] = []  # least recently used first
        self._kin: dict[int, set[int]] = {}  # sequences that may share cells, by id
        self._shelf = Shelf(loaded.context)

    @property
    def takes_checkpoints(self) -> bool:
        return self._loaded.memory_kind != "full"

    def open(self, prompt: Sequence[int]) -> Past:
        """A sequence that already holds the longest beginning of `prompt` to be had.

        At least the last token is left to decode, as its logits are needed.
        """
        source, length, checkpoint = self._best_source(prompt)
        self._shelve_others(source)
        past = Past(self._free.pop())
        self._kin[past.id] = {past.id}
        self._running.append(past)
        if isinstance(source, Shelved):
            if self._bring_back(source, past, length, checkpoint):
                self._take_over(source, past, length)
        elif source and self._share(source, past, length, checkpoint):
            self._take_over(source, past, length)
        return past

    def close(self, past: Past, *, keep: bool) -> None:
        """The request is over; what it read and wrote stays as cache if `keep`."""
        self._running.remove(past)
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
        return True

    def clear(self, past: Past) -> None:
        """Empty a sequence that stays lent."""
        llama.llama_memory_seq_rm(self._memory, past.id, -1, -1)
        self._kin[past.id].discard(past.id)
        self._kin[past.id] = {past.id}
        past.tokens.clear()
        past.checkpoints.clear()
        past.shifted = False

    def shift(self, past: Past, keep: int, discard: int) -> bool:
        """Forget `discard` tokens after the first `keep` and close the gap.

        False if the cells cannot be moved, as when another running sequence shares them: moving
        them would move them for both. The caller then clears the sequence and reads it anew.
        """
        if self._loaded.memory_kind != "full" or not llama.llama_memory_can_shift(self._memory):
            return False
        for other in [idle for idle in self._idle if idle.id in self._kin[past.id]]:
            self._shelve(other)
        if len(self._kin[past.id]) > 1:
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

    def _best_source(
        self, prompt: Sequence[int]
    ) -> tuple[Past | Shelved | None, int, Checkpoint | None]:
        """Where the longest usable beginning is, its length, and the checkpoint needed."""
        best: tuple[Past | Shelved | None, int, Checkpoint | None] = (None, 0, None)
        # Of equals the last one wins: what is in the cells costs no copy.
        sources: list[Past | Shelved] = [*self._shelf.items, *self._idle, *self._running]
        for source in sources:
            if isinstance(source, Past) and source.shifted:
                continue
            common = min(common_length(source.tokens, prompt), len(prompt) - 1)
            length, checkpoint = self._usable(source, common)
            if length >= max(best[1], MIN_SHARED_TOKENS):
                best = (source, length, checkpoint)
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

    def _share(self, source: Past, past: Past, length: int, checkpoint: Checkpoint | None) -> bool:
        """Let `past` point at the cells of `source`; False leaves it empty."""
        whole = length == len(source.tokens) and checkpoint is None
        llama.llama_memory_seq_cp(self._memory, source.id, past.id, 0, -1 if whole else length)
        if checkpoint and not self._apply(checkpoint, past):
            return False
        kin = self._kin[source.id]
        kin.add(past.id)
        self._kin[past.id] = kin
        if source in self._idle:
            self._idle.remove(source)
            self._idle.append(source)
        return True

    def _bring_back(
        self, source: Shelved, past: Past, length: int, checkpoint: Checkpoint | None
    ) -> bool:
        """Copy a shelved sequence into `past`; False leaves it empty."""
        if not self._shelf.restore(source, past.id):
            self.clear(past)
            return False
        if checkpoint and not self._apply(checkpoint, past):
            return False
        if not llama.llama_memory_seq_rm(self._memory, past.id, length, -1):
            self.clear(past)
            return False
        return True

    def _apply(self, checkpoint: Checkpoint, past: Past) -> bool:
        if write_state(self._loaded.context, past.id, checkpoint.state, PARTIAL):
            return True
        self.clear(past)  # never a wrong answer: the whole prompt is read instead
        return False

    def _take_over(self, source: Past | Shelved, past: Past, length: int) -> None:
        past.tokens = source.tokens[:length]
        past.checkpoints = [point for point in source.checkpoints if point.length <= length]

    def _shelve_others(self, source: Past | Shelved | None) -> None:
        """Free the cells of caches that are in the way, and one sequence at least.

        There are `CACHED_STATES` sequences more than requests can run, so this can always be done.
        """
        others = [past for past in self._idle if past is not source]
        cells = sum(len(past.tokens) for past in others)
        while others and (not self._free or cells > MAX_IDLE_CELLS):
            victim = others.pop(0)
            cells -= len(victim.tokens)
            self._shelve(victim)

    def _shelve(self, past: Past) -> None:
        oldest = self._oldest(past)
        self._shelf.put(past.id, past.tokens, past.checkpoints, oldest)
        self._idle.remove(past)
        self._drop(past)

    def _drop(self, past: Past) -> None:
        llama.llama_memory_seq_rm(self._memory, past.id, -1, -1)
        self._kin.pop(past.id).discard(past.id)
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
