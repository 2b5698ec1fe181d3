"""How much a process has computed."""

import psutil


def processor_s(pid: int) -> float | None:
    """Seconds that its threads have computed since it began; None: it is gone, or not ours."""
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return None
    return float(times.user + times.system)
