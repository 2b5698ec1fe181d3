"""What is to be fetched, and how to tell whether it is still the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """A file on a server. What is not known before is None."""

    url: str
    size: int | None = None  # bytes
    digest: str | None = None  # sha256: and 64 hexadecimal digits
    headers: Mapping[str, str] = field(default_factory=dict)
    """Only ever sent to the host of `url`, never to one that it redirects to."""


Locate: TypeAlias = Callable[[], RemoteFile]
"""Asked at the start, and again when the URL stops working: signed ones expire.

It may raise any AppError, which ends the transfer, unless its attribute `retryable` is true.
"""
