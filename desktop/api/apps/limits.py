"""How much an app may ask: requests at once, and tokens in a minute."""

import asyncio
import contextlib
import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from desktop.api.apps.app import App
from desktop.core.errors import RateLimited
from desktop.core.settings import Settings

MINUTE_S = 60.0


@dataclass(slots=True)
class _Turnstile:
    """Who of one app is in, and who waits, first come first served."""

    inside: int = 0
    limit: int = 0
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)


class _Meter:
    """Tokens of the last minute."""

    def __init__(self) -> None:
        self._spent: deque[tuple[float, int]] = deque()
        self._total = 0

    def add(self, tokens: int, now: float) -> None:
        self._total += tokens
        if self._spent and now - self._spent[-1][0] < 1.0:
            now, earlier = self._spent.pop()
            tokens += earlier
        self._spent.append((now, tokens))

    def wait_s(self, limit: int, now: float) -> float:
        """How long until fewer than `limit` are left of it; 0: they are now."""
        while self._spent and self._spent[0][0] <= now - MINUTE_S:
            self._total -= self._spent.popleft()[1]
        left = self._total
        if left < limit:
            return 0.0
        for when, tokens in self._spent:
            left -= tokens
            if left < limit:
                return when + MINUTE_S - now
        return MINUTE_S


class Limits:
    """Service loop only.

    Args:
        max_queue: Requests of one app that may wait for their turn.
        now: Seconds, by a clock that is never set.
    """

    def __init__(self, *, max_queue: int, now: Callable[[], float] = time.monotonic) -> None:
        self._max_queue = max_queue
        self._now = now
        self._turnstiles: dict[str, _Turnstile] = {}
        self._meters: dict[str, _Meter] = {}

    def use(self, settings: Settings) -> None:
        """Follow other settings from now on; who waits already goes on waiting."""
        self._max_queue = settings.max_queue

    async def enter(self, app: App) -> None:
        """Wait for the app's turn; `leave` gives it back.

        Raises:
            RateLimited: too many of its requests wait, or it has used up its minute.
        """
        self._check_tokens(app)
        turnstile = self._turnstiles.setdefault(app.id, _Turnstile())
        turnstile.limit = app.requests_at_once
        if not turnstile.limit or (turnstile.inside < turnstile.limit and not turnstile.waiting):
            turnstile.inside += 1
            return
        if len(turnstile.waiting) >= self._max_queue:
            raise RateLimited(
                f'"{app.name}" has {turnstile.inside} requests running, as many as it may, and'
                f" {len(turnstile.waiting)} waiting",
                retry_after_s=1,
            )
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        turnstile.waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # the turn came, and the caller has gone
                self.leave(app)
            else:
                with contextlib.suppress(ValueError):
                    turnstile.waiting.remove(turn)
            raise

    def leave(self, app: App) -> None:
        """A request that had entered is over."""
        turnstile = self._turnstiles[app.id]
        turnstile.inside -= 1
        while turnstile.waiting and (not turnstile.limit or turnstile.inside < turnstile.limit):
            turn = turnstile.waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                turnstile.inside += 1
        if not turnstile.inside:
            del self._turnstiles[app.id]

    def spend(self, app: App, tokens: int) -> None:
        """These have been read or written for it."""
        if app.tokens_per_minute and tokens:
            self._meters.setdefault(app.id, _Meter()).add(tokens, self._now())

    def _check_tokens(self, app: App) -> None:
        meter = self._meters.get(app.id)
        if not meter:
            return
        if not app.tokens_per_minute:
            del self._meters[app.id]
            return
        wait_s = meter.wait_s(app.tokens_per_minute, self._now())
        if wait_s > 0:
            seconds = math.ceil(wait_s)
            raise RateLimited(
                f'"{app.name}" has used its {app.tokens_per_minute} tokens a minute;'
                f" try again in {seconds} s",
                retry_after_s=seconds,
            )
