"""Server-sent events: how OpenAI's and Anthropic's clients get an answer piece by piece."""

from collections.abc import AsyncGenerator, Callable
from typing import Any, ClassVar

from desktop.api.replies import Stream, encode, first_of
from desktop.core.errors import AppError


def frame(data: Any, name: str = "") -> bytes:
    r"""One event with a JSON value; `name` is its type, where it has one.

    >>> frame({"n": 1}, "ping")
    b'event: ping\ndata: {"n":1}\n\n'
    """
    head = b"event: %s\n" % name.encode() if name else b""
    return head + b"data: " + encode(data) + b"\n\n"


class EventStream(Stream[bytes]):
    """Frames as they are produced; made by `opened`.

    Args:
        failed: What to send when the work fails after the first frame, as one or more frames.
    """

    opening: ClassVar = {
        "content-type": "text/event-stream",
        "cache-control": "no-cache",
        "x-accel-buffering": "no",  # nginx would collect them otherwise
    }

    def __init__(
        self, first: bytes, rest: AsyncGenerator[bytes], failed: Callable[[AppError], bytes]
    ) -> None:
        super().__init__(first, rest)
        self._failed = failed

    @classmethod
    async def opened(
        cls, frames: AsyncGenerator[bytes], failed: Callable[[AppError], bytes]
    ) -> "EventStream":
        """Await the first frame, so that what fails before it is answered with its own status."""
        return cls(await first_of(frames), frames, failed)

    def written(self, item: bytes) -> bytes:
        return item

    def last_words(self, error: AppError) -> bytes:
        return self._failed(error)
