"""Work on files that takes a while: on a thread, told of in lines, stopped when nobody listens."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Callable
from typing import Protocol, TypeVar

from desktop.api.replies import Line
from desktop.core.errors import RequestCanceled
from desktop.models.importing import Progress
from desktop.models.installed import InstalledModel

TELL_EVERY_BYTES = 32 * 2**20

Result = TypeVar("Result")
Result_co = TypeVar("Result_co", covariant=True)


class Work(Protocol[Result_co]):
    def __call__(self, *, progress: Progress) -> Result_co: ...


async def progress_of(
    work: Work[Result], *, status: str, ending: Callable[[Result], Line]
) -> AsyncGenerator[Line]:
    """`{"status": …, "completed": bytes, "total": bytes}` now and then, at last `ending`."""
    loop = asyncio.get_running_loop()
    told: asyncio.Queue[Line | None] = asyncio.Queue()
    given_up = threading.Event()
    told_bytes = 0

    def tell(done: int, total: int) -> None:
        nonlocal told_bytes
        if given_up.is_set():
            raise RequestCanceled
        if done == total or done - told_bytes >= TELL_EVERY_BYTES:
            told_bytes = done
            line = {"status": status, "completed": done, "total": total}
            loop.call_soon_threadsafe(told.put_nowait, line)

    running = asyncio.ensure_future(asyncio.to_thread(work, progress=tell))
    running.add_done_callback(lambda _running: told.put_nowait(None))
    try:
        while (line := await told.get()) is not None:
            yield line
        yield {"status": "success"} | ending(await running)
    finally:
        given_up.set()  # the thread stops at its next piece and leaves nothing behind
        with contextlib.suppress(RequestCanceled):
            await running


def installed(model: InstalledModel) -> Line:
    """The ending of what makes a model."""
    return {"model": model.name.short}
