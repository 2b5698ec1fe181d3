"""The llama.cpp context that makes vectors, as large as the texts that have come so far need.

Where attention looks both ways, a text has to be read in one piece, and so the context's buffers
are as long as the longest text: it is made anew when a longer one comes. A model that reads only
forward takes long texts in pieces, of which the pooled vectors are put together here.
"""

import ctypes
import math
from array import array
from collections.abc import Callable, Sequence

from desktop.core.errors import OutOfMemory, WorkerFailed
from desktop.worker.batch import Batch
from desktop.worker.library import llama
from desktop.worker.loading import FLASH_ATTENTION, Weights, apply_adapters, listen_for_abort
from desktop.worker.loglines import LogKeeper
from desktop.worker.messages import Buffer

_ABORTED = 2  # llama_decode
SEQUENCES = 64  # texts in one batch
# llama.cpp keeps room for the logits of every token of a batch, though nobody reads them here.
LOGITS_BYTES = 2**28
MIN_BATCH_TOKENS = 32


class EmbeddingContext:
    """Makes vectors, one batch of texts at a time. One thread only, but for `abort`.

    Args:
        told: Called with all of its buffers whenever they have changed.
    """

    def __init__(
        self, weights: Weights, log: LogKeeper, told: Callable[[list[Buffer]], None]
    ) -> None:
        self._weights = weights
        self._log = log
        self._told = told
        model = weights.model
        self._pooling = weights.pooling
        if self._pooling in (llama.LLAMA_POOLING_TYPE_UNSPECIFIED, llama.LLAMA_POOLING_TYPE_NONE):
            self._pooling = llama.LLAMA_POOLING_TYPE_MEAN
        most = LOGITS_BYTES // (4 * max(weights.vocabulary.size, 1))
        batch_tokens = max(MIN_BATCH_TOKENS, min(weights.order.batch_tokens, most))
        carries_state = llama.llama_model_is_recurrent(model) or llama.llama_model_is_hybrid(model)
        self.sequences = 1 if carries_state else min(SEQUENCES, batch_tokens)
        self.batch_tokens = batch_tokens - batch_tokens % self.sequences  # see `_even`
        self._length = int(llama.llama_model_n_embd_out(model))
        self._abort_flag = ctypes.create_string_buffer(2)
        self._context = self._memory = 0
        self._reads_forward = False
        self._longest = 0  # tokens
        self._batch = Batch(self.batch_tokens)

    def open(self, tokens: int, free_bytes: int | None = None) -> None:
        """Make room for texts of so many tokens; nothing happens if there is.

        Args:
            free_bytes: What may be taken; None: nobody knows.

        Raises:
            OutOfMemory: with figures; what there was stays.
            WorkerFailed: there is not enough memory.
        """
        if not self._context:
            self._make(self.batch_tokens)  # tells which way attention looks
        if tokens <= self._longest:
            return
        doubled = max(tokens, min(1 << (tokens - 1).bit_length(), self._weights.context_tokens))
        least, roomy = self._even(tokens), self._even(doubled)
        if free_bytes is None or self._growth_bytes(roomy) <= free_bytes:
            self._make(roomy)
        elif (needed_bytes := self._growth_bytes(least)) <= free_bytes:
            self._make(least)
        else:
            error = OutOfMemory(
                f"to embed a text of {tokens} tokens in one piece takes {_mib(needed_bytes)} MiB,"
                f" and {_mib(free_bytes)} MiB are free; send it in parts, or free memory"
            )
            error.figures = {"needed_bytes": needed_bytes, "free_bytes": free_bytes}
            raise error

    def _even(self, tokens: int) -> int:
        """Rounded up to as many tokens for each sequence: llama.cpp plans its graph so, and ends
        the process where there is a remainder."""
        return -(-tokens // self.sequences) * self.sequences

    def _growth_bytes(self, longest: int) -> int:
        """What a context for so long texts takes beyond the present one, at the least."""
        if self._reads_forward:
            return 0
        per_token = 4 * (self._weights.vocabulary.size + self._length)
        return (longest - self._longest) * per_token

    def close(self) -> None:
        """Give its memory back; the next text takes it again."""
        if self._context:
            llama.llama_free(self._context)
        self._context = self._memory = 0

    def abort(self) -> None:
        """From any thread: break off the batch that is being read."""
        self._abort_flag[0] = b"\x01"

    def resume(self) -> None:
        """Before a batch: forget what `abort` said about an earlier one."""
        self._abort_flag[0] = b"\x00"

    def vectors(
        self, inputs: Sequence[Sequence[int]], free_bytes: int | None = None
    ) -> list[Sequence[float]] | None:
        """One for each input, not normalised; None if `abort` came in between.

        Args:
            inputs: Token ids, of at most `sequences` texts, with `batch_tokens` tokens in all; or
                of one text of any length.
            free_bytes: What may be taken for a long text; None: nobody knows.

        Raises:
            OutOfMemory, WorkerFailed
        """
        self.open(max(map(len, inputs)), free_bytes)
        if len(inputs) == 1 and self._reads_forward and len(inputs[0]) > self._batch.size:
            vector = self._in_pieces(inputs[0])
            return None if vector is None else [vector]
        self._batch.clear()
        for number, tokens in enumerate(inputs):
            self._batch.add(number, 0, tokens, output=True)
        if not self._decode():
            return None
        found = [self._pooled(number) for number in range(len(inputs))]
        self._forget()
        return found

    def _make(self, longest: int) -> None:
        """A context for texts of up to `longest` tokens, in place of the one there was."""
        self.close()
        weights = self._weights
        params = llama.llama_context_default_params()
        params.n_ctx = longest
        params.n_batch = params.n_ubatch = self.batch_tokens if self._reads_forward else longest
        params.n_seq_max = self.sequences
        params.n_threads = params.n_threads_batch = max(weights.order.threads, 1)
        params.kv_unified = True
        params.swa_full = False
        params.flash_attn_type = FLASH_ATTENTION[weights.order.flash_attention]
        params.embeddings = True
        params.pooling_type = self._pooling
        listen_for_abort(params, self._abort_flag)
        with self._log.apart() as buffers:
            context = llama.llama_init_from_model(weights.model, params)
        self._told(buffers if context else [])
        if not context:
            raise WorkerFailed(f"there is not enough memory to embed a text of {longest} tokens")
        self._context, self._longest = int(context), longest
        self._memory = int(llama.llama_get_memory(self._context) or 0)
        self._reads_forward = bool(self._memory and llama.llama_get_causal_attn(self._context))
        apply_adapters(weights.order, weights.model, self._context)
        self._batch = Batch(int(llama.llama_n_ubatch(self._context)))

    def _in_pieces(self, tokens: Sequence[int]) -> Sequence[float] | None:
        """One long text: its mean is that of its pieces' means, its last vector the last one's."""
        total: list[float] = []
        for at in range(0, len(tokens), self._batch.size):
            piece = tokens[at : at + self._batch.size]
            self._batch.clear()
            self._batch.add(0, at, piece, output=True)
            if not self._decode():
                return None
            vector = self._pooled(0)
            if self._pooling == llama.LLAMA_POOLING_TYPE_MEAN:
                share = len(piece) / len(tokens)
                before = total or [0.0] * len(vector)
                total = [sum_ + share * value for sum_, value in zip(before, vector, strict=True)]
            elif self._pooling == llama.LLAMA_POOLING_TYPE_LAST or not total:
                total = list(vector)
        self._forget()
        return total

    def _decode(self) -> bool:
        """Read the batch; False if that was broken off.

        Raises:
            WorkerFailed
        """
        self._batch.output_all()
        code = self._batch.decode(self._context)
        if code == 0:
            return True
        self._forget()
        if code == _ABORTED:
            return False
        raise WorkerFailed(
            f"llama.cpp could not embed {self._batch.count} tokens (code {code}); there may be too"
            " little memory for them"
        )

    def _pooled(self, sequence: int) -> Sequence[float]:
        pointer = llama.llama_get_embeddings_seq(self._context, sequence)
        if not pointer:
            raise WorkerFailed("llama.cpp made no embedding of this text")
        values: list[float] = pointer[: self._length]
        return values

    def _forget(self) -> None:
        if self._memory:
            llama.llama_memory_clear(self._memory, False)


def _mib(size_bytes: int) -> int:
    return size_bytes // 2**20


def packed(vector: Sequence[float], dimensions: int) -> bytes:
    """The first `dimensions` numbers (0: all) scaled to length 1, as little-endian float32.

    Raises:
        WorkerFailed: they are no numbers.

    >>> array("f", packed([3.0, 4.0, 5.0], 2)).tolist() == array("f", [0.6, 0.8]).tolist()
    True
    """
    kept = vector[:dimensions] if 0 < dimensions < len(vector) else vector
    length = math.hypot(*kept)
    if not math.isfinite(length):
        raise WorkerFailed("embedding contains NaN or Inf values")
    scale = 1.0 / max(length, 1e-12)
    return array("f", [value * scale for value in kept]).tobytes()
