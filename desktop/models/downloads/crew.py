"""The threads of one attempt at a file: they end together, and none touches the files later."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from desktop.models.downloads.wire import Wire


class Ended(BaseException):
    """The work is over, well or not; unwinds a member's stack."""


class Crew:
    """Starts threads and ends them. `changed` is the one lock and the one signal between them.

    A thread inside `outside` waits for something that nobody can interrupt, like the search for an
    address. `disband` does not wait for those; they get `Ended` when they come back.
    """

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.over = threading.Event()
        self.error: BaseException | None = None
        self._wires: list[Wire] = []
        self._inside = 0

    def start(self, work: Callable[[], None], name: str) -> None:
        with self.changed:
            self._inside += 1
        try:
            threading.Thread(target=self._member, args=(work,), name=name, daemon=True).start()
        except RuntimeError:  # the system gives no more threads, and nobody waits for this one
            self._leave()
            raise

    def owns(self, wire: Wire) -> None:
        """Have a connection cut at the end."""
        with self.changed:
            self._wires.append(wire)
        if self.over.is_set():
            wire.abort()

    def end(self, error: BaseException | None = None) -> None:
        """Only the first call counts; from any thread."""
        with self.changed:
            if self.over.is_set():
                return
            self.error = error
            self.over.set()
            self.changed.notify_all()
            wires = list(self._wires)
        for wire in wires:
            wire.abort()

    def check(self) -> None:
        """Raises Ended."""
        if self.over.is_set():
            raise Ended

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Wait for a change that makes `ready` true; `changed` must be held. Raises Ended."""
        self.changed.wait_for(lambda: ready() or self.over.is_set())
        self.check()

    def pause(self, seconds: float) -> None:
        """Raises Ended."""
        if self.over.wait(seconds):
            raise Ended

    @contextmanager
    def outside(self) -> Iterator[None]:
        """For the length of the block, the calling member touches none of our files."""
        self._leave()
        try:
            yield
        finally:
            with self.changed:
                self._inside += 1
        self.check()

    def disband(self) -> None:
        """End, and wait for everybody who is not outside."""
        self.end()
        with self.changed:
            while self._inside > 0:
                self.changed.wait()

    def _member(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Ended:
            pass
        except BaseException as error:
            self.end(error)
        finally:
            self._leave()

    def _leave(self) -> None:
        with self.changed:
            self._inside -= 1
            self.changed.notify_all()
