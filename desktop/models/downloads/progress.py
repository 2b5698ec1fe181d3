"""What a transfer tells about itself."""

import enum
from dataclasses import dataclass
from pathlib import Path


class TransferState(enum.Enum):
    """`waiting` has a reason, and goes on by itself."""

    CONNECTING = "connecting"
    DOWNLOADING = "downloading"
    WAITING = "waiting"
    VERIFYING = "verifying"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`done_bytes` are on the disk; it falls when bytes turn out to be wrong."""

    done_bytes: int
    total_bytes: int | None  # None: the server does not tell
    state: TransferState
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A complete file; `digest` is `sha256:` and 64 hexadecimal digits of what is in it."""

    path: Path
    size: int
    digest: str
