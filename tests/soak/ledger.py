"""Every request of a soak, and how it ended."""

import time
from collections import Counter
from dataclasses import dataclass, field

REFUSALS = {"queue_full"}
DEATHS = {"worker_died", "model_load_failed", "out_of_memory"}  # what a kill may end a request with
KILL_REACH_S = 3.0  # a kill may meet who comes so much later: its end takes a moment to be seen
MOST_KEPT = 20


class Failed(Exception):
    """A request was answered with an error. `code` is Puna's."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(f"{status} {code}: {text[:300]}")
        self.code = code


@dataclass
class Ledger:
    """Who was answered, refused, cancelled by us, or met by a kill of ours; and who was lost."""

    counts: Counter[str] = field(default_factory=Counter)
    """By `what: outcome`."""
    lost: list[str] = field(default_factory=list)
    _kills: list[float] = field(default_factory=list)

    def killed(self) -> None:
        """We end a worker now."""
        self._kills.append(time.monotonic())

    @property
    def kills(self) -> int:
        return len(self._kills)

    def answered(self, what: str) -> None:
        self.counts[f"{what}: answered"] += 1

    def cancelled(self, what: str) -> None:
        self.counts[f"{what}: cancelled by us"] += 1

    def failed(self, what: str, started_at: float, error: BaseException) -> None:
        """It ended with an error, which somebody may have asked for."""
        code = error.code if isinstance(error, Failed) else ""
        if code in REFUSALS:
            self.counts[f"{what}: refused"] += 1
        elif code in DEATHS and self._met_by_kill(started_at):
            self.counts[f"{what}: met by a kill"] += 1
        else:
            self.counts[f"{what}: LOST"] += 1
            if len(self.lost) < MOST_KEPT:
                self.lost.append(f"{what}: {error!r}")

    @property
    def lost_count(self) -> int:
        return sum(count for name, count in self.counts.items() if name.endswith("LOST"))

    def _met_by_kill(self, started_at: float) -> bool:
        return any(at >= started_at - KILL_REACH_S for at in self._kills)
