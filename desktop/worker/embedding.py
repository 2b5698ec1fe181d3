"""Makes embeddings on a thread of its own, beside the decode loop where there is one.

The texts of all requests share batches: they take turns text by text, in the order of
`core/fairness.py`, so that a question is not stuck behind a library. A chat model's second context
is made with the first text that comes, and stays as long as the model.
"""

import queue
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from desktop.core.errors import AppError, NotSupported, OutOfMemory
from desktop.core.fairness import FairQueue, Standing
from desktop.worker.embedding_context import EmbeddingContext, packed
from desktop.worker.embedding_inputs import InputMaker, Inputs
from desktop.worker.frames import pack
from desktop.worker.library import llama
from desktop.worker.loading import Weights
from desktop.worker.loglines import LogKeeper
from desktop.worker.messages import Buffer, Embed, Embedded, Failed, Finished, Held


@dataclass(slots=True, eq=False)
class _Request:
    """One request, from its texts to its vectors."""

    ask: Embed
    inputs: Inputs
    vectors: dict[int, bytes] = field(default_factory=dict)
    taken: int = 0
    """Inputs that are or were in a batch."""

    @property
    def is_taken(self) -> bool:
        return self.taken == len(self.inputs.sequences)


def _standing(request: _Request) -> Standing:
    return Standing(request.ask.group, request.ask.is_own)


_Batch = list[tuple[_Request, int]]  # which input of which request


class Embedder:
    """Answers `Embed`.

    Args:
        send: Writes bytes to the parent.
    """

    def __init__(self, weights: Weights, send: Callable[[bytes], None], log: LogKeeper) -> None:
        self._maker = InputMaker(weights.vocabulary, weights.context_tokens)
        self._ranks = weights.pooling == llama.LLAMA_POOLING_TYPE_RANK
        self._context = EmbeddingContext(weights, log, self._tell_buffers)
        self._send = send
        self._waiting: FairQueue[_Request] = FairQueue(_standing)
        self._arrivals: queue.SimpleQueue[Embed | Callable[[], None] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()  # guards the three below, shared with the reader thread
        self._open: set[int] = set()
        self._cancelled: set[int] = set()
        self._reading: set[int] = set()
        self._runs = False

    # ---- called from the reader thread

    def submit(self, ask: Embed) -> None:
        """Take a request; a thread for them all is started unless one runs already."""
        with self._lock:
            self._open.add(ask.id)
        self._arrivals.put(ask)
        if not self._runs:
            self._runs = True
            threading.Thread(target=self.run, name="embedder", daemon=True).start()

    def cancel(self, request: int) -> None:
        """End a request; a batch that is for nobody else is broken off."""
        with self._lock:
            if request not in self._open:
                return
            self._cancelled.add(request)
            if self._reading and self._reading <= self._cancelled:
                self._context.abort()
        self._arrivals.put(None)

    def ping(self, answer: Callable[[], None]) -> None:
        """Have the thread call this between two steps; where there is none, it is done at once."""
        if self._runs:
            self._arrivals.put(answer)
        else:
            answer()

    # ---- the thread itself

    def open(self) -> None:
        """Take the memory before the first text comes; `run` is then up to the caller.

        Raises:
            WorkerFailed: there is not enough memory.
        """
        self._runs = True
        if not self._ranks:
            self._context.open(1)

    def run(self) -> None:
        """Never returns."""
        while True:
            self._receive()
            if batch := self._fill():
                self._embed(batch)

    def _receive(self) -> None:
        """Take in what arrived; sleep when there is nothing to do."""
        if not self._waiting:
            self._take(self._arrivals.get())
        while not self._arrivals.empty():
            self._take(self._arrivals.get())
        with self._lock:
            gone = set(self._cancelled)
        for request in list(self._waiting):
            if request.ask.id in gone:
                self._drop(request)
                self._end(request.ask.id, pack(Finished(id=request.ask.id, reason="cancelled")))

    def _take(self, arrival: Embed | Callable[[], None] | None) -> None:
        if isinstance(arrival, Embed):
            self._add(arrival)
        elif arrival is not None:
            arrival()

    def _add(self, ask: Embed) -> None:
        try:
            if self._ranks:
                raise NotSupported("this model ranks texts (a reranker); it makes no embeddings")
            request = _Request(ask, self._maker.make(ask))
        except Exception as error:
            self._end(ask.id, _failure(ask.id, error))
        else:
            if request.is_taken:  # no texts at all
                self._end(ask.id, pack(Embedded(id=ask.id, vectors=[], tokens=[])))
            else:
                self._waiting.add(request)

    def _fill(self) -> _Batch:
        """The next texts, one for each turn, as many as fit; the first always does."""
        batch: _Batch = []
        room = self._context.batch_tokens
        while len(batch) < self._context.sequences and (request := self._waiting.next()):
            size = len(request.inputs.sequences[request.taken])
            if batch and size > room:
                break
            room -= size
            batch.append((request, request.taken))
            request.taken += 1
            self._waiting.take(request)
            if not request.is_taken:
                self._waiting.add_first(request)
        return batch

    def _embed(self, batch: _Batch) -> None:
        """Read the batch, and answer the requests that are complete with it."""
        requests = {request.ask.id: request for request, _ in batch}
        with self._lock:
            self._reading = set(requests)
            self._context.resume()
            if self._reading <= self._cancelled:
                self._context.abort()
        try:
            inputs = [request.inputs.sequences[at] for request, at in batch]
            vectors = self._context.vectors(inputs, batch[0][0].ask.free_bytes)
            for (request, at), vector in zip(batch, vectors or (), strict=vectors is not None):
                request.vectors[at] = packed(vector, request.ask.dimensions)
        except Exception as error:
            for request in requests.values():
                self._drop(request)
                self._end(request.ask.id, _failure(request.ask.id, error))
        finally:
            with self._lock:
                self._reading = set()
        for request in requests.values():
            self._conclude(request)

    def _conclude(self, request: _Request) -> None:
        """Answer it if nothing is missing, or nobody waits for it any more."""
        id_, inputs = request.ask.id, request.inputs
        with self._lock:
            is_open, is_cancelled = id_ in self._open, id_ in self._cancelled
        if not is_open:
            return
        if is_cancelled:
            self._drop(request)
            self._end(id_, pack(Finished(id=id_, reason="cancelled")))
        elif len(request.vectors) == len(inputs.sequences):
            answer = Embedded(
                id=id_,
                vectors=[request.vectors[at] for at in range(len(inputs.sequences))],
                tokens=[len(tokens) for tokens in inputs.sequences],
                cut_inputs=inputs.cut,
                dropped_tokens=inputs.dropped_tokens,
            )
            self._end(id_, pack(answer))

    def _drop(self, request: _Request) -> None:
        """It waits no more."""
        if request in self._waiting:
            self._waiting.remove(request)

    def _tell_buffers(self, buffers: list[Buffer]) -> None:
        self._send(pack(Held(part="embedding", buffers=buffers)))

    def _end(self, request: int, last: bytes) -> None:
        with self._lock:
            self._open.discard(request)
            self._cancelled.discard(request)
        self._send(last)


def _failure(request: int, error: Exception) -> bytes:
    """The last message of a request that failed. After a bug of ours the process goes on, too."""
    if isinstance(error, AppError):
        return pack(Failed(request, error.code, str(error), dict(error.figures)))
    if isinstance(error, MemoryError):
        message = "there is not enough memory to embed the text"
        return pack(Failed(request, OutOfMemory.code, message))
    sys.excepthook(type(error), error, error.__traceback__)
    return pack(Failed(request, "internal", f"the text could not be embedded: {error!r}"))
