"""`puna export`: a model as files in a folder. And `puna show` for one of a model's texts."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from desktop.client import creating
from desktop.client.client import Client, is_loopback
from desktop.core.errors import NotSupported

Connect = Callable[[], Client]
TEXTS = ("modelfile", "parameters", "template", "system", "license")


def run(connect: Connect, model: str, folder: Path, *, link: bool = False) -> list[str]:
    """Export a model, showing how far it is; returns the paths of the files.

    Args:
        link: Share the files' bytes with Puna's own; nobody may write to them then.

    Raises:
        AppError: there is no such model, or the folder cannot take it.
    """
    target = str(folder.absolute())
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    terminal = Console(stderr=True)
    with Progress(
        *columns, TransferSpeedColumn(), console=terminal, disable=not sys.stderr.isatty()
    ) as bar:
        task = bar.add_task(model, total=None)

        async def export() -> list[str]:
            files: list[str] = []
            async with connect() as client:
                if not is_loopback(client.url):
                    raise NotSupported(f"{client.url} is another machine; it has another disk.")
                stream = creating.export(client, model, target, link=link)
                async with aclosing(stream) as lines:
                    async for line in lines:
                        files = line.files or files
                        if line.total:
                            bar.update(task, completed=line.completed, total=line.total)
            return files

        return asyncio.run(export())


def show_text(connect: Connect, model: str, which: str) -> None:
    """Print one of `TEXTS` of a model as it is; nothing if the model has none.

    Raises:
        AppError: there is no such model.
    """

    async def ask() -> creating.Recipe:
        async with connect() as client:
            return await creating.recipe(client, model)

    text = str(getattr(asyncio.run(ask()), which))
    if text:
        print(text.removesuffix("\n"))
