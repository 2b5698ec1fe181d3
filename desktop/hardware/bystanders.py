"""How much of the processor others use while one process works: what was measured beside them says
little about how fast this machine is."""

import psutil

MOST_SHARE = 0.25  # of all cores together
LOOK_S = 0.5


class Bystanders:
    """From now on, beside the process `pid`; None: beside nobody."""

    def __init__(self, pid: int | None) -> None:
        self._pid = pid
        self._before = self._times()

    def are_busy(self) -> bool:
        """Whether they took a good part of the processor since then; no, if that is not known."""
        before, now = self._before, self._times()
        if before is None or now is None:
            return False
        total, busy, own = (after - earlier for after, earlier in zip(now, before, strict=True))
        return total > 0 and (busy - own) / total > MOST_SHARE

    def _times(self) -> tuple[float, float, float] | None:
        """Seconds of all cores: in all, at work, and at work for the process."""
        try:
            all_cores = psutil.cpu_times()
            own = psutil.Process(self._pid).cpu_times() if self._pid else None
        except (psutil.Error, OSError):
            return None
        idle = all_cores.idle + getattr(all_cores, "iowait", 0.0)
        total = sum(all_cores)
        return total, total - idle, own.user + own.system if own else 0.0
