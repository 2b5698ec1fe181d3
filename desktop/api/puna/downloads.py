"""Downloads as the windows see them: `/api/puna/downloads`."""

import contextlib
import time
from collections.abc import AsyncGenerator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.bodies import body_of
from desktop.api.desk import Desk
from desktop.api.fields import Fields, read_body
from desktop.api.replies import Line, Lines, json_reply
from desktop.core.errors import RequestInvalid
from desktop.models.downloads.jobs import Job

EVENT_EVERY_S = 0.25


class Downloads:
    """GET lists, POST starts; a job's own routes pause, resume, move and cancel it."""

    def __init__(self, desk: Desk) -> None:
        self._queue = desk.downloads
        self._hubs = desk.hubs

    async def all(self, _request: Request) -> Response:
        """GET: `{"downloads": [...]}`, in the order of the queue."""
        return json_reply(self._snapshot())

    async def start(self, request: Request) -> Response:
        """POST `{model, insecure?}`: a name or a web address; goes on without the caller."""
        fields = read_body(await body_of(request), "DownloadRequest")
        source = fields.text("model")
        insecure = fields.flag("insecure") or False
        await self._hubs.check(source, insecure=insecure)
        return json_reply(self._view(self._queue.start(source, insecure=insecure, kept=True)))

    async def change(self, request: Request) -> Response:
        """POST /{id} `{action: "pause" | "resume" | "move", position?}`."""
        fields = read_body(await body_of(request), "DownloadRequest")
        job_id = request.path_params["id"]
        return json_reply(self._view(self._change(job_id, fields)))

    async def cancel(self, request: Request) -> Response:
        """DELETE /{id}: off the list. What has arrived stays on the disk, as a partial file."""
        return json_reply(self._view(await self._queue.cancel(request.path_params["id"])))

    async def events(self, _request: Request, _body: bytes) -> Response:
        """GET /events: the list as a line of JSON, now and after every change."""
        return await Lines.opened(self._events())

    async def _events(self) -> AsyncGenerator[Line]:
        changes = self._queue.changes(at_most_every_s=EVENT_EVERY_S)
        async with contextlib.aclosing(changes):
            async for _ in changes:
                yield self._snapshot()

    def _change(self, job_id: str, fields: Fields) -> Job:
        match fields.text("action"):
            case "pause":
                return self._queue.pause(job_id)
            case "resume":
                return self._queue.resume(job_id)
            case "move":
                return self._queue.move(job_id, fields.integer("position"))
        raise RequestInvalid('"action" must be "pause", "resume" or "move"')

    def _snapshot(self) -> Line:
        return {"downloads": [self._view(job) for job in self._queue.jobs]}

    def _view(self, job: Job) -> dict[str, Any]:
        now, pace = time.monotonic(), self._queue.pace(job)
        view: dict[str, Any] = {
            "id": job.id,
            "source": job.source,
            "model": job.name,
            "state": job.state.value,
            "status": job.steps[-1] if job.steps else "",
            "completed": job.done_bytes,
            "total": job.total_bytes,
            "kept": job.kept,
            "files": [
                {"digest": file.digest, "kind": file.kind, "total": file.size}
                | {"completed": file.done}
                for file in job.files
            ],
        }
        waiting = next((file.waiting for file in job.files if file.waiting), "")
        if reason := job.reason or waiting:
            view |= {"reason": reason, "code": job.code}
        if job.is_moving:
            view["bytes_per_s"] = pace.rate(at_s=now)
            view["seconds_left"] = pace.seconds_left(job.total_bytes, at_s=now)
        return view
