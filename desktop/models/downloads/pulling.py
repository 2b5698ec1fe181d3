"""What a job does: find out what to fetch, fetch what is not here, make it a model."""

import asyncio
import contextlib
import hashlib
import os
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from pathlib import Path
from typing import TypeVar

from desktop.core.errors import DiskFull, ModelFileInvalid
from desktop.core.sizes import human_bytes
from desktop.models.downloads.dialer import Dialer
from desktop.models.downloads.drafts import done_bytes
from desktop.models.downloads.installing import install_blobs
from desktop.models.downloads.jobs import DRAFTS, FETCHING, Job, JobFile
from desktop.models.downloads.limits import DEFAULT_LIMITS, Limits
from desktop.models.downloads.progress import Fetched, Progress, TransferState
from desktop.models.downloads.room import occupied_bytes
from desktop.models.downloads.transfer import Transfer
from desktop.models.library import Library
from desktop.models.manifests import CONFIG_TYPE, PART_TYPE, Layer, read_manifest
from desktop.models.names import ModelName
from desktop.models.publishing import digests_of
from desktop.models.registry.resolve import Pull, PullFile, Resolver
from desktop.models.registry.sources import NamedModel, read_source

Result = TypeVar("Result")


class Pulling:
    """The work of the queue's jobs.

    Args:
        library: Where the models go; what another program's store has is not fetched.
        threads: Where resolving and transfers run; one for each job that runs at a time.
    """

    def __init__(
        self,
        library: Library,
        resolver: Resolver,
        threads: Executor,
        *,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self._library = library
        self._resolver = resolver
        self._threads = threads
        self._limits = limits
        self._dialer = Dialer()
        self._busy: dict[str, asyncio.Lock] = {}  # by digest: files that are being fetched

    async def run(self, job: Job, changed: Callable[[], None]) -> None:
        """Raises AppError; cancelled, it leaves what has arrived for the next time."""
        job.files, job.steps = [], ["pulling manifest"]
        changed()
        self._library.own.check_disk()
        pull = await self._on_thread(partial(self._resolve, job))
        name = await self._on_thread(partial(self._library.own.spelled, pull.name))
        job.name = name.short
        job.files = [
            JobFile(digest=file.digest or "", kind=_kind(file), size=file.size or 0)
            for file in pull.files
        ]
        digests = [file.digest for file in pull.files if file.digest]
        with contextlib.ExitStack() as held:
            held.enter_context(self._library.holding(*digests))
            await self._on_thread(partial(self._look_at_drafts, job, pull))
            await self._on_thread(partial(self._check_room, pull))
            job.steps.append(FETCHING)
            changed()
            for file, entry in zip(pull.files, job.files, strict=True):
                await self._fetch(pull, file, entry, changed)
                held.enter_context(self._library.holding(entry.digest))
            job.steps += ["verifying sha256 digest", "writing manifest"]
            changed()
            before = await self._on_thread(partial(self._named_by, name))
            await self._on_thread(partial(self._install, job, pull))
        if before - {entry.digest for entry in job.files}:
            job.steps.append("removing unused layers")
            changed()

    def _resolve(self, job: Job) -> Pull:
        """A name that is installed in another spelling is asked for in that one."""
        text, source = job.source, read_source(job.source, insecure=job.insecure)
        if isinstance(source, NamedModel):
            text = self._library.own.spelled(source.name).full
        return self._resolver.resolve(text, insecure=job.insecure)

    def _look_at_drafts(self, job: Job, pull: Pull) -> None:
        for file, entry in zip(pull.files, job.files, strict=True):
            entry.done = done_bytes(self._draft(file))

    def _check_room(self, pull: Pull) -> None:
        """For all that is missing at once; each transfer looks again for its own file."""
        missing = [
            file for file in pull.files if not (file.digest and self._library.has_blob(file.digest))
        ]
        needed = sum((file.size or 0) - occupied_bytes(self._draft(file)) for file in missing)
        needed += self._limits.spare_bytes
        free = self._library.own.free_bytes(self._library.root)
        if missing and needed > free:
            raise DiskFull(
                f"There is not enough room for {pull.name.short} in {self._library.root}:"
                f" {human_bytes(needed)} are needed, {human_bytes(free)} are free."
            )

    async def _fetch(
        self, pull: Pull, file: PullFile, entry: JobFile, changed: Callable[[], None]
    ) -> None:
        """Have one file in the store. Another job that fetches the same goes first."""
        lock = self._busy.setdefault(file.digest or file.url, asyncio.Lock())
        async with lock:
            if not (file.digest and self._library.has_blob(file.digest)):
                fetched = await self._transfer(pull, file, entry, changed)
                with self._library.holding(fetched.digest):
                    await self._on_thread(partial(self._keep, fetched))
                entry.digest, entry.size = fetched.digest, fetched.size
            else:
                entry.size = file.size or 0
            entry.done, entry.complete = entry.size, True
            changed()

    async def _transfer(
        self, pull: Pull, file: PullFile, entry: JobFile, changed: Callable[[], None]
    ) -> Fetched:
        loop = asyncio.get_running_loop()

        def watch(progress: Progress) -> None:
            loop.call_soon_threadsafe(_note, entry, progress, changed)

        transfer = Transfer(
            partial(pull.locate, file),
            self._draft(file),
            http=self._dialer,
            limits=self._limits,
            free_bytes=self._library.own.free_bytes,
        )
        work = loop.run_in_executor(self._threads, transfer.run, watch)
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            transfer.stop()
            await asyncio.wait({work})
            work.exception()  # that it was stopped
            raise

    def _draft(self, file: PullFile) -> Path:
        """The same for the same file, so that an interrupted one is found again."""
        folder = self._library.own.partial / DRAFTS
        if file.digest:
            return folder / file.digest.replace(":", "-")
        return folder / f"url-{hashlib.sha256(file.url.encode()).hexdigest()[:32]}"

    def _keep(self, fetched: Fetched) -> None:
        """Make a complete file a blob."""
        blob = self._library.own.blob_path(fetched.digest)
        blob.parent.mkdir(parents=True, exist_ok=True)
        os.chmod(fetched.path, 0o644)
        os.replace(fetched.path, blob)

    def _install(self, job: Job, pull: Pull) -> None:
        if pull.manifest is not None:
            self._library.write_manifest(pull.name, pull.manifest)
            return
        layers = [
            Layer(media_type=file.media_type, digest=entry.digest, size=entry.size)
            for file, entry in zip(pull.files, job.files, strict=True)
        ]
        install_blobs(self._library, pull.name, layers)

    def _named_by(self, name: ModelName) -> set[str]:
        """Digests of the model that is about to be replaced."""
        try:
            return set(digests_of(read_manifest(self._library.manifest_path(name))[0]))
        except (OSError, ModelFileInvalid):  # there is none, or it is damaged
            return set()

    async def _on_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _note(entry: JobFile, progress: Progress, changed: Callable[[], None]) -> None:
    entry.done = progress.done_bytes
    entry.size = progress.total_bytes or entry.size
    entry.waiting = progress.reason if progress.state is TransferState.WAITING else ""
    changed()


def _kind(file: PullFile) -> str:
    """A word for it."""
    if file.media_type == CONFIG_TYPE:
        return "config"
    return "model" if file.media_type == PART_TYPE else file.kind
