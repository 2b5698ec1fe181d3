"""What a transfer puts up with, and how it cuts its file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Defaults are for people's networks; tests shorten the times."""

    connections: int = 4
    first_connections: int = 2
    """The others are opened if these bring less than `fast_bytes_per_s` in `reinforce_after_s`: at
    the speed of a disk, more of them only take the processor from each other."""
    fast_bytes_per_s: float = 2e8
    reinforce_after_s: float = 1.0
    piece_bytes: int = 2**25
    """Fetched again if damaged; each connection can be so far ahead of the hashing."""
    tries: int = 6
    """In a row without a single new byte, before it gives up."""
    backoff_s: float = 1.0
    """After the first failed try; doubled with each further one."""
    longest_backoff_s: float = 30.0
    longest_asked_wait_s: float = 600.0
    """A server may ask for a longer break than ours (`Retry-After`), but not for more than this."""
    connect_s: float = 15.0
    stall_s: float = 30.0
    """A connection that is silent for so long is replaced."""
    spare_bytes: int = 2**24
    """Room that is left on the disk."""
    report_every_s: float = 0.1


DEFAULT_LIMITS = Limits()
