"""Routes of our own, under `/api/puna`."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.access import is_loopback
from desktop.api.fields import read_body
from desktop.api.ollama.asks import Desk
from desktop.api.replies import Line, Lines
from desktop.core.errors import (
    ModelFileInvalid,
    NotSupported,
    RequestCanceled,
    RequestInvalid,
)
from desktop.models.importing import import_gguf, name_for
from desktop.models.names import ModelName, without_source

TELL_EVERY_BYTES = 32 * 2**20


class ImportRoute:
    """POST /api/puna/import `{path, name?}`: take a GGUF file of this machine into the store.

    Answers with lines: `{"status":"copying","completed":bytes,"total":bytes}`, and at the end
    `{"status":"success","model":name}`. For callers on this machine only, as it reads any file.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def __call__(self, request: Request, body: bytes) -> Response:
        if not _is_local(request):
            raise NotSupported("files can be imported from this machine only", status=403)
        fields = read_body(body, "ImportRequest")
        path, name = Path(fields.text("path")), fields.text("name")
        if not path.is_absolute():
            raise RequestInvalid('"path" must be an absolute path of a GGUF file')
        try:
            if name:
                target = ModelName.parse(without_source(name))
            else:
                target = await asyncio.to_thread(name_for, path)
            return await Lines.opened(self._lines(path, target))
        except ModelFileInvalid as error:
            error.status = 400  # the file is the caller's
            raise

    async def _lines(self, path: Path, name: ModelName) -> AsyncGenerator[Line]:
        loop = asyncio.get_running_loop()
        progress: asyncio.Queue[Line | None] = asyncio.Queue()
        given_up = threading.Event()

        def tell(done: int, total: int) -> None:
            if given_up.is_set():
                raise RequestCanceled
            if done == total or done % TELL_EVERY_BYTES == 0:
                line = {"status": "copying", "completed": done, "total": total}
                loop.call_soon_threadsafe(progress.put_nowait, line)

        work = asyncio.ensure_future(
            asyncio.to_thread(import_gguf, self._desk.store, path, name, progress=tell)
        )
        work.add_done_callback(lambda _work: progress.put_nowait(None))
        try:
            while (line := await progress.get()) is not None:
                yield line
            model = await work
            yield {"status": "success", "model": model.name.short}
        finally:
            given_up.set()  # the thread stops at its next piece and leaves nothing behind
            with contextlib.suppress(RequestCanceled):
                await work


def _is_local(request: Request) -> bool:
    return request.client is not None and is_loopback(request.client.host)
