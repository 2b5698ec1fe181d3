"""Engines and workers for the tests of faults, and what is done to them."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import psutil

from desktop.core.settings import Settings
from desktop.engine.asks import Ask
from desktop.engine.engine import Engine
from desktop.engine.events import Piece
from desktop.engine.machine import Machine
from desktop.engine.options import merge
from desktop.engine.process import WorkerProcess
from desktop.engine.watch import Patience
from desktop.models.store import InstalledModel
from desktop.worker.messages import Load

DEADLINE_S = 30.0  # for what takes milliseconds on an idle machine


@contextlib.asynccontextmanager
async def running(**settings: Any) -> AsyncIterator[Engine]:
    """An engine that expires idle models, stopped at the end with all its processes."""
    engine = Engine(Settings(**settings), Machine(threads=1, memory_bytes=2**33))
    expiry = asyncio.create_task(engine.expire_idle())
    try:
        yield engine
    finally:
        expiry.cancel()
        await asyncio.wait({expiry})
        await engine.close()


@contextlib.asynccontextmanager
async def worker(path: Path, patience: Patience, **load: Any) -> AsyncIterator[WorkerProcess]:
    """A worker with this model, stopped at the end of the block."""
    process = WorkerProcess(path.name, lambda _death: None, patience)
    values = {"context_tokens": 30_000, "cells": 60_000, "parallel": 4, "threads": 1} | load
    await process.start(Load(path=str(path), **values), timeout_s=60)
    try:
        yield process
    finally:
        await process.stop()


async def say(engine: Engine, model: InstalledModel, **options: Any) -> str:
    """A whole answer."""
    ask = Ask(model=model, prompt="x", options=merge({}, options))
    return "".join([event.text async for event in engine.answer(ask) if isinstance(event, Piece)])


async def until(condition: Callable[[], object]) -> None:
    """Wait for a moment in between, of which nobody is told."""
    async with asyncio.timeout(DEADLINE_S):
        while not condition():  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0.002)


def freeze(pid: int) -> None:
    """Stop a process, as if it hung: on return it does nothing any more."""
    process = psutil.Process(pid)
    process.suspend()
    deadline = time.monotonic() + DEADLINE_S
    while process.status() != psutil.STATUS_STOPPED:
        assert time.monotonic() < deadline


def pid_of(engine: Engine) -> int:
    """Of the only worker."""
    (runner,) = engine.runners
    assert runner.process.pid
    return runner.process.pid
