"""Durations as Ollama's API writes them: Go's text form ("1h30m", "300ms") and `keep_alive`
values."""

import math
import re
from typing import Any

from desktop.core.errors import RequestInvalid

UNIT_SECONDS = {
    "ns": 1e-9,
    "us": 1e-6,
    "µs": 1e-6,  # U+00B5
    "μs": 1e-6,  # U+03BC
    "ms": 1e-3,
    "s": 1.0,
    "m": 60.0,
    "h": 3600.0,
}
_PART = re.compile(r"([0-9]*(?:\.[0-9]*)?)([^0-9.]*)")

FOREVER_S = math.inf
LONGEST_S = 2**63 / 1e9  # of Go's durations: 292 years


def parse_duration(text: str) -> float:
    """Seconds of a Go duration; negative ones are allowed.

    Raises:
        RequestInvalid: in the words of Go's own parser, which clients know.

    >>> parse_duration("1h30m"), parse_duration("300ms"), parse_duration("-1m"), parse_duration("0")
    (5400.0, 0.3, -60.0, 0.0)
    >>> parse_duration("5")
    Traceback (most recent call last):
        ...
    desktop.core.errors.RequestInvalid: time: missing unit in duration "5"
    """
    sign = -1.0 if text.startswith("-") else 1.0
    rest = text[1:] if text[:1] in ("-", "+") else text
    if rest == "0":
        return 0.0
    if not rest:
        raise RequestInvalid(f'time: invalid duration "{text}"')
    seconds = 0.0
    while rest:
        match = _PART.match(rest)
        number, unit = match.groups() if match else ("", "")
        if number in ("", "."):
            raise RequestInvalid(f'time: invalid duration "{text}"')
        if not unit:
            raise RequestInvalid(f'time: missing unit in duration "{text}"')
        if unit not in UNIT_SECONDS:
            raise RequestInvalid(f'time: unknown unit "{unit}" in duration "{text}"')
        seconds += float(number) * UNIT_SECONDS[unit]
        rest = rest[len(number) + len(unit) :]
    if seconds >= LONGEST_S:
        raise RequestInvalid(f'time: invalid duration "{text}"')
    return sign * seconds


def parse_keep_alive(value: Any) -> float | None:
    """Seconds a model stays loaded after its last request; `inf` for ever, `None` when absent.

    Args:
        value: JSON value of the field: a number of seconds, a Go duration, or null.

    >>> parse_keep_alive(-1), parse_keep_alive("5m"), parse_keep_alive(0), parse_keep_alive(None)
    (inf, 300.0, 0.0, None)
    """
    if value is None:
        return None
    if isinstance(value, bool):
        raise RequestInvalid("Unsupported type: 'bool'")
    if isinstance(value, int | float):
        seconds = float(value)
    elif isinstance(value, str):
        seconds = parse_duration(value)
    else:
        kind = "map[string]interface {}" if isinstance(value, dict) else "[]interface {}"
        raise RequestInvalid(f"Unsupported type: '{kind}'")
    return seconds if 0 <= seconds < LONGEST_S else FOREVER_S
