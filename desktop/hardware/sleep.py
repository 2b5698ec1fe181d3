"""Whether this machine has slept: a clock that goes on in sleep, held against one that stops.

Nothing runs for it: it is noticed when somebody looks. Source: clock_gettime(2) of Linux and macOS;
`QueryUnbiasedInterruptTime` and `GetTickCount64` of Windows.
"""

import sys
import time
from collections.abc import Callable

SHORTEST_S = 2.0
"""Clocks that are read one after the other, and set right by the network, differ a little."""


def slept_s() -> float:
    """Seconds of sleep since the machine's start; where that cannot be had, another steady number
    that grows in sleep. A clock that is set does not count, but for systems without both clocks."""
    if sys.platform == "win32":
        return _windows_slept_s()
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC) - time.clock_gettime(time.CLOCK_UPTIME_RAW)
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.time() - time.monotonic()


def _windows_slept_s() -> float:
    import ctypes

    awake = ctypes.c_uint64()  # in units of 100 ns
    kernel = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined,unused-ignore]
    kernel.QueryUnbiasedInterruptTime(ctypes.byref(awake))
    kernel.GetTickCount64.restype = ctypes.c_uint64
    return float(kernel.GetTickCount64() / 1e3 - awake.value / 1e7)


class SleepWatch:
    """Tells those who asked for it when the machine has woken. Service loop only.

    Args:
        slept_s: Gives the seconds of sleep so far.
    """

    def __init__(self, slept_s: Callable[[], float] = slept_s) -> None:
        self._slept_s = slept_s
        self._before_s = slept_s()
        self._listeners: list[Callable[[], None]] = []

    def on_wake(self, call: Callable[[], None]) -> None:
        """From now on, call this once after each sleep."""
        self._listeners.append(call)

    def look(self) -> bool:
        """Whether it has slept since the last look. Takes microseconds; whoever is awake for
        another reason may call it."""
        now_s = self._slept_s()
        has_slept = now_s - self._before_s >= SHORTEST_S
        if has_slept or now_s < self._before_s:
            self._before_s = now_s
        if has_slept:
            for call in self._listeners:
                call()
        return has_slept
