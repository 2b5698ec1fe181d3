"""Requests that wait for a place among the running ones, in the order in which they get it."""

import itertools
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator

from desktop.core.fairness import FairQueue, Standing
from desktop.worker.job import Job
from desktop.worker.messages import Queued

TELL_EVERY_S = 0.25
_NOTHING = -1  # has been told


class Waiting:
    """In the order of `core/fairness.py`: the user's own windows first, then who has the fewest
    requests running; of those, who got a place longest ago. Decode loop only.

    Args:
        places: Jobs that run at the same time.
        now: Seconds, by a clock that is never set.
    """

    def __init__(self, places: int = 1, now: Callable[[], float] = time.perf_counter) -> None:
        self._aside: deque[Job] = deque()  # had a place already, the oldest last
        self._queue: FairQueue[Job] = FairQueue(_standing, places)
        self._now = now
        self._told: dict[int, int] = {}  # by request, the place that the parent knows of
        self._told_at = float("-inf")

    def __len__(self) -> int:
        return len(self._aside) + len(self._queue)

    def __iter__(self) -> Iterator[Job]:
        yield from self._aside
        yield from self._queue

    def add(self, job: Job) -> None:
        """A new one."""
        self._queue.add(job)

    def add_first(self, job: Job) -> None:
        """One that had to give up its place; it comes before all new ones."""
        self._aside.appendleft(job)

    def next(self, running: Iterable[Job]) -> Job | None:
        """Who comes next, and stays here until it is taken; None: nobody waits."""
        return self._aside[0] if self._aside else self._queue.next(running)

    def take(self, job: Job) -> None:
        """It gets a place: its group is last in the row from now on."""
        if job in self._aside:
            self._aside.remove(job)
        else:
            self._queue.take(job)
            self._told.setdefault(job.id, _NOTHING)

    def remove(self, job: Job) -> None:
        """It waits no longer."""
        if job in self._aside:
            self._aside.remove(job)
        else:
            self._queue.remove(job)

    def news(self, running: Iterable[Job]) -> list[Queued]:
        """What the parent does not know yet: who waits at which place, told of a new one at once,
        and now and then of the others; and who has got a place, waiting or not."""
        if not self._told and not self:
            return []
        waiting = {job.id for job in self}
        gone = self._told.keys() - waiting
        now = self._now()
        if waiting <= self._told.keys() and now - self._told_at < TELL_EVERY_S:
            return self._tell(dict.fromkeys(gone, 0))
        self._told_at = now
        order = itertools.chain(self._aside, self._queue.order(running))
        places = {job.id: place for place, job in enumerate(order, 1)}
        return self._tell(dict.fromkeys(gone, 0) | places)

    def _tell(self, places: dict[int, int]) -> list[Queued]:
        news = [Queued(id_, place) for id_, place in places.items() if self._told.get(id_) != place]
        self._told |= places
        for told in news:
            if not told.place:
                del self._told[told.id]
        return news


def _standing(job: Job) -> Standing:
    return Standing(job.ask.group, job.ask.is_own)
