"""A `llama_batch` in memory of our own, filled by slices: a token costs no Python call of its
own."""

import ctypes
from collections.abc import Sequence

from desktop.worker.library import llama


class Batch:
    """Tokens of several sequences for one `llama_decode`; `size` is the room, in tokens."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.count = 0
        self._added: dict[int, int] = {}
        self._tokens = (ctypes.c_int32 * size)()
        self._positions = (ctypes.c_int32 * size)()
        self._sequences = (ctypes.c_int32 * size)()
        self._outputs = (ctypes.c_int8 * size)()
        one_each = (ctypes.c_int32 * size)(*([1] * size))
        pointer = ctypes.POINTER(ctypes.c_int32)
        step = ctypes.sizeof(ctypes.c_int32)
        start = ctypes.addressof(self._sequences)
        each = (pointer * size)(*(ctypes.cast(start + at * step, pointer) for at in range(size)))
        self._keep_alive = (one_each, each)
        self._native = llama.llama_batch(
            n_tokens=0,
            token=ctypes.cast(self._tokens, ctypes.POINTER(llama.llama_token)),
            embd=None,
            pos=ctypes.cast(self._positions, ctypes.POINTER(llama.llama_pos)),
            n_seq_id=ctypes.cast(one_each, pointer),
            seq_id=ctypes.cast(each, ctypes.POINTER(ctypes.POINTER(llama.llama_seq_id))),
            logits=ctypes.cast(self._outputs, ctypes.POINTER(ctypes.c_int8)),
        )

    def clear(self) -> None:
        self.count = 0
        self._added.clear()

    def added(self, sequence: int) -> int:
        """Tokens of this sequence in the batch."""
        return self._added.get(sequence, 0)

    def add(self, sequence: int, position: int, tokens: Sequence[int], *, output: bool) -> int:
        """Append `tokens` at `position` and following; `output` asks for the last one's logits.

        Returns:
            Index of the last token, by which its logits are found after the decode.
        """
        first, last = self.count, self.count + len(tokens)
        self._tokens[first:last] = list(tokens)
        self._positions[first:last] = list(range(position, position + len(tokens)))
        self._sequences[first:last] = [sequence] * len(tokens)
        self._outputs[first:last] = [0] * len(tokens)
        self._outputs[last - 1] = output
        self.count = last
        self._added[sequence] = self.added(sequence) + len(tokens)
        return last - 1

    def output_all(self) -> None:
        """Ask for an output at every token, as embeddings need it."""
        self._outputs[: self.count] = [1] * self.count

    def decode(self, context: int) -> int:
        """llama.cpp's answer: 0 done, 1 no room in the cache, 2 aborted, negative: failed."""
        self._native.n_tokens = self.count
        return int(llama.llama_decode(context, self._native))
