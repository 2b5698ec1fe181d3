"""A `llama_batch` of vectors in place of tokens."""

import ctypes

from desktop.worker.library import llama
from desktop.worker.media import SECTIONS, Chunk


class MediaBatch:
    """Part of an image or sound for one `llama_decode`; `size` is the room, in cells."""

    def __init__(self, model: int, size: int) -> None:
        self._width = int(llama.llama_model_n_embd_inp(model))
        self._positions = (ctypes.c_int32 * (size * SECTIONS))()
        self._outputs = (ctypes.c_int8 * size)()
        self._sequence = ctypes.c_int32()
        pointer = ctypes.POINTER(ctypes.c_int32)
        one_each = (ctypes.c_int32 * size)(*([1] * size))
        each = (pointer * size)(*([ctypes.pointer(self._sequence)] * size))
        self._keep_alive = (one_each, each)
        self._native = llama.llama_batch(
            n_tokens=0,
            token=None,
            embd=None,
            pos=ctypes.cast(self._positions, ctypes.POINTER(llama.llama_pos)),
            n_seq_id=ctypes.cast(one_each, pointer),
            seq_id=ctypes.cast(each, ctypes.POINTER(ctypes.POINTER(llama.llama_seq_id))),
            logits=ctypes.cast(self._outputs, ctypes.POINTER(ctypes.c_int8)),
        )

    def fill(self, chunk: Chunk, sequence: int, start: int, cells: range) -> int:
        """Take some cells of an encoded chunk that begins at the position `start`.

        Returns:
            Index of the last cell; if it is the chunk's end, its logits are found there.
        """
        assert chunk.vectors is not None
        first, count = cells.start, len(cells)
        for number, section in enumerate(chunk.sections(start)):
            piece = (ctypes.c_int32 * count)(*section[first : cells.stop])
            ctypes.memmove(ctypes.byref(self._positions, number * 4 * count), piece, 4 * count)
        self._outputs[:count] = [0] * count
        self._outputs[count - 1] = cells.stop == chunk.cells
        self._sequence.value = sequence
        vectors = ctypes.byref(chunk.vectors, 4 * first * self._width)
        self._native.embd = ctypes.cast(vectors, ctypes.POINTER(ctypes.c_float))
        self._native.n_tokens = count
        return count - 1

    def decode(self, context: int, *, causal: bool) -> int:
        """llama.cpp's answer, as for `Batch.decode`."""
        if causal:
            return int(llama.llama_decode(context, self._native))
        llama.llama_set_causal_attn(context, False)
        try:
            return int(llama.llama_decode(context, self._native))
        finally:
            llama.llama_set_causal_attn(context, True)
