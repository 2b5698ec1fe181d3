"""What a worker said to one request, and nobody has read yet. Service loop only.

A client that reads more slowly than its model writes must not fill the memory: pieces of text are
put together then, and the request is ended when too much waits.
"""

import asyncio
from collections import deque

from desktop.core.errors import AppError
from desktop.worker.messages import Report, Text

LOOSE_REPORTS = 256  # as many wait as they came
PIECE_CHARACTERS = 4096  # after that, text is put together up to this length
MAX_BYTES = 4 * 2**20
_LOGPROB_BYTES = 120  # about what one token and its probability take in memory


class Mailbox:
    """Reports in order; the last one may be the error that ends them."""

    def __init__(self) -> None:
        self._waiting: deque[Report | AppError] = deque()
        self._arrived = asyncio.Event()
        self._bytes = 0

    @property
    def is_full(self) -> bool:
        """Whether more waits than anybody should be kept waiting for."""
        return self._bytes > MAX_BYTES

    def put(self, report: Report | AppError) -> None:
        last = self._waiting[-1] if len(self._waiting) > LOOSE_REPORTS else None
        self._bytes += _size(report)
        if (
            isinstance(last, Text)
            and isinstance(report, Text)
            and len(last.text) < PIECE_CHARACTERS
        ):
            last.text += report.text
            last.logprobs.extend(report.logprobs)
        else:
            self._waiting.append(report)
            self._arrived.set()

    async def get(self) -> Report:
        """The next one. Raises the error, if that is next."""
        while not self._waiting:
            self._arrived.clear()
            await self._arrived.wait()
        report = self._waiting.popleft()
        self._bytes -= _size(report)
        if isinstance(report, AppError):
            raise report
        return report


def _size(report: Report | AppError) -> int:
    if not isinstance(report, Text):
        return 0
    probabilities = sum(1 + len(each.tops) for each in report.logprobs)
    return len(report.text) + _LOGPROB_BYTES * probabilities
