"""Who is being answered at the same time, and how busy the machine is besides: a speed tells about
the machine only if nobody else used it."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from desktop.hardware.bystanders import Bystanders


@dataclass(slots=True, eq=False)
class Presence:
    """One request, from its arrival to its end."""

    alone: bool


class Company:
    """Service loop only.

    Args:
        beside: What tells whether other programs are busy, beside the process of this id.
    """

    def __init__(self, beside: Callable[[int | None], Bystanders] = Bystanders) -> None:
        self.beside = beside
        self._present: set[Presence] = set()
        self._listeners: list[Callable[[str], None]] = []

    @property
    def is_empty(self) -> bool:
        return not self._present

    def listen(self, listener: Callable[[str], None]) -> None:
        """Call it whenever somebody arrives, with the group of who that is."""
        self._listeners.append(listener)

    @contextlib.contextmanager
    def join(self, group: str) -> Iterator[Presence]:
        """Be there for the length of the block."""
        mine = Presence(alone=not self._present)
        for other in self._present:
            other.alone = False
        self._present.add(mine)
        try:
            for listener in self._listeners:
                listener(group)
            yield mine
        finally:
            self._present.discard(mine)
