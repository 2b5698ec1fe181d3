"""Runs the windows' coroutines beside Qt's loop, as qasync does, and ends them at the end."""

import asyncio
from types import TracebackType
from typing import Self

from PySide6.QtCore import QTimer

from desktop.ui.task_scope import Work

STEP_MS = 1
TURNS = 8  # of the loop, in each step


class Pump:
    """A context manager. `start` is the Start of the windows; Qt's loop has to turn."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer = QTimer(interval=STEP_MS)
        self._timer.timeout.connect(self._step)

    def __enter__(self) -> Self:
        self._runner.__enter__()
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()
        self._runner.__exit__(kind, error, trace)

    def start(self, work: Work) -> None:
        task = self._runner.get_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def run(self, work: Work) -> None:
        """To its end, now."""
        self._runner.run(work)

    def end(self) -> None:
        """Cancel what still runs."""
        self._timer.stop()
        self.run(self._end())

    async def _end(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _step(self) -> None:
        loop = self._runner.get_loop()
        for _ in range(TURNS):
            if not loop.is_running():
                loop.call_soon(loop.stop)
                loop.run_forever()
