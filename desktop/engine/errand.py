"""The parent's side of `worker/errand.py`: one order, a process for it, and none when it is done.

Service loop only.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncGenerator

import msgspec

from desktop.core.errors import AppError, DiskFull, TemplateFailed, WorkerFailed
from desktop.engine.child import next_report, start_child
from desktop.engine.worker_log import describe_exit
from desktop.worker.errand_messages import CheckTemplate, Done, Errand, Finding
from desktop.worker.frames import pack
from desktop.worker.messages import Failed, Report

KEPT_LOG_LINES = 20
CHECK_TIMEOUT_S = 30.0

_ERRORS: dict[str, type[AppError]] = {kind.code: kind for kind in (DiskFull, TemplateFailed)}


async def run(order: Errand, doing: str) -> AsyncGenerator[Finding]:
    """What an errand tells, as it comes. Close it (`aclosing`) to stop the work.

    Args:
        doing: What the process does, for the error: "quantized the model".

    Raises:
        WorkerFailed: the process could not be started, ended without having done it, or says why
            it cannot.
        DiskFull, TemplateFailed: in the worker's words.
    """
    process = await start_child("errand")
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    lines: deque[str] = deque(maxlen=KEPT_LOG_LINES)
    keeper = asyncio.create_task(_keep_log(process.stderr, lines), name=f"log: {doing}")
    try:
        process.stdin.write(pack(order))
        while (report := await _next_report(process.stdout)) is not None:
            if isinstance(report, Done):
                return
            if isinstance(report, Failed):
                raise _ERRORS.get(report.code, WorkerFailed)(report.message)
            if isinstance(report, Finding):
                yield report
        code = await process.wait()
        await keeper
        last = f" Its last words: {lines[-1]}" if lines else ""
        raise WorkerFailed(f"The process that {doing} {describe_exit(code)}.{last}")
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        process.stdin.close()
        await process.wait()
        await keeper


async def check_template(source: str) -> None:
    """See whether a chat template, Jinja or in Go's language, can be read.

    Raises:
        TemplateFailed: it cannot, or not in reasonable time.
    """
    try:
        async with (
            asyncio.timeout(CHECK_TIMEOUT_S),
            contextlib.aclosing(run(CheckTemplate(source), "read the template")) as steps,
        ):
            async for _ in steps:
                pass
    except TimeoutError as error:
        raise TemplateFailed("the template takes too long to read") from error


async def _next_report(stream: asyncio.StreamReader) -> Report | None:
    """None at end-of-file. Raises WorkerFailed if it is not in our language."""
    try:
        return await next_report(stream)
    except (msgspec.MsgspecError, ValueError) as error:
        raise WorkerFailed(f"The process cannot be understood ({error}).") from error


async def _keep_log(stream: asyncio.StreamReader, lines: deque[str]) -> None:
    while True:
        try:
            line = await stream.readline()
        except ValueError:
            continue  # longer than the reader's buffer
        if not line:
            return
        if text := line.decode("utf-8", "replace").strip():
            lines.append(text)
