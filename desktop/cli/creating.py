"""`puna create`: a model of what a Modelfile says."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TransferSpeedColumn,
)

from desktop.client import creating
from desktop.client.answers import TransferLine
from desktop.client.client import Client
from desktop.client.create_plan import CreatePlan, make_plan
from desktop.client.modelfile import Modelfile, read_modelfile

Connect = Callable[[], Client]


def run(
    connect: Connect, name: str, modelfile: Path, *, quantize: str = "", draft_quantize: str = ""
) -> None:
    """Read the Modelfile, send its files, and make the model, showing how far it is.

    Raises:
        AppError: the Modelfile or a file is no good, or the server refuses.
    """
    found = read_modelfile(modelfile)
    for warning in found.warnings:
        print(f"puna: {warning}", file=sys.stderr)
    plan = make_plan(found, modelfile.absolute().parent)
    order = _order(name, found) | {"quantize": quantize, "draft_quantize": draft_quantize}
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    terminal = Console(stderr=True)
    with Progress(
        *columns, TransferSpeedColumn(), console=terminal, disable=not sys.stderr.isatty()
    ) as bars:
        asyncio.run(_create(connect, order, plan, bars))


async def _create(
    connect: Connect, order: dict[str, Any], plan: CreatePlan, bars: Progress
) -> None:
    async with connect() as client:
        await client.version()  # nobody waits for gigabytes to be read to hear of no server
        digests = {path: await _sent(client, path, bars) for path in plan.all_files}
        groups = {"files": plan.files, "adapters": plan.adapters, "draft_files": plan.drafts}
        named = {
            field: {name: digests[path] for name, path in files.items()}
            for field, files in groups.items()
            if files
        }
        async with aclosing(
            creating.create(client, order | {"from": plan.source} | named)
        ) as lines:
            await _show(lines, bars)


async def _sent(client: Client, path: Path, bars: Progress) -> str:
    """The digest of a file that the server has after this."""
    task = bars.add_task(f"reading {path.name}", total=creating.file_size(path))
    digest = await creating.file_digest(path, lambda done: bars.update(task, completed=done))
    if not await creating.has_blob(client, digest):
        bars.reset(task, description=f"sending {path.name}")
        await creating.send_blob(
            client, path, digest, lambda done: bars.update(task, completed=done)
        )
    return digest


async def _show(lines: AsyncGenerator[TransferLine], bars: Progress) -> None:
    """Bars for what takes long, a line for the rest."""
    tasks: dict[str, TaskID] = {}
    last = ""
    async for line in lines:
        if line.digest:
            key = line.status
            if key not in tasks:
                tasks[key] = bars.add_task(line.status, total=line.total or None)
            bars.update(tasks[key], completed=line.completed, total=line.total or None)
        elif line.status != last:
            bars.console.print(line.status, markup=False, highlight=False)
            last = line.status


def _order(name: str, modelfile: Modelfile) -> dict[str, Any]:
    """The body of the request, but for the files."""
    return {
        "model": name,
        "template": modelfile.template,
        "system": modelfile.system,
        "renderer": modelfile.renderer,
        "parser": modelfile.parser,
        "requires": modelfile.requires,
        "license": modelfile.licenses,
        "parameters": modelfile.parameters,
        "messages": modelfile.messages,
    }
