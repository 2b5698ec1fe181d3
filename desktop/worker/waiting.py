"""Requests that wait for a place among the running ones, in the order in which they get it."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator

from desktop.worker.job import Job


class Waiting:
    """Groups take turns: next is who has the fewest requests running; of those, who got a place
    longest ago. Within a group it is first come, first served. Decode loop only.
    """

    def __init__(self) -> None:
        self._aside: deque[Job] = deque()  # had a place already, the oldest last
        self._groups: dict[str, deque[Job]] = {}  # those that got a place longest ago come first

    def __len__(self) -> int:
        return len(self._aside) + sum(map(len, self._groups.values()))

    def __iter__(self) -> Iterator[Job]:
        yield from self._aside
        for jobs in self._groups.values():
            yield from jobs

    def add(self, job: Job) -> None:
        """A new one."""
        self._groups.setdefault(job.ask.group, deque()).append(job)

    def add_first(self, job: Job) -> None:
        """One that had to give up its place; it comes before all new ones."""
        self._aside.appendleft(job)

    def next(self, running: Iterable[Job]) -> Job | None:
        """Who comes next, and stays here until it is taken; None: nobody waits."""
        if self._aside:
            return self._aside[0]
        if not self._groups:
            return None
        places = Counter(job.ask.group for job in running)
        return self._groups[min(self._groups, key=places.__getitem__)][0]

    def take(self, job: Job) -> None:
        """It gets a place: its group is last in the row from now on."""
        group = job.ask.group
        self.remove(job)
        if jobs := self._groups.pop(group, None):
            self._groups[group] = jobs

    def remove(self, job: Job) -> None:
        """It waits no longer."""
        if job in self._aside:
            self._aside.remove(job)
            return
        jobs = self._groups[job.ask.group]
        jobs.remove(job)
        if not jobs:
            del self._groups[job.ask.group]
