"""What a worker says of its own end."""

import ctypes
import faulthandler
import signal
import sys

_PR_SET_PDEATHSIG = 1  # prctl(2)


def tell_stacks() -> None:
    """Write where each thread is to stderr when the process crashes, and when the parent asks by
    SIGUSR1, as it does with a worker that hangs."""
    faulthandler.enable()
    if sys.platform != "win32":
        faulthandler.register(signal.SIGUSR1, all_threads=True)


def die_with_parent() -> None:
    """Where the system can (Linux), have it end this process with its parent, even if it hangs.

    Everywhere else a worker leaves when its stdin ends.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
