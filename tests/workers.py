"""Starts real worker processes and asks them questions; used by the tests of `worker` and
`engine`."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.engine.child import next_report, start_child
from desktop.engine.process import WorkerProcess
from desktop.worker.frames import pack
from desktop.worker.messages import Finished, Generate, Load, Loaded, Logprob, Sampling, Text

GREEDY = Sampling(temperature=0)


@dataclass(frozen=True)
class Answer:
    """All of one answer; `pieces` as they came."""

    pieces: list[str]
    end: Finished
    logprobs: list[Logprob] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.pieces)


def load_of(path: Path, **load: Any) -> Load:
    values = {"context_tokens": 512, "cells": 2048, "parallel": 8, "threads": 1} | load
    return Load(path=str(path), **values)


@contextlib.asynccontextmanager
async def worker(path: Path, **load: Any) -> AsyncIterator[WorkerProcess]:
    """A worker with this model, stopped at the end of the block."""
    process = WorkerProcess(path.name, lambda _death: None)
    await process.start(load_of(path, **load), timeout_s=60)
    try:
        yield process
    finally:
        await process.stop()


async def ask(process: WorkerProcess, prompt: str | list[dict[str, Any]], **fields: Any) -> Answer:
    """Greedy unless `sampling` says otherwise; a list is a conversation."""
    what = {"prompt": prompt} if isinstance(prompt, str) else {"messages": prompt}
    generate = Generate(id=0, **{"sampling": GREEDY} | what | fields)
    pieces: list[str] = []
    logprobs: list[Logprob] = []
    async with contextlib.aclosing(process.answer(generate)) as reports:
        async for report in reports:
            if isinstance(report, Text):
                pieces += [report.text] if report.text else []
                logprobs += report.logprobs
            elif isinstance(report, Finished):
                return Answer(pieces, report, logprobs)
    raise AssertionError("an answer without an end")


async def ask_each(process: WorkerProcess, prompts: list[str], **fields: Any) -> list[Answer]:
    """All at the same time."""
    return await asyncio.gather(*(ask(process, prompt, **fields) for prompt in prompts))


async def order_of_ends(load: Load, asks: list[Generate]) -> list[int]:
    """The ids of requests that come at once, as their ends stand in the worker's pipe: tasks that
    wait for them may wake in another order."""
    process = await start_child()
    assert process.stdin
    assert process.stdout
    assert process.stderr
    log = asyncio.create_task(process.stderr.read())
    ended: list[int] = []
    try:
        process.stdin.write(pack(load))
        while not isinstance(report := await next_report(process.stdout), Loaded):
            assert report is not None
        process.stdin.write(b"".join(map(pack, asks)))
        while len(ended) < len(asks):
            report = await next_report(process.stdout)
            assert report is not None
            ended += [report.id] if isinstance(report, Finished) else []
    finally:
        process.stdin.close()  # so that it leaves
        await asyncio.gather(process.wait(), log)
    return ended
