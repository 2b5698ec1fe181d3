"""All sequences live in one pool of cells: takes the least memory.

Sequences with the same beginning point at the same cells (`llama_memory_seq_cp`), nothing is
computed or copied. In turn, attention looks at every cell in use for every token, if only to see
that it is another sequence's; so what a new prompt has no use for leaves the cells for the shelf,
the least recently used first, until few idle cells are left.
"""

from desktop.worker.library import llama
from desktop.worker.loading import LoadedModel
from desktop.worker.memory import Memory, Past, Source
from desktop.worker.shelf import PARTIAL, Shelved, write_state

MAX_IDLE_CELLS = 512  # that stay while a new prompt runs that does not use them


class SharedCells(Memory):
    """There are more sequences than requests can run (`loading.CACHED_SEQUENCES`)."""

    def __init__(self, loaded: LoadedModel) -> None:
        super().__init__(loaded)
        self._kin: dict[int, set[int]] = {}  # sequences that may share cells, by id

    def clear(self, past: Past) -> None:
        super().clear(past)
        self._kin[past.id].discard(past.id)
        self._kin[past.id] = {past.id}

    def shift(self, past: Past, keep: int, discard: int) -> bool:
        """False also when another running sequence shares the cells: they would move for both."""
        for other in [idle for idle in self._idle if idle.id in self._kin[past.id]]:
            self._shelve(other)
        return len(self._kin[past.id]) == 1 and super().shift(past, keep, discard)

    def _place(self, source: Source | None) -> Past:
        self._shelve_others(source)
        past = Past(self._free.pop())
        self._kin[past.id] = {past.id}
        if source and isinstance(source.of, Shelved):
            self._shelf.touch(source.of)
            self._copy(source.of, past, source)
        elif source and isinstance(source.of, Past):
            self._share(source.of, past, source)
        return past

    def _share(self, other: Past, past: Past, source: Source) -> None:
        """Let `past` point at the cells of `other`."""
        point = source.checkpoint
        whole = source.length == len(other.tokens) and point is None
        end = -1 if whole else source.length
        llama.llama_memory_seq_cp(self._memory, other.id, past.id, 0, end)
        if point and not write_state(self._loaded.context, past.id, point.state, PARTIAL):
            self.clear(past)
            return
        past.tokens = other.tokens[: source.length]
        past.checkpoints = [one for one in other.checkpoints if one.length <= source.length]
        kin = self._kin[other.id]
        kin.add(past.id)
        self._kin[past.id] = kin
        if other in self._idle:
            self._idle.remove(other)
            self._idle.append(other)

    def _shelve_others(self, source: Source | None) -> None:
        """Free the cells of caches that are in the way, and one sequence at least."""
        others = [past for past in self._idle if source is None or past is not source.of]
        cells = sum(len(past.tokens) for past in others)
        while others and (not self._free or cells > MAX_IDLE_CELLS):
            victim = others.pop(0)
            cells -= len(victim.tokens)
            self._shelve(victim)

    def _drop(self, past: Past) -> None:
        super()._drop(past)
        self._kin.pop(past.id).discard(past.id)
