"""What this machine can compute with."""

import os
import sys

import psutil


def compute_threads() -> int:
    """Threads for llama.cpp: physical cores this process may use; at least one.

    Hyperthreads share the arithmetic units that matrix products keep busy, so they only get in each
    other's way.
    """
    physical = psutil.cpu_count(logical=False) or psutil.cpu_count() or 1
    allowed = len(os.sched_getaffinity(0)) if sys.platform == "linux" else physical
    return max(1, min(physical, allowed))
