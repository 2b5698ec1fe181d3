"""An attempt that came to nothing, and how long to wait before the next."""

import math
import socket
import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException, IncompleteRead


class Broken(Exception):
    """Another attempt may work. `wait_s`: the break the server asked for, in seconds."""

    def __init__(self, reason: str, *, wait_s: float = 0.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait_s = wait_s


class RemoteChanged(Exception):
    """What the server has is not what was begun, or it no longer serves parts of it."""


def reason_of(error: OSError | HTTPException, host: str, stall_s: float) -> str:
    """A failed exchange in words.

    >>> reason_of(TimeoutError(), "example.org", 30)
    'nothing came from example.org for 30 s'
    """
    if isinstance(error, socket.gaierror):
        return f"no connection: the address of {host} cannot be found"
    if isinstance(error, TimeoutError):
        return f"nothing came from {host} for {stall_s:g} s"
    if isinstance(error, ConnectionRefusedError):
        return f"{host} does not accept connections"
    if isinstance(error, ConnectionError | IncompleteRead | ssl.SSLEOFError):
        return f"the connection to {host} was cut"
    if isinstance(error, HTTPException):
        return f"{host} does not answer in HTTP ({type(error).__name__})"
    return f"no connection to {host}: {error.strerror or error}"


def asked_wait_s(header: str | None, now: datetime | None = None) -> float:
    """Seconds of a `Retry-After`, which is a number or a date; 0 if it is neither.

    >>> asked_wait_s("7"), asked_wait_s("soon"), asked_wait_s(None)
    (7.0, 0.0, 0.0)
    >>> asked_wait_s("Fri, 21 Aug 2026 10:00:05 GMT", datetime(2026, 8, 21, 10, tzinfo=UTC))
    5.0
    """
    text = (header or "").strip()
    try:
        seconds = float(text)
    except ValueError:
        try:
            date = parsedate_to_datetime(text)
        except ValueError:
            return 0.0
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        seconds = (date - (now or datetime.now(UTC))).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else 0.0
