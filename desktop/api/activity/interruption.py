"""Lets somebody else end what a task is doing for a client, and the client be told.

Works like `asyncio.timeout`: the task is cancelled, and the cancellation becomes an error.
"""

import asyncio
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Any

from desktop.core.errors import RequestCanceled

REASON = "request canceled by the user"


class Interruption:
    """Stands around each wait of a request: `with interruption: await ...`.

    Between the waits, while the client takes what it was given, there is nothing to cancel: then
    `source` is closed at once, and the next wait fails.
    """

    def __init__(self) -> None:
        self.source: AsyncGenerator[Any] | None = None
        self._task: asyncio.Task[Any] | None = None
        self._asked = False

    async def interrupt(self) -> None:
        """The request ends with RequestCanceled. May be repeated."""
        if self._asked:  # a second cancellation would not become an error, but stay one
            return
        self._asked = True
        if self._task:
            self._task.cancel()
        elif self.source:
            await self.source.aclose()

    def __enter__(self) -> None:
        if self._asked:
            raise RequestCanceled(REASON)
        self._task = asyncio.current_task()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        task, self._task = self._task, None
        if self._asked and kind is asyncio.CancelledError and task and not task.uncancel():
            raise RequestCanceled(REASON) from None
