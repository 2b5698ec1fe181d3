"""The machine's main memory."""

import psutil


def total_bytes() -> int:
    """All of it, used or not."""
    return int(psutil.virtual_memory().total)
