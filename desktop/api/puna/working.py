"""Work on files that takes a while: on a thread, told of in lines, stopped when nobody listens."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator
from typing import Protocol

from desktop.api.replies import Line
from desktop.core.errors import RequestCanceled
from desktop.models.importing import Progress
from desktop.models.installed import InstalledModel

TELL_EVERY_BYTES = 32 * 2**20


class Work(Protocol):
    def __call__(self, *, progress: Progress) -> InstalledModel: ...


async def progress_of(work: Work, *, status: str) -> AsyncGenerator[Line]:
    """`{"status": …, "completed": bytes, "total": bytes}` now and then; at the end
    `{"status": "success", "model": name}`.
    """
    loop = asyncio.get_running_loop()
    told: asyncio.Queue[Line | None] = asyncio.Queue()
    given_up = threading.Event()

    def tell(done: int, total: int) -> None:
        if given_up.is_set():
            raise RequestCanceled
        if done == total or done % TELL_EVERY_BYTES == 0:
            line = {"status": status, "completed": done, "total": total}
            loop.call_soon_threadsafe(told.put_nowait, line)

    running = asyncio.ensure_future(asyncio.to_thread(work, progress=tell))
    running.add_done_callback(lambda _running: told.put_nowait(None))
    try:
        while (line := await told.get()) is not None:
            yield line
        model = await running
        yield {"status": "success", "model": model.name.short}
    finally:
        given_up.set()  # the thread stops at its next piece and leaves nothing behind
        with contextlib.suppress(RequestCanceled):
            await running
