"""The terms on which both servers run."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is the same on both sides. `context` is in tokens, of each of `parallel` requests."""

    model: Path
    threads: int
    context: int = 4096
    parallel: int = 8
