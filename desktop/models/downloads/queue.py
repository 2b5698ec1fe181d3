"""The downloads of this machine: an ordered list, a few at a time, kept on disk.

Who wants a model joins the job that fetches it already. Service loop only; the bytes arrive on
threads of their own (`downloads/transfer.py`).
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Protocol

from desktop.core.errors import AppError, DiskFull, DownloadFailed, RequestInvalid
from desktop.core.troubles import Tell
from desktop.models.downloads.jobs import KEPT_ENDED, Job, JobState, load_jobs, save_jobs
from desktop.models.downloads.pace import Pace

log = logging.getLogger(__name__)

AT_ONCE = 3
DISK_CHECK_S = 15.0
NETWORK_RETRY_S = 60.0
ABANDONED = "The program that asked for it went away."
INTERRUPTED = "Puna was stopped before it was complete."


class JobNotFound(AppError):
    """No download has this id."""

    code = "download_not_found"
    status = 404

    def __init__(self, job_id: str) -> None:
        super().__init__(f"there is no download {job_id!r:.80}")


class JobWork(Protocol):
    """Does a job: returns when the model is installed; cancelling keeps what has arrived."""

    async def run(self, job: Job, changed: Callable[[], None]) -> None: ...


class DownloadQueue:
    """Args:
    file: Where the list is kept.
    at_once: Jobs that run at the same time.
    disk_check_s: How often a job that waits for room is tried again.
    """

    def __init__(
        self,
        file: Path,
        work: JobWork,
        *,
        at_once: int = AT_ONCE,
        disk_check_s: float = DISK_CHECK_S,
        tell: Tell = lambda trouble: None,
    ) -> None:
        self._file = file
        self._work = work
        self._at_once = at_once
        self._disk_check_s = disk_check_s
        self._jobs = load_jobs(file, tell)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._retry_at: dict[str, float] = {}  # time.monotonic
        self._paces: dict[str, Pace] = {}
        self._followers: dict[str, int] = {}
        self._watchers: set[asyncio.Event] = set()
        self._wake = asyncio.Event()
        for job in self._jobs:
            if job.state is JobState.RUNNING or (job.state is JobState.QUEUED and not job.kept):
                # Those whose client is gone wait for the next one, or for the user.
                state = JobState.QUEUED if job.kept else JobState.PAUSED
                job.enter(state, *(() if job.kept else (INTERRUPTED, "interrupted")))

    @property
    def jobs(self) -> list[Job]:
        """In their order."""
        return list(self._jobs)

    def find(self, job_id: str) -> Job:
        """Raises JobNotFound."""
        for job in self._jobs:
            if job.id == job_id:
                return job
        raise JobNotFound(job_id)

    def pace(self, job: Job) -> Pace:
        return self._paces.setdefault(job.id, Pace())

    # ---- what people and programs may do

    def start(self, source: str, *, insecure: bool, kept: bool) -> Job:
        """Fetch a model; one that is being fetched already gets one more who wants it."""
        for job in self._jobs:
            if job.asks(source) and job.insecure == insecure and not job.state.is_over:
                job.kept |= kept
                if job.state is not JobState.RUNNING:  # one that is just stopping begins after that
                    job.enter(JobState.QUEUED)
                    self._retry_at.pop(job.id, None)
                self._save()
                return job
        self._jobs = [job for job in self._jobs if not (job.state.is_over and job.asks(source))]
        job = Job(source=source, insecure=insecure, kept=kept)
        self._jobs.append(job)
        self._save()
        return job

    def pause(self, job_id: str) -> Job:
        job = self.find(job_id)
        if not job.state.is_over:
            self._halt(job)
            job.enter(JobState.PAUSED)
            self._save()
        return job

    def resume(self, job_id: str) -> Job:
        """Also tries a failed one again."""
        job = self.find(job_id)
        if job.state in (JobState.PAUSED, JobState.WAITING, JobState.FAILED):
            job.enter(JobState.QUEUED)
            job.kept = True
            self._retry_at.pop(job.id, None)
            self._save()
        return job

    async def cancel(self, job_id: str) -> Job:
        """Take it off the list; what it was doing has ended on return."""
        job = self.find(job_id)
        self._jobs.remove(job)
        if task := self._halt(job):
            await asyncio.wait({task})
        self._paces.pop(job_id, None)
        self._retry_at.pop(job_id, None)
        self._save()
        return job

    def move(self, job_id: str, position: int) -> Job:
        """Give it another place; 0 is the first."""
        job = self.find(job_id)
        if not 0 <= position < len(self._jobs):
            raise RequestInvalid(f'"position" must be between 0 and {len(self._jobs) - 1}')
        self._jobs.remove(job)
        self._jobs.insert(position, job)
        self._save()
        return job

    # ---- looking on

    async def changes(self, *, at_most_every_s: float) -> AsyncGenerator[None]:
        """Once now, then after each change, bundled; ends only by being closed."""
        changed = asyncio.Event()
        self._watchers.add(changed)
        try:
            while True:
                yield
                await changed.wait()
                changed.clear()
                await asyncio.sleep(at_most_every_s)
        finally:
            self._watchers.discard(changed)

    @contextlib.asynccontextmanager
    async def interest(self, job: Job) -> AsyncGenerator[None]:
        """Somebody waits for the job for the length of the block; when the last one goes, a job
        that is not `kept` pauses."""
        self._followers[job.id] = self._followers.get(job.id, 0) + 1
        try:
            yield
        finally:
            self._followers[job.id] -= 1
            if not self._followers[job.id]:
                del self._followers[job.id]
                if not job.kept and job.state in (JobState.QUEUED, JobState.RUNNING):
                    self._halt(job)
                    job.enter(JobState.PAUSED, ABANDONED, "abandoned")
                    self._save()

    # ---- the queue itself

    async def run(self) -> None:
        """Until cancelled; then every job has stopped, and goes on at the next start."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                self._wake_up_waiting()
                for job in self._startable():
                    job.enter(JobState.RUNNING)
                    self._tasks[job.id] = group.create_task(self._run_job(job), name=job.id)
                    self._notify()
                with contextlib.suppress(TimeoutError):
                    # `wait_for` may lose a cancellation that comes with the event (3.11).
                    async with asyncio.timeout(self._next_retry_s()):
                        await self._wake.wait()

    def _startable(self) -> list[Job]:
        room = max(0, self._at_once - len(self._tasks))
        queued = [job for job in self._jobs if job.state is JobState.QUEUED]
        return [job for job in queued if job.id not in self._tasks][:room]

    def _wake_up_waiting(self) -> None:
        now = time.monotonic()
        for job in self._jobs:
            if job.state is JobState.WAITING and self._retry_at.get(job.id, 0.0) <= now:
                job.enter(JobState.QUEUED)

    def _next_retry_s(self) -> float | None:
        """How long the queue may sleep; None: until it is woken."""
        waiting = [job.id for job in self._jobs if job.state is JobState.WAITING]
        if not waiting:
            return None
        soonest = min(self._retry_at.get(job_id, 0.0) for job_id in waiting)
        return max(0.05, soonest - time.monotonic())

    async def _run_job(self, job: Job) -> None:
        try:
            await self._work.run(job, lambda: self._progressed(job))
        except asyncio.CancelledError:
            raise  # who cancelled it has said in the job why
        except AppError as error:
            self._stumbled(job, error)
        except Exception as error:
            log.exception("download of %s", job.source)
            job.enter(JobState.FAILED, f"internal error: {error!r}", "internal")
        else:
            job.enter(JobState.DONE)
        finally:
            self._tasks.pop(job.id, None)
            self._save()

    def _stumbled(self, job: Job, error: AppError) -> None:
        """Failed for good, or until the disk has room or the network is back."""
        delay_s = None
        if isinstance(error, DiskFull) and job.done_bytes:
            delay_s = self._disk_check_s
        elif isinstance(error, DownloadFailed) and error.retryable and job.kept:
            delay_s = NETWORK_RETRY_S
        if delay_s is None:
            log.warning("download of %s failed: %s", job.source, error)
            job.enter(JobState.FAILED, str(error), error.code)
        else:
            self._retry_at[job.id] = time.monotonic() + delay_s
            job.enter(JobState.WAITING, str(error), error.code)

    def _halt(self, job: Job) -> asyncio.Task[None] | None:
        task = self._tasks.get(job.id)
        if task:
            task.cancel()
        return task

    def _progressed(self, job: Job) -> None:
        self.pace(job).observe(job.done_bytes, at_s=time.monotonic())
        self._notify()

    def _save(self) -> None:
        over = [job for job in self._jobs if job.state.is_over]
        for job in over[:-KEPT_ENDED]:
            self._jobs.remove(job)
        try:
            save_jobs(self._file, self._jobs)
        except OSError as error:
            log.warning("the list of downloads cannot be saved: %s", error)
        self._wake.set()
        self._notify()

    def _notify(self) -> None:
        for watcher in self._watchers:
            watcher.set()
