"""Asks the server, and judges how to go on when it refuses: one for each connection."""

import random
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from desktop.core.errors import AppError, DownloadFailed
from desktop.models.downloads.broken import Broken, asked_wait_s
from desktop.models.downloads.crew import Crew
from desktop.models.downloads.limits import Limits
from desktop.models.downloads.remote import RemoteFile
from desktop.models.downloads.source import Source
from desktop.models.downloads.wire import Answer, Wire

ANSWERS = (200, 206, 416)
EXPIRED = (401, 403, 404, 410)
LATER = (408, 425, 429)
Result = TypeVar("Result")


class Caller:
    """Args:
    received: How many bytes have arrived so far, of all connections.
    """

    def __init__(
        self, source: Source, wire: Wire, crew: Crew, limits: Limits, received: Callable[[], int]
    ) -> None:
        self._source, self._wire, self._crew = source, wire, crew
        self._limits = limits
        self._received = received
        self._received_then = -1
        self._fruitless = 0  # failed tries in a row without a byte, of any connection
        self._own = 0  # failed tries of this connection in a row
        self.idle = False  # there is nothing left to ask for
        self.waiting: tuple[str, float] | None = None  # reason, until when (time.monotonic)
        crew.owns(wire)

    def locate(self) -> RemoteFile:
        """What is fetched. Raises whatever `locate` raises, Broken if that may be tried again."""
        with self._crew.outside():
            return _trying(self._source.remote)

    def ask(self, headers: Mapping[str, str]) -> Answer:
        """One attempt; the answer's status is 200, 206 or 416.

        Raises:
            Broken: it came to nothing; `failed` says how to go on.
            DownloadFailed: no attempt will do.
        """
        while True:
            with self._crew.outside():
                answer, number = self._source.open(self._wire, headers)
            if answer.status in ANSWERS:
                if answer.header("Content-Type").startswith("text/html"):
                    raise Broken(
                        "a web page came instead of the file; does this network want a login?"
                    )
                if answer.header("Content-Encoding").lower() not in ("", "identity"):
                    raise DownloadFailed("The server sends the file packed; it cannot be checked.")
                return answer
            refusal = f"{answer.status}: {answer.first_line()}"
            wait_s = asked_wait_s(answer.header("Retry-After") or None)
            self._wire.close()
            if answer.status in EXPIRED:
                self._renew(number, refusal)
            elif answer.status in LATER or answer.status >= 500:
                raise Broken(f"the server is busy ({refusal})", wait_s=wait_s)
            else:
                raise DownloadFailed(refusal)

    def failed(self, broken: Broken) -> None:
        """Wait before the next attempt.

        Raises:
            DownloadFailed: there were enough of them without a single new byte.
            Ended: somebody ended everything meanwhile.
        """
        self._wire.close()
        self._crew.check()
        received = self._received()
        if received != self._received_then:
            self._received_then, self._fruitless = received, 0
        self._fruitless += 1
        self._own += 1
        if self._fruitless >= self._limits.tries:
            raise DownloadFailed(f"max retries exceeded: {broken.reason}", retryable=True)
        own_s = self._limits.backoff_s * 2.0 ** min(self._own - 1, 30)
        own_s = min(own_s, self._limits.longest_backoff_s) * random.uniform(0.5, 1.0)
        wait_s = max(own_s, min(broken.wait_s, self._limits.longest_asked_wait_s))
        self.waiting = broken.reason, time.monotonic() + wait_s
        self._crew.pause(wait_s)
        self.waiting = None

    def went_well(self) -> None:
        self._own = 0

    def close(self) -> None:
        self._wire.close()

    def _renew(self, number: int, refusal: str) -> None:
        with self._crew.outside():
            _trying(lambda: self._source.renew(number, refusal))


def _trying(call: Callable[[], Result]) -> Result:
    try:
        return call()
    except AppError as error:
        if getattr(error, "retryable", False):
            raise Broken(str(error)) from error
        raise
