"""Serving can be paused: other programs are told so, and the user's own windows go on."""

import asyncio
import logging
import math
import time
from collections.abc import Callable

from desktop.core.errors import AppError

log = logging.getLogger(__name__)


class ServingPaused(AppError):
    """The user wants no other program to be served now."""

    code = "paused"
    status = 503

    def __init__(self, seconds_left: float | None) -> None:
        super().__init__("serving other programs is paused in Puna; its tray menu resumes it")
        if seconds_left is not None:
            self.headers = {"retry-after": str(max(1, math.ceil(seconds_left)))}


class Pause:
    """Whether serving is paused, until it is resumed or for a time. Lasts until the service ends.
    Service loop only.

    Args:
        on_change: Called after each change.
    """

    def __init__(self, on_change: Callable[[], None]) -> None:
        self._on_change = on_change
        self._until = 0.0  # by the monotonic clock; 0: not paused
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_on(self) -> bool:
        return self._until > 0.0

    @property
    def seconds_left(self) -> float | None:
        """None: without an end, or not paused."""
        if not self.is_on or math.isinf(self._until):
            return None
        return max(0.0, self._until - time.monotonic())

    def begin(self, for_s: float | None) -> None:
        """Refuse other programs for that time; None: until it is resumed."""
        self._forget_timer()
        self._until = math.inf if for_s is None else time.monotonic() + for_s
        if for_s is not None:
            self._timer = asyncio.get_running_loop().call_later(for_s, self.end)
        log.info("serving is paused")
        self._on_change()

    def end(self) -> None:
        """Serve everybody again. May be repeated."""
        self._forget_timer()
        if self.is_on:
            self._until = 0.0
            log.info("serving goes on")
            self._on_change()

    def check(self, *, is_own: bool) -> None:
        """Raises ServingPaused.

        Args:
            is_own: Puna's own windows ask.
        """
        if self.is_on and not is_own:
            raise ServingPaused(self.seconds_left)

    def _forget_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
