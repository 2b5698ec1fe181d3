"""Whether a worker that has something to do still does it.

While somebody waits for it, it is asked now and then, and has to answer between two steps of its
work. One that does not may be in the middle of a long step: then its processor time goes on. Nobody
asks an idle one. Service loop only.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from desktop.hardware.process_time import processor_s

# What counts is how often nothing was seen, not the time that passed: after sleep, or when the
# service itself stood still, much time passes between two looks.
LOOKS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a worker may take; seconds."""

    still_s: float = 60.0
    """Without an answer, while its processor time stands still."""
    busy_s: float = 600.0
    """Without an answer, whatever it computes."""
    cancel_s: float = 30.0
    """To end a request that is cancelled; one step of a very large model on a slow CPU may take
    this long."""
    stop_s: float = 2.0
    """To leave."""


class Watch:
    """Over one worker.

    Args:
        ping: Asks the worker, by a number.
        on_hang: Called once, when it hangs.
    """

    def __init__(
        self, pid: int, patience: Patience, ping: Callable[[int], None], on_hang: Callable[[], None]
    ) -> None:
        self._pid = pid
        self._ping = ping
        self._on_hang = on_hang
        self._interval_s = patience.still_s / LOOKS
        self._busy_looks = max(round(patience.busy_s / self._interval_s), LOOKS)
        self._asked = self._answered = 0
        self._looks = self._still_looks = 0  # since it was asked; of these, in a row, without work
        self._worked_s: float | None = None
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """Somebody waits for the worker from now on. May be repeated."""
        if self._timer is None:
            self._again()

    def end(self) -> None:
        """Nobody does any more. May be repeated."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def answered(self, number: int) -> None:
        """The worker has answered."""
        self._answered = number

    def _again(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._interval_s, self._look)

    def _look(self) -> None:
        worked_s = processor_s(self._pid)
        if self._answered == self._asked:
            self._looks = self._still_looks = 0
            self._asked += 1
            self._ping(self._asked)
        else:
            self._looks += 1
            self._still_looks = self._still_looks + 1 if worked_s == self._worked_s else 0
        self._worked_s = worked_s
        if self._still_looks >= LOOKS or self._looks >= self._busy_looks:
            self._timer = None
            self._on_hang()
        else:
            self._again()
