"""POST /api/puna/export `{model, folder, link?}`: a model's files and a Modelfile, into a folder.

Answers with lines: `{"status":"exporting","completed":bytes,"total":bytes}`, and at the end
`{"status":"success","files":[paths]}`.
"""

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.fields import read_body
from desktop.api.replies import Line, Lines
from desktop.core.errors import AppError, RequestCanceled, RequestInvalid
from desktop.models.exporting import export_model
from desktop.models.installed import InstalledModel


class ExportRoute:
    """The work ends with the request; what is not finished then is removed again.

    Args:
        find: The installed model that a text means.
    """

    def __init__(self, find: Callable[[str], InstalledModel]) -> None:
        self._find = find

    async def __call__(self, _request: Request, body: bytes) -> Response:
        fields = read_body(body, "ExportRequest")
        wanted, folder = fields.text("model"), fields.text("folder")
        copy = not fields.flag("link")  # a linked file must not be written to: it is the store's
        if not wanted:
            raise RequestInvalid("model is required")
        if not folder or "\0" in folder or not Path(folder).is_absolute():
            raise RequestInvalid('"folder" must be the absolute path of a folder')
        model = await asyncio.to_thread(self._find, wanted)
        return await Lines.opened(self._lines(model, Path(folder), copy=copy))

    async def _lines(
        self, model: InstalledModel, folder: Path, *, copy: bool
    ) -> AsyncGenerator[Line]:
        loop = asyncio.get_running_loop()
        told: asyncio.Queue[Line | None] = asyncio.Queue()
        given_up = threading.Event()

        def tell(done: int, total: int) -> None:
            if given_up.is_set():
                raise RequestCanceled
            line = {"status": "exporting", "completed": done, "total": total}
            loop.call_soon_threadsafe(told.put_nowait, line)

        work = asyncio.ensure_future(
            asyncio.to_thread(export_model, model, folder, copy=copy, progress=tell)
        )
        work.add_done_callback(lambda _work: told.put_nowait(None))
        try:
            while (line := await told.get()) is not None:
                yield line
            files = await work
            yield {"status": "success", "files": [str(path) for path in files]}
        finally:
            given_up.set()  # the thread stops at its next piece and leaves nothing behind
            with contextlib.suppress(AppError):
                await work
