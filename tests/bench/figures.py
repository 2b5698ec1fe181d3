"""The figures: values of both sides, the bar of the issue, and whether it is reached.

A ratio is taken pair by pair (Puna's value by that of llama-server measured right beside it),
then the median is taken: a machine that gets slower during the run changes both halves of a pair.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Bar(Enum):
    """What a limit is compared with."""

    RATIO = "ratio"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Limit:
    """The bar a figure has to reach: at least, or at most, so much."""

    bar: Bar
    value: float
    at_most: bool = False

    def reached(self, found: float) -> bool:
        return found <= self.value if self.at_most else found >= self.value

    def __str__(self) -> str:
        what = "ratio " if self.bar is Bar.RATIO else ""
        return f"{what}{'≤' if self.at_most else '≥'} {self.value:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table. `llama[i]` and `puna[i]` were measured one right after the other."""

    name: str
    unit: str
    puna: Sequence[float]
    llama: Sequence[float] = ()  # empty: nothing to compare with
    limit: Limit | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        if not self.llama:
            return None
        pairs = zip(self.puna, self.llama, strict=True)
        return statistics.median(ours / theirs for ours, theirs in pairs)

    @property
    def verdict(self) -> str:
        """ "ok", "short", or nothing where there is no bar."""
        if self.limit is None:
            return ""
        found = self.ratio if self.limit.bar is Bar.RATIO else statistics.median(self.puna)
        assert found is not None
        return "ok" if self.limit.reached(found) else "short"


def spread(values: Sequence[float]) -> str:
    """Median, and in brackets the smallest and the largest.

    >>> spread([3.0, 1.0, 2.5]), spread([117.31]), spread([])
    ('2.50 (1.00-3.00)', '117', '-')
    """
    if not values:
        return "-"
    middle = statistics.median(values)
    if len(values) == 1:
        return digits(middle)
    return f"{digits(middle)} ({digits(min(values))}-{digits(max(values))})"


def digits(value: float) -> str:
    """Three digits that count, never an exponent.

    >>> digits(1234.6), digits(52.25), digits(1.005), digits(0.0123), digits(0)
    ('1235', '52.2', '1.00', '0.012', '0.000')
    """
    for decimals, floor in ((0, 100.0), (1, 10.0), (2, 1.0)):
        if abs(value) >= floor:
            return f"{value:.{decimals}f}"
    return f"{value:.3f}"
