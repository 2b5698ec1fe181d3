"""Graphics cards as Windows tells of them: the adapters its kernel knows, with the counters that
its Task Manager shows."""

import logging
import re
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from desktop.hardware.gpu import Gpu
from desktop.hardware.windows_adapters import Adapter, adapters
from desktop.hardware.windows_counters import Counters

log = logging.getLogger(__name__)

ENGINES = r"\GPU Engine(*)\Utilization Percentage"
OWN = r"\GPU Adapter Memory(*)\Dedicated Usage"
SHARED = r"\GPU Adapter Memory(*)\Shared Usage"
PROCESS_OWN = r"\GPU Process Memory(*)\Dedicated Usage"
PROCESS_SHARED = r"\GPU Process Memory(*)\Shared Usage"
PATHS = (ENGINES, OWN, SHARED, PROCESS_OWN, PROCESS_SHARED)
ADAPTERS_EVERY_S = 30.0

_INSTANCE = re.compile(
    r"(?:pid_(?P<pid>\d+)_)?luid_(?P<luid>0x[0-9a-f]+_0x[0-9a-f]+)_phys_\d+(?P<engine>_eng_\d+)?",
    re.IGNORECASE,
)
Readings = dict[str, dict[str, float]]


class Source(Protocol):
    """What `Counters` does."""

    def read(self) -> Readings: ...


class WindowsCards:
    """Keeps the counters open from the first look on. Not thread-safe.

    Args:
        list_adapters: Named here for tests, as are the counters.
        clock: Seconds.
    """

    def __init__(
        self,
        *,
        list_adapters: Callable[[], list[Adapter]] = adapters,
        open_counters: Callable[[Sequence[str]], Source] = Counters,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._list = list_adapters
        self._open = open_counters
        self._clock = clock
        self._adapters: list[Adapter] = []
        self._listed_at = float("-inf")
        self._counters: Source | None = None
        self._refused = False

    def look(self, pids: Sequence[int]) -> list[Gpu]:
        now = self._clock()
        if now - self._listed_at >= ADAPTERS_EVERY_S:
            self._adapters, self._listed_at = self._list(), now
        readings = self._read() if self._adapters else {}
        return [_card(adapter, readings, frozenset(pids)) for adapter in self._adapters]

    def _read(self) -> Readings:
        if self._refused:
            return {}
        try:
            self._counters = self._counters or self._open(PATHS)
            return self._counters.read()
        except OSError as error:
            log.info("%s", error)
            self._refused = True
            return {}


def _card(adapter: Adapter, readings: Readings, pids: frozenset[int]) -> Gpu:
    """An integrated one's memory is the main one, as far as it takes of it."""
    shares = adapter.integrated
    total = adapter.own_bytes + (adapter.shared_bytes if shares else 0)
    paths = [OWN, SHARED] if shares else [OWN]
    ours = [PROCESS_OWN, PROCESS_SHARED] if shares else [PROCESS_OWN]
    load = _busiest(readings.get(ENGINES, {}), adapter.luid, None)
    used = _sum(readings, paths, adapter.luid, None)
    reason = "" if None not in (load, used) else "first_look" if used is not None else "not_told"
    return Gpu(
        name=adapter.name or "GPU",
        maker=adapter.maker,
        id=adapter.id,
        shares_memory=shares,
        load_percent=load,
        workers_percent=_busiest(readings.get(ENGINES, {}), adapter.luid, pids) if pids else None,
        memory_total_bytes=total or None,
        memory_used_bytes=used,
        workers_bytes=_sum(readings, ours, adapter.luid, pids) if pids else None,
        reason=reason,
    )


def _busiest(values: dict[str, float], luid: str, pids: frozenset[int] | None) -> int | None:
    """Of the adapter's parts, in percent: each is the sum of what processes do there."""
    parts: dict[str, float] = {}
    for instance, value in values.items():
        if (found := _INSTANCE.match(instance)) and found["luid"].lower() == luid:
            share = value if pids is None or int(found["pid"] or 0) in pids else 0.0
            part = found["engine"] or ""
            parts[part] = parts.get(part, 0.0) + share
    return round(min(max(parts.values()), 100.0)) if parts else None


def _sum(
    readings: Readings, paths: Iterable[str], luid: str, pids: frozenset[int] | None
) -> int | None:
    """Bytes; None if no counter tells."""
    found = [
        value
        for path in paths
        for instance, value in readings.get(path, {}).items()
        if (match := _INSTANCE.match(instance))
        and match["luid"].lower() == luid
        and (pids is None or int(match["pid"] or 0) in pids)
    ]
    return round(sum(found)) if found else None
