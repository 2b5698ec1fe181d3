"""`puna pull` and `puna push`: one bar per file, in the order of the model."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from desktop.client.answers import TransferLine
from desktop.client.client import Client

Stream = AsyncGenerator[TransferLine]


def run(connect: Callable[[], Client], begin: Callable[[Client], Stream]) -> None:
    """Follow a transfer to its end; Ctrl-C stops it, what has arrived is kept."""
    asyncio.run(_follow(connect, begin))


async def _follow(connect: Callable[[], Client], begin: Callable[[Client], Stream]) -> None:
    terminal = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    times = (TransferSpeedColumn(), TimeRemainingColumn(compact=True))
    with Progress(*columns, *times, console=terminal, disable=not sys.stderr.isatty()) as progress:
        bars = _Bars(progress)
        async with connect() as client, aclosing(begin(client)) as lines:
            async for line in lines:
                bars.show(line)


class _Bars:
    """A bar for each file; each other status is printed once."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def show(self, line: TransferLine) -> None:
        key = line.digest or line.status
        if key not in self._tasks:
            if line.total:
                self._tasks[key] = self._progress.add_task(line.status, total=line.total)
            else:
                self._tasks[key] = TaskID(-1)
            if not line.total or self._progress.disable:
                self._progress.console.print(line.status, highlight=False)
        if line.total:
            self._progress.update(self._tasks[key], completed=line.completed, total=line.total)
