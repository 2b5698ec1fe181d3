"""How fast bytes arrive, and how long the rest will take."""

from collections import deque

WINDOW_S = 8.0


class Pace:
    """The mean of the last seconds. Times are seconds of one steady clock.

    >>> pace = Pace()
    >>> pace.observe(0, at_s=0.0); pace.rate(at_s=0.0) is None
    True
    >>> pace.observe(3_000_000, at_s=2.0); pace.rate(at_s=2.0)
    1500000.0
    >>> pace.seconds_left(4_500_000, at_s=2.0)
    1.0
    >>> pace.rate(at_s=60.0)  # nothing came for a while
    0.0
    """

    def __init__(self) -> None:
        self._points: deque[tuple[float, int]] = deque()

    def observe(self, done_bytes: int, *, at_s: float) -> None:
        if self._points and done_bytes < self._points[-1][1]:
            self._points.clear()  # it began again
        self._points.append((at_s, done_bytes))
        while len(self._points) > 2 and self._points[1][0] < at_s - WINDOW_S:
            self._points.popleft()

    def rate(self, *, at_s: float) -> float | None:
        """Bytes per second; None: not known yet."""
        if len(self._points) < 2:
            return None
        (first_s, first), (last_s, last) = self._points[0], self._points[-1]
        if at_s - last_s > WINDOW_S:
            return 0.0
        return (last - first) / max(last_s - first_s, 1e-3)

    def seconds_left(self, total_bytes: int, *, at_s: float) -> float | None:
        """None: not known, or never at this pace."""
        rate = self.rate(at_s=at_s)
        if not rate or not self._points:
            return None
        return max(0.0, (total_bytes - self._points[-1][1]) / rate)
