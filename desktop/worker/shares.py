"""How the prompts that are being read share a step's budget."""

from collections.abc import Iterable

from desktop.worker.job import Job


def shares(readers: list[Job], budget: int) -> Iterable[tuple[Job, int]]:
    """Split the budget: half of it is the oldest's, the rest goes to the shortest first.

    So a short question is not stuck behind a book, and the book is not starved by short questions.
    """
    if not readers:
        return
    oldest, *others = readers
    reserved = min(oldest.readable, budget - budget // 2)
    left = budget - reserved
    for job in sorted(others, key=lambda other: other.readable):
        if share := min(job.readable, left):
            yield job, share
            left -= share
    if share := min(oldest.readable, reserved + left):
        yield oldest, share
