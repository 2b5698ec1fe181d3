"""Each sequence has cells of its own, a whole context's worth: the fastest.

Nobody's attention looks at another's cells, so idle conversations stay where they are until their
place is needed. Beginnings are copied, not shared. There are as many sequences as requests that can
run.

llama.cpp decodes neighbouring sequences in one piece (`llama_batch_allocr::split_equal`), which
reads the weights once; a gap between those that run makes it two. Therefore gaps are closed, by
copying a sequence's state: some ten milliseconds, once, instead of up to twice the time for every
token.
"""

from desktop.worker.library import llama
from desktop.worker.memory import Memory, Past, Source
from desktop.worker.shelf import WHOLE, write_state

WORTH_KEEPING = 32  # tokens of a conversation's end that a new turn would overwrite


class OwnCells(Memory):
    """`parallel` sequences of `context_tokens` cells."""

    def settle(self) -> None:
        while (gap := self._gap()) is not None:
            first = min(self._running, key=lambda past: past.id)
            last = max(self._running, key=lambda past: past.id)
            shorter = min(first, last, key=lambda past: len(past.tokens))
            if not self._move(shorter, gap):
                return

    def _place(self, source: Source | None) -> Past:
        if source and source.of in self._idle:
            assert isinstance(source.of, Past)
            return self._go_on(source.of, source)
        # What is to be copied is read first, as its place may be the one that is given away.
        item = source.of if source else None
        if isinstance(item, Past):
            item = self._shelved(item)
        past = Past(self._vacate())
        if source and item:
            self._shelf.touch(item)
            self._copy(item, past, source)
        return past

    def _go_on(self, past: Past, source: Source) -> Past:
        """Take an idle conversation as it stands; if its end is another's, it goes on the shelf."""
        overwritten = len(past.tokens) - source.length
        if overwritten >= WORTH_KEEPING:
            self._keep(past)
        self._idle.remove(past)
        self._reduce(past, source)
        return past

    def _vacate(self) -> int:
        """An empty sequence, beside the running ones if possible; whose idle one is oldest."""
        busy = {past.id for past in self._running}
        ages = {past.id: age for age, past in enumerate(self._idle)}

        def order(place: int) -> tuple[bool, int]:
            alone = bool(busy) and not busy & {place - 1, place + 1}
            return alone, ages.get(place, -1)

        chosen = min((*self._free, *ages), key=order)
        self._empty(chosen)
        return chosen

    def _empty(self, place: int) -> None:
        """Make a sequence that is not running ready for use."""
        for idle in [idle for idle in self._idle if idle.id == place]:
            self._shelve(idle)
        self._free.remove(place)

    def _gap(self) -> int | None:
        """The first sequence between running ones that does not run."""
        busy = {past.id for past in self._running}
        if not busy:
            return None
        between = range(min(busy), max(busy))
        return next((place for place in between if place not in busy), None)

    def _move(self, past: Past, to: int) -> bool:
        item = self._shelved(past)
        if item is None:
            return False
        self._empty(to)
        if not write_state(self._loaded.context, to, item.state, WHOLE):
            llama.llama_memory_seq_rm(self._memory, to, -1, -1)
            self._free.append(to)
            return False
        llama.llama_memory_seq_rm(self._memory, past.id, -1, -1)
        self._free.append(past.id)
        past.id = to
        return True
