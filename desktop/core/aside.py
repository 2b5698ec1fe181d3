"""Moves damaged files out of the way, under a name that says what they are."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

MOST_A_DAY = 100


def move_aside(path: Path, today: date, companions: Sequence[str] = ()) -> Path:
    """Rename `file` to `file.damaged-2026-11-23`, or with `-2` and so on behind it.

    Args:
        companions: Endings of files that go with it, such as `-wal`; they may be missing.

    Raises:
        OSError: it is where it was.
    """
    name = f"{path.name}.damaged-{today.isoformat()}"
    names = [name, *(f"{name}-{number}" for number in range(2, MOST_A_DAY))]
    aside = next(
        (each for each in map(path.with_name, names) if not each.exists()), path.with_name(name)
    )
    path.replace(aside)
    for ending in companions:
        with suppress(OSError):
            path.with_name(path.name + ending).replace(f"{aside}{ending}")
    return aside
