"""What came out of a soak."""

from dataclasses import dataclass
from statistics import mean

from tests.soak.ledger import Ledger

MOST_GROWTH = 0.10
MEBIBYTE = 2**20


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The service's process at one moment; its workers are not in it."""

    resident_bytes: int
    handles: int
    threads: int
    workers: int


@dataclass(frozen=True, kw_only=True)
class Report:
    """Of all requests, and of the service's memory over the time."""

    ledger: Ledger
    samples: list[Sample]
    rest: Sample
    """When all was over, and the models unloaded."""
    duration_s: float
    is_up: bool

    @property
    def growth(self) -> float:
        """Of the memory, from the second quarter of the time to the last, as a share."""
        quarter = max(len(self.samples) // 4, 1)
        early = mean(each.resident_bytes for each in self.samples[quarter : 2 * quarter])
        late = mean(each.resident_bytes for each in self.samples[-quarter:])
        return late / early - 1

    @property
    def is_good(self) -> bool:
        is_at_rest = self.rest.workers == 0
        return (
            self.is_up
            and is_at_rest
            and not self.ledger.lost_count
            and abs(self.growth) < MOST_GROWTH
        )

    def lines(self) -> list[str]:
        total = sum(self.ledger.counts.values())
        memory = [each.resident_bytes / MEBIBYTE for each in self.samples]
        handles = [each.handles for each in self.samples]
        return [
            f"{total} requests in {self.duration_s:.0f} s, {self.ledger.kills} workers killed,"
            f" {self.ledger.lost_count} requests lost",
            *(f"  {name}: {count}" for name, count in sorted(self.ledger.counts.items())),
            *(f"  lost: {text}" for text in self.ledger.lost),
            f"memory of the service: {memory[0]:.1f} MB at first, {max(memory):.1f} at most,"
            f" {memory[-1]:.1f} at last; {self.growth:+.1%} from the second quarter to the last",
            f"handles: {handles[0]} at first, {max(handles)} at most, {self.rest.handles} at rest;"
            f" threads: {self.rest.threads} at rest; workers: {self.rest.workers} at rest",
            "" if self.is_up else "THE SERVICE ENDED",
            "good" if self.is_good else "NOT GOOD",
        ]
