"""POST /api/pull: attaches to the download of a model, and tells of it in Ollama's words."""

import contextlib
from collections.abc import AsyncGenerator, Iterator

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.desk import Desk
from desktop.api.fields import read_body
from desktop.api.replies import Line, progress_reply
from desktop.core.errors import AppError, ModelNameInvalid
from desktop.models.downloads.jobs import FETCHING, Job, JobFile, JobState

TELL_EVERY_S = 0.06


class PullFailed(AppError):
    """The download ended without a model; code and sentence are the job's."""

    def __init__(self, job: Job) -> None:
        super().__init__(job.reason or "the download was stopped")
        self.code = job.code or "download_stopped"


class PullRoute:
    """The download ends with the request, unless somebody else wants it too."""

    def __init__(self, desk: Desk) -> None:
        self._queue = desk.downloads
        self._hubs = desk.hubs

    async def __call__(self, _request: Request, body: bytes) -> Response:
        fields = read_body(body, "PullRequest")
        source = fields.text("model") or fields.text("name")
        insecure, stream = fields.flag("insecure") or False, fields.flag("stream")
        if not source:
            raise ModelNameInvalid()
        return await progress_reply(self.lines(source, insecure=insecure), stream=stream)

    async def lines(self, source: str, *, insecure: bool = False) -> AsyncGenerator[Line]:
        """Progress until the model is installed.

        Raises:
            AppError: the name is no good, or (PullFailed) the download has failed.
        """
        await self._hubs.check(source, insecure=insecure)
        job = self._queue.start(source, insecure=insecure, kept=False)
        story = _Story(job)
        async with (
            self._queue.interest(job),
            contextlib.aclosing(self._queue.changes(at_most_every_s=TELL_EVERY_S)) as changes,
        ):
            async for _ in changes:
                for line in story.news():
                    yield line
                if job.state is JobState.DONE:
                    yield {"status": "success"}
                    return
                if job.state not in (JobState.QUEUED, JobState.RUNNING):
                    raise PullFailed(job)


class _Story:
    """What of a job has been told already."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._steps = 0
        self._files = 0
        self._told = -1  # bytes of the file that is being told about

    def news(self) -> Iterator[Line]:
        if len(self._job.steps) < self._steps:  # it began again
            self._steps, self._files, self._told = 0, 0, -1
        while self._steps < len(self._job.steps):
            step = self._job.steps[self._steps]
            if step == FETCHING:
                yield from self._files_news()
                if self._files < len(self._job.files):
                    return
            else:
                yield {"status": step}
            self._steps += 1

    def _files_news(self) -> Iterator[Line]:
        while self._files < len(self._job.files):
            file = self._job.files[self._files]
            if file.done != self._told:
                self._told = file.done
                yield _file_line(file)
            if not file.complete:
                return
            self._files, self._told = self._files + 1, -1


def _file_line(file: JobFile) -> Line:
    digest = file.digest
    line: Line = {"status": f"pulling {digest.removeprefix('sha256:')[:12] or 'file'}"}
    line |= {"digest": digest, "total": file.size, "completed": file.done}
    return {name: value for name, value in line.items() if value}
