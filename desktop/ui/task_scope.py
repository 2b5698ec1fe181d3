"""Owns the tasks that windows start: none outlives the application, none fails unseen."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

Work = Coroutine[Any, Any, None]
Start = Callable[[Work], None]  # runs a coroutine: `TaskScope.start`, or `asyncio.run` in tests


class TaskScope:
    """Runs coroutines on the running loop.

    Args:
        on_error: Is told what a task raised; expected failures are the coroutine's own to show.
    """

    def __init__(self, on_error: Callable[[BaseException], None]) -> None:
        self._tasks: set[asyncio.Task[None]] = set()  # asyncio keeps only weak references
        self._on_error = on_error

    def start(self, work: Work) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    async def close(self) -> None:
        """Cancel what runs, and wait until it has ended."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._on_error(error)
