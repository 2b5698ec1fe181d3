"""The decode loop: continuous batching over all requests of the model.

Each step builds one batch: one token for every stream, then pieces of the prompts that wait to be
read, up to the pacer's budget; decodes it; samples; sends. Nothing else in the process touches the
llama.cpp context.
"""

import queue
import time
from collections.abc import Callable

from desktop.core.errors import AppError, OutOfMemory, WorkerFailed
from desktop.worker.batch import Batch
from desktop.worker.frames import pack
from desktop.worker.job import Job
from desktop.worker.loading import LoadedModel
from desktop.worker.looking import Look, Looker
from desktop.worker.messages import Failed, Ping, Pong, Reading, Report, Text
from desktop.worker.open_requests import OpenRequests
from desktop.worker.own_cells import OwnCells
from desktop.worker.pacing import Pacer
from desktop.worker.sampling import Sampler
from desktop.worker.shared_cells import SharedCells
from desktop.worker.shares import shares
from desktop.worker.waiting import Waiting

_NO_ROOM, _ABORTED, _NO_MEMORY = 1, 2, -2  # llama_decode
_SPARE_CELLS = 32  # per request, that must be free before one more is let in


class DecodeLoop:
    """Runs jobs until the process ends.

    Args:
        parallel: Jobs that run at the same time; more wait in order.
        send: Writes bytes to the parent; called once a step.
    """

    def __init__(self, loaded: LoadedModel, parallel: int, send: Callable[[bytes], None]) -> None:
        self._loaded = loaded
        self._send = send
        self._memory = OwnCells(loaded) if loaded.own_cells else SharedCells(loaded)
        self._batch = Batch(loaded.batch_tokens)
        self._pacer = Pacer(loaded.batch_tokens, apart=loaded.own_cells)
        self._looker = Looker(loaded, self._memory, self._pacer)
        self._parallel = parallel
        self._waiting = Waiting(parallel)
        self._running: list[Job] = []  # oldest first
        self._out: list[bytes] = []
        self._arrivals: queue.SimpleQueue[Job | Ping | None] = queue.SimpleQueue()
        self.requests = OpenRequests(send, self._abort)

    # ---- called from other threads

    def submit(self, job: Job) -> None:
        """A request whose prompt is made."""
        if self.requests.claim(job.id):
            self._arrivals.put(job)
        elif job.steering:
            job.steering.close()

    def cancel(self, request: int) -> None:
        """End a request, wherever it is; see `OpenRequests.cancel`."""
        self.requests.cancel(request)
        self._arrivals.put(None)

    def ping(self, number: int) -> None:
        """Have the loop itself answer, between two steps."""
        self._arrivals.put(Ping(number))

    # ---- the loop itself

    def run(self) -> None:
        """Never returns."""
        while True:
            self._receive()
            self._admit()
            if news := self._waiting.news(self._running):
                self._send(b"".join(map(pack, news)))  # a step may take long
            if self._running:
                self._step()
            if self._out:
                self._send(b"".join(self._out))
                self._out.clear()

    def _receive(self) -> None:
        """Take in what arrived; sleep when there is nothing to do."""
        if not self._running and not self._waiting:
            self._take(self._arrivals.get())
        while not self._arrivals.empty():
            self._take(self._arrivals.get())
        gone = self.requests.cancelled()
        for job in [job for job in (*self._running, *self._waiting) if job.id in gone]:
            self._end(job, "cancelled")

    def _take(self, arrival: Job | Ping | None) -> None:
        if isinstance(arrival, Ping):
            self._send(pack(Pong(arrival.number)))  # not with what the next step may say
        elif arrival is not None:
            self._waiting.add(arrival)

    def _admit(self) -> None:
        while len(self._running) < self._parallel:
            job = self._waiting.next(self._running)
            if job is None or (self._running and not self._has_cells(job)):
                break
            self._waiting.take(job)
            job.begin(self._memory.open(job.tokens), lambda job=job: self._sampler(job))  # type: ignore[misc]
            self._running.append(job)
        self._memory.settle()

    def _has_cells(self, job: Job) -> bool:
        """Whether one more request fits beside those that run."""
        if self._loaded.own_cells:
            return True
        jobs = (job, *self._running)
        needed = (len(one.tokens) + one.prompt.extra_cells + _SPARE_CELLS for one in jobs)
        return sum(needed) <= self._loaded.cells

    def _sampler(self, job: Job) -> Sampler:
        return Sampler(
            job.ask,
            vocabulary=self._loaded.vocabulary.size,
            context_tokens=job.limit,
        )

    def _step(self) -> None:
        if look := self._looker.next(self._running):
            self._look(look)
            return
        streams, prompt_tokens = self._fill()
        started = time.perf_counter()
        code = self._decode()
        if code == 0:
            if self._memory.takes_checkpoints:
                self._take_checkpoints()
            self._tell_reading()
            for job in [job for job in self._running if job.output_at >= 0]:
                self._sample(job)
            self._pacer.observe(streams, prompt_tokens, time.perf_counter() - started)
        else:
            self._failed(code)

    def _failed(self, code: int) -> None:
        """A decode did not go well, and the sequences are as they were."""
        if code == _NO_ROOM:
            self._make_room()
        elif code != _ABORTED:
            self._give_up(code)

    def _fill(self) -> tuple[int, int]:
        """Build the batch. Returns how many requests stream, and the prompt tokens in the batch.

        Where sequences have cells of their own, streams and prompts take turns: llama.cpp would
        decode them one after the other anyway, and the streams at the length of the prompt.
        """
        self._batch.clear()
        streams = [job for job in self._running if job.streaming]
        readers = [job for job in self._running if not (job.streaming or job.chunk_due)]
        for job in self._running:
            job.output_at = -1
        pending = sum(job.readable for job in readers)
        budget = self._pacer.budget(len(streams), len(readers), pending) if readers else 0
        pieces = list(shares(readers, budget))
        if not pieces or not self._loaded.own_cells:
            pieces += [(job, 1) for job in streams]
        reading = set(readers)
        prompt_tokens = 0
        for job, count in sorted(pieces, key=_sequence):  # neighbours are decoded in one piece
            added = self._add(job, count)
            prompt_tokens += added if job in reading else 0
        return len(streams), prompt_tokens

    def _add(self, job: Job, count: int) -> int:
        """Put up to `count` of its pending tokens into the batch; returns how many."""
        past = job.past
        assert past is not None
        at = len(past.tokens)
        if self._memory.takes_checkpoints:
            pauses = [length for length in job.checkpoints_due() if length > at]
            count = min([count, *(length - at for length in pauses)])
        piece = job.tokens[at : at + count]
        last = at + len(piece) == len(job.tokens)
        index = self._batch.add(past.id, at, piece, output=last)
        if last:
            job.output_at = index
        past.tokens.extend(piece)
        return len(piece)

    def _look(self, look: Look) -> None:
        """A step for one image or sound, or a piece of it."""
        streams = sum(job.streaming for job in self._running)
        started = time.perf_counter()
        code = self._breakable([look.job], lambda: self._looker.read(look))
        if code == 0:
            self._pacer.observe(streams, look.cells, time.perf_counter() - started, apart=True)
            self._tell_reading()
            if not look.job.pending:  # nothing follows the image
                self._sample(look.job)
        else:
            self._looker.undo(look)
            self._failed(code)

    def _breakable(self, readers: list[Job], decode: Callable[[], int]) -> int:
        """A decode that is broken off when one of these requests is cancelled."""
        code = self.requests.read((job.id for job in readers), self._resume, decode)
        return _ABORTED if code is None else code

    def _abort(self) -> None:
        if self._loaded.memory_kind != "recurrent":
            self._loaded.abort_flag[0] = b"\x01"

    def _resume(self) -> None:
        self._loaded.abort_flag[0] = b"\x00"

    def _decode(self) -> int:
        """Decode the batch; unless it went well, every sequence is as it was before."""
        before = [
            (past, len(past.tokens) - self._batch.added(past.id))
            for job in self._running
            if (past := job.past) is not None
        ]
        readers = [job for job in self._running if not job.streaming]
        code = self._breakable(readers, lambda: self._batch.decode(self._loaded.context))
        if code != 0:
            for past, length in before:
                if not self._memory.cut(past, length):
                    self._memory.clear(past)
        return code

    def _sample(self, job: Job) -> None:
        if len(job.answer) >= job.predict:  # num_predict 0: the prompt is read, nothing is said
            self._end(job, "length")
            return
        try:
            token, told = job.pick(self._loaded.context)
        except AppError as error:
            self._close(job, keep=True)
            self._report(Failed(job.id, error.code, str(error)))
            return
        piece = self._loaded.vocabulary.piece(token)
        text = job.text.feed(piece or job.marker(token, self._loaded.vocabulary))
        if text or told:
            self._report(Text(job.id, text, told))
        if piece is None or job.text.stopped or (job.steering and job.steering.complete):
            self._end(job, "stop")
        elif len(job.answer) >= job.predict or not self._has_room(job):
            self._end(job, "length")

    def _has_room(self, job: Job) -> bool:
        """Whether the context takes one more token, after a shift if the request allows it."""
        return len(job.tokens) < job.limit or (job.ask.shift and self._shift(job))

    def _shift(self, job: Job) -> bool:
        """Forget the older half of what may be forgotten; False if nothing may."""
        assert job.past is not None
        keep = job.prompt.keep_tokens
        discard = (len(job.past.tokens) - keep) // 2
        if discard < 1:
            return False
        job.forget(keep, discard)
        if not self._memory.shift(job.past, keep, discard):
            self._memory.clear(job.past)
        return True

    def _tell_reading(self) -> None:
        now_s = time.perf_counter()
        for job in self._running:
            if job.past is not None and job.tells_reading(now_s):
                self._report(Reading(job.id, len(job.past.tokens)))

    def _take_checkpoints(self) -> None:
        for job in self._running:
            past = job.past
            if past is not None and len(past.tokens) in job.checkpoints_due():
                self._memory.checkpoint(past)

    def _make_room(self) -> None:
        """The cache is full: drop what is kept for later, else push the youngest request aside."""
        if self._memory.make_room():
            return
        youngest = self._running[-1]
        if len(self._running) == 1:
            self._end(youngest, "length")
            return
        self._running.remove(youngest)
        assert youngest.past is not None
        self._memory.close(youngest.past, keep=False)
        youngest.past = None
        self._waiting.add_first(youngest)

    def _give_up(self, code: int) -> None:
        """llama.cpp failed (a GPU error, no memory for buffers): end what was in the batch."""
        kind = WorkerFailed.code
        message = f"llama.cpp could not compute the next token (llama_decode returned {code})"
        if code == _NO_MEMORY:
            kind, message = OutOfMemory.code, "Memory ran out in the middle of the answer."
        for job in list(self._running):
            self._close(job, keep=False)
            self._report(Failed(job.id, kind, message, at_decode=True))

    def _end(self, job: Job, reason: str) -> None:
        if rest := "" if job.text.stopped else job.text.finish():
            self._report(Text(job.id, rest))
        self._close(job, keep=True)
        self._report(job.finished(reason))

    def _close(self, job: Job, *, keep: bool) -> None:
        self.requests.close(job.id)
        if job in self._running:
            self._running.remove(job)
        else:
            self._waiting.remove(job)
        if job.past is not None:
            self._memory.close(job.past, keep=keep)
            job.past = None
        job.close()

    def _report(self, report: Report) -> None:
        self._out.append(pack(report))


def _sequence(piece: tuple[Job, int]) -> int:
    past = piece[0].past
    assert past is not None
    return past.id
