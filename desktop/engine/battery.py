"""Whether the battery is so low that models should leave. Asked while any is loaded."""

import asyncio
import math
import time
from collections.abc import Callable

from desktop.hardware.battery import Power, power

LOOK_EVERY_S = 60.0


class Battery:
    """Service loop only.

    Args:
        look: How much is left; called on a thread.
        now: Seconds, by a clock that is never set.
    """

    def __init__(
        self, look: Callable[[], Power] = power, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._look = look
        self._now = now
        self._looked_at = -math.inf
        self.percent: int | None = None
        """What the last look saw; None: nothing, or the machine is plugged in."""

    def wait_s(self) -> float:
        """How long until the next look is due."""
        return max(0.0, self._looked_at + LOOK_EVERY_S - self._now())

    async def is_low(self, below_percent: int) -> bool:
        """Whether less is left, as far as can be known; at most one look in a minute."""
        if self.wait_s() == 0:
            self._looked_at = self._now()
            seen = await asyncio.to_thread(self._look)
            self.percent = None if seen.plugged is not False else seen.percent
        return self.percent is not None and self.percent < below_percent
