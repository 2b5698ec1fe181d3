"""`puna import`: through the running server, or directly on the disk when none runs."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from desktop.client.client import Client, is_loopback
from desktop.core.errors import NotSupported, ServerUnreachable

OnProgress = Callable[[int, int], None]  # bytes done, bytes in all


def run(connect: Callable[[], Client], path: Path, name: str | None) -> str:
    """Import one file, showing how far it is; returns the model's full name."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    terminal = Console(stderr=True)
    with Progress(
        *columns, TransferSpeedColumn(), console=terminal, disable=not sys.stderr.isatty()
    ) as bar:
        task = bar.add_task(path.name, total=None)

        def on_progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        try:
            return asyncio.run(_by_server(connect, path, name, on_progress))
        except ServerUnreachable:
            pass
        from desktop.app import import_file

        return import_file(path, name, on_progress)


async def _by_server(
    connect: Callable[[], Client], path: Path, name: str | None, on_progress: OnProgress
) -> str:
    async with connect() as client:
        if not is_loopback(client.url):
            raise NotSupported(f"{client.url} is another machine; it cannot read this file.")
        await client.version()  # only a server that is not there means "work on the disk"
        model = name or path.stem
        async with aclosing(client.import_file(str(path), name)) as lines:
            async for line in lines:
                model = line.model or model
                if line.total:
                    on_progress(line.completed, line.total)
        return model
