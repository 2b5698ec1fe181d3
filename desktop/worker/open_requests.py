"""Which requests are under way, and how far; shared by the worker's threads."""

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping

from desktop.core.errors import RequestCanceled
from desktop.worker.frames import pack
from desktop.worker.messages import Failed, Finished, Prepared
from desktop.worker.prompts import Prompt


class OpenRequests:
    """From any thread.

    Args:
        send: Writes bytes to the parent.
        abort: Breaks off the decode that runs; called while a request is being read that is
            cancelled.
    """

    def __init__(self, send: Callable[[bytes], None], abort: Callable[[], None]) -> None:
        self._send = send
        self._abort = abort
        self._lock = threading.Lock()  # guards all that follows
        self._open: set[int] = set()
        self._preparing: set[int] = set()  # of these, those that are no jobs yet
        self._rendering: set[int] = set()  # of these, those whose template runs
        self._cancelled: set[int] = set()
        self._reading: frozenset[int] = frozenset()

    def announce(self, request: int) -> None:
        """A request came in; from now on it can be cancelled."""
        with self._lock:
            self._open.add(request)
            self._preparing.add(request)

    def claim(self, request: int) -> bool:
        """It becomes a job; False if it was cancelled meanwhile, and has been answered."""
        with self._lock:
            is_wanted = request in self._preparing
            self._preparing.discard(request)
        return is_wanted

    def prepared(self, request: int, prompt: Prompt) -> None:
        """Tell what the prompt looks like."""
        report = Prepared(
            id=request,
            tokens=prompt.cells(),
            dropped_messages=prompt.dropped_messages,
            dropped_tokens=prompt.dropped_tokens,
            text=prompt.text,
        )
        with self._lock:
            if request in self._preparing:
                self._send(pack(report))

    def skip(self, request: int, prompt: Prompt) -> None:
        """A request that only wanted to know its prompt ends."""
        self._leave(Finished(id=request, reason="stop", prompt_tokens=prompt.cells()))

    def fail(
        self, request: int, code: str, message: str, figures: Mapping[str, int] | None = None
    ) -> None:
        """A request that never became a job ends."""
        self._leave(Failed(request, code, message, dict(figures or {})))

    def cancel(self, request: int) -> None:
        """End a request; if its prompt is being read right now, the decode is broken off.

        One that is being prepared ends at once, as to encode an image may take minutes; but not
        while its template runs.
        """
        with self._lock:
            if request in self._rendering:
                self._cancelled.add(request)
                return
            if request in self._open - self._preparing:
                self._cancelled.add(request)
            if request in self._reading:
                self._abort()
        self._leave(Finished(id=request, reason="cancelled"))

    @contextlib.contextmanager
    def rendering(self, request: int) -> Iterator[None]:
        """Around what makes a text of a request. A template may never end: the parent sees that if
        one that is cancelled meanwhile does not, and kills the process.

        Raises:
            RequestCanceled: nobody waits for the text any more.
        """
        with self._lock:
            if request not in self._preparing:
                raise RequestCanceled
            self._rendering.add(request)
        try:
            yield
        finally:
            with self._lock:
                self._rendering.remove(request)
                gone = request in self._cancelled
                self._cancelled.discard(request)
            if gone:
                self._leave(Finished(id=request, reason="cancelled"))
        if gone:
            raise RequestCanceled

    def is_gone(self, request: int) -> bool:
        """Whether a request ended before it was prepared."""
        with self._lock:
            return request not in self._preparing

    def cancelled(self) -> set[int]:
        """Jobs that nobody wants any more."""
        if not self._cancelled:
            return set()
        with self._lock:
            return set(self._cancelled)

    def close(self, request: int) -> None:
        """A job is over."""
        with self._lock:
            self._open.discard(request)
            self._cancelled.discard(request)

    def read(
        self, requests: Iterable[int], resume: Callable[[], None], decode: Callable[[], int]
    ) -> int | None:
        """What a decode returns that is broken off when one of these requests is cancelled; None:
        one of them is cancelled already.

        Args:
            resume: Takes an earlier `abort` back.
        """
        with self._lock:
            self._reading = frozenset(requests)
            resume()
            is_wanted = not (self._reading & self._cancelled)
        code = decode() if is_wanted else None
        with self._lock:
            self._reading = frozenset()
        return code

    def _leave(self, last: Finished | Failed) -> None:
        """A request ends while it is being prepared; nothing happens if that is over."""
        with self._lock:
            if last.id in self._preparing:
                self._preparing.remove(last.id)
                self._open.remove(last.id)
                self._send(pack(last))
