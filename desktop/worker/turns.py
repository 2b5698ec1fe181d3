"""Requests on their way from one thread to another: groups take turns here too, as making a prompt
may take longer than answering it."""

import threading
from collections import deque

from desktop.worker.messages import Generate


class Turns:
    """First come, first served within a group. From any thread.

    >>> turns = Turns()
    >>> for number, group in enumerate("aaab"): turns.put(Generate(id=number, group=group))
    >>> [turns.get().id for _ in range(4)]
    [0, 3, 1, 2]
    """

    def __init__(self) -> None:
        self._groups: dict[str, deque[Generate]] = {}  # whose turn it is comes first
        self._filled = threading.Condition()

    def put(self, ask: Generate) -> None:
        with self._filled:
            self._groups.setdefault(ask.group, deque()).append(ask)
            self._filled.notify()

    def get(self) -> Generate:
        """Waits until there is one."""
        with self._filled:
            self._filled.wait_for(lambda: self._groups)
            group = next(iter(self._groups))
            asks = self._groups.pop(group)
            ask = asks.popleft()
            if asks:
                self._groups[group] = asks
            return ask
