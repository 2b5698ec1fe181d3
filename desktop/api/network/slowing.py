"""Makes those wait who show wrong keys; nobody else waits, and little is remembered.

Nobody guesses a key of 256 random bits. This keeps the log readable, and the machine free.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

FREE_FAILURES = 3
FORGIVEN_EVERY_S = 10.0
FIRST_DELAY_S = 0.25
LONGEST_DELAY_S = 8.0
REMEMBERED = 1024
WAITING_AT_MOST = 8  # of one address; more are sent away at once


@dataclass(slots=True)
class _Record:
    failures: float = 0.0
    at_s: float = 0.0
    waiting: int = 0


class Slowing:
    """Of each address: how often it failed lately. Service loop only."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._records: OrderedDict[str, _Record] = OrderedDict()

    def failed(self, address: str) -> tuple[int, float]:
        """Count a failure; returns how many there are now, and how long it is to wait, in
        seconds. They are forgiven one by one."""
        record = self._records.setdefault(address, _Record())
        self._records.move_to_end(address)
        if len(self._records) > REMEMBERED:
            self._records.popitem(last=False)
        now = self._clock()
        left = record.failures - (now - record.at_s) / FORGIVEN_EVERY_S
        record.failures, record.at_s = max(left, 0.0) + 1, now
        return round(record.failures), self._delay_s(record.failures)

    def enter(self, address: str) -> bool:
        """Begin to wait, unless too many already do; each entry has its `leave`."""
        record = self._records.setdefault(address, _Record())
        if record.waiting >= WAITING_AT_MOST:
            return False
        record.waiting += 1
        return True

    def leave(self, address: str) -> None:
        if record := self._records.get(address):
            record.waiting = max(record.waiting - 1, 0)

    def _delay_s(self, failures: float) -> float:
        beyond = failures - FREE_FAILURES
        if beyond <= 0:
            return 0.0
        return min(FIRST_DELAY_S * 2 ** min(beyond, 16.0), LONGEST_DELAY_S)
