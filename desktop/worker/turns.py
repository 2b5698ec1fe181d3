"""Requests on their way from one thread to another: groups take turns here too, as making a prompt
may take longer than answering it."""

import threading

from desktop.core.fairness import FairQueue, Standing
from desktop.worker.messages import Generate


class Turns:
    """In the order of `core/fairness.py`. From any thread.

    >>> turns = Turns()
    >>> for number, group in enumerate("aaab"): turns.put(Generate(id=number, group=group))
    >>> turns.put(Generate(id=4, is_own=True))
    >>> [turns.get().id for _ in range(5)]
    [4, 0, 3, 1, 2]
    """

    def __init__(self) -> None:
        self._queue: FairQueue[Generate] = FairQueue(lambda ask: Standing(ask.group, ask.is_own))
        self._filled = threading.Condition()

    def put(self, ask: Generate) -> None:
        with self._filled:
            self._queue.add(ask)
            self._filled.notify()

    def get(self) -> Generate:
        """Waits until there is one."""
        with self._filled:
            self._filled.wait_for(lambda: self._queue)
            ask = self._queue.next()
            assert ask is not None
            self._queue.take(ask)
            return ask
