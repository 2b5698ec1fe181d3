"""POST /api/push: sends a model to the registry that its name belongs to."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from functools import partial
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.desk import Desk
from desktop.api.fields import read_body
from desktop.api.replies import Line, progress_reply
from desktop.core.errors import ModelNotFound, RequestInvalid
from desktop.models.names import ModelName, without_source

if TYPE_CHECKING:  # both bring an HTTP client with them
    from desktop.models.registry.push import Push, PushProgress


class PushRoute:
    """The upload ends with the request."""

    def __init__(self, desk: Desk) -> None:
        self._library = desk.library
        self._hubs = desk.hubs

    async def __call__(self, _request: Request, body: bytes) -> Response:
        fields = read_body(body, "PushRequest")
        text = fields.text("model") or fields.text("name")
        insecure, stream = fields.flag("insecure") or False, fields.flag("stream")
        if not text:
            raise RequestInvalid("model is required")
        name = ModelName.parse(without_source(text))
        return await progress_reply(self._lines(name, insecure=insecure), stream=stream)

    async def _lines(self, name: ModelName, *, insecure: bool) -> AsyncGenerator[Line]:
        loop = asyncio.get_running_loop()
        told: asyncio.Queue[PushProgress | None] = asyncio.Queue()

        def tell(progress: "PushProgress") -> None:
            loop.call_soon_threadsafe(told.put_nowait, progress)

        push = await asyncio.to_thread(partial(self._push, name, insecure=insecure))
        work = asyncio.ensure_future(asyncio.to_thread(push.run, tell))
        work.add_done_callback(lambda _work: told.put_nowait(None))
        try:
            while (progress := await told.get()) is not None:
                yield _line(progress)
            await work
        finally:
            push.stop()
            await asyncio.wait({work})

    def _push(self, name: ModelName, *, insecure: bool) -> "Push":
        """Raises ModelNotFound only once it runs, as a line tells of that first."""
        from desktop.models.registry.push import Push

        with contextlib.suppress(ModelNotFound):
            name = self._library.named(name.full)
        stores = [store for store in self._library.stores if store.locate(name)]
        home = stores[0] if stores else self._library.own
        registry = self._hubs.resolver.registry(name, insecure=insecure)
        return Push(registry, home.manifest_path(name), home.blob_path)


def _line(progress: "PushProgress") -> Line:
    line: Line = {"status": progress.status, "digest": progress.digest}
    line |= {"total": progress.total, "completed": progress.done}
    return {name: value for name, value in line.items() if value}
