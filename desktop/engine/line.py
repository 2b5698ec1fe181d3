"""The line in front of the loading of models: one at a time, in the order of `core/fairness.py`.

Who finds on the way that the model it wants has been loaded for somebody else leaves the line and
goes in.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from desktop.core.fairness import FairQueue
from desktop.engine.asker import Asker, Wait

Found = TypeVar("Found")


@dataclass(slots=True, eq=False)
class Guest(Generic[Found]):
    """One that stands in the line.

    Args:
        look: Takes what it wants, if that is there by now; None: it is not.
        give_back: Undoes it, when its client has gone meanwhile.
    """

    asker: Asker
    look: Callable[[], Found | None]
    give_back: Callable[[Found], None]
    turn: "asyncio.Future[Found | None]" = field(init=False)
    told: int = field(default=0, init=False)


class Line(Generic[Found]):
    """Service loop only."""

    def __init__(self) -> None:
        self._guests: FairQueue[Guest[Found]] = FairQueue(lambda guest: guest.asker.standing)
        self._first: Guest[Found] | None = None
        """Whose turn it is."""
        self._first_waits = False

    def __len__(self) -> int:
        """Those that wait, and the one whose turn it is."""
        return len(self._guests) + (self._first is not None)

    async def enter(self, guest: Guest[Found]) -> Found | None:
        """Wait for one's turn, which `leave` ends; that is, unless something was found: then there
        is no turn, and nothing to end. Cancelling the caller gives up its place at once."""
        if self._first is None:
            self._first = guest
            return None
        guest.turn = asyncio.get_running_loop().create_future()
        self._guests.add(guest)
        self._tell()
        try:
            return await guest.turn
        except asyncio.CancelledError:
            self._give_up(guest)
            raise
        finally:
            guest.asker.told(None)

    def leave(self) -> None:
        """A turn is over: who finds what it wants now goes in, and the next has its turn."""
        for guest in list(self._guests):
            if guest.turn.done():  # its client has gone, and it has not noticed yet
                self._guests.remove(guest)
            elif (found := guest.look()) is not None:
                self._guests.remove(guest)
                guest.turn.set_result(found)
        self._first = first = self._guests.next()
        if first is not None:
            self._guests.take(first)
            first.turn.set_result(None)
        self._tell()

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """Whose turn it is waits in the block for somebody who is answered: so it has a place, the
        first one."""
        guest, self._first_waits = self._first, True
        self._tell()
        try:
            yield
        finally:
            self._first_waits = False
            if guest:
                guest.told = 0
                guest.asker.told(None)
            self._tell()

    def _give_up(self, guest: Guest[Found]) -> None:
        if guest in self._guests:
            self._guests.remove(guest)
            self._tell()
        elif not guest.turn.cancelled():  # it came to something, too late
            found = guest.turn.result()
            if found is None:
                self.leave()
            else:
                guest.give_back(found)

    def _tell(self) -> None:
        first = [self._first] if self._first and self._first_waits else []
        for place, guest in enumerate([*first, *self._guests.order()], 1):
            if guest.told != place:
                guest.told = place
                guest.asker.told(Wait("load", place))
