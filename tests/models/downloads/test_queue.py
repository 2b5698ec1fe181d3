"""The queue with its real work: what it does when the disk is full, and who goes first."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from desktop.models.downloads.jobs import Job, JobState
from desktop.models.downloads.pulling import Pulling
from desktop.models.downloads.queue import DownloadQueue
from desktop.models.hub_http import make_client
from desktop.models.library import Library
from desktop.models.registry.endpoints import Endpoints
from desktop.models.registry.key import Key
from desktop.models.registry.resolve import Resolver
from desktop.models.store import ModelStore
from tests import tiny_gguf
from tests.file_server import FileServer
from tests.registry_server import RegistryServer

pytestmark = pytest.mark.slow

NAME = "library/tiny:latest"
PLENTY = 2**40


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[RegistryServer]:
    tiny_gguf.write_script_model(tmp_path / "tiny.gguf", "x")
    content = (tmp_path / "tiny.gguf").read_bytes()
    with RegistryServer({NAME: {"model": content, "license": b"MIT"}}) as server:
        yield server


@contextlib.asynccontextmanager
async def running(
    home: Path, registry: RegistryServer, free: Callable[[Path], int]
) -> AsyncIterator[DownloadQueue]:
    """A queue, on a disk with so much room."""
    library = Library(ModelStore(home / "models", free_bytes=free))
    endpoints = Endpoints(bases={"registry.ollama.ai": registry.url})
    with make_client() as http, ThreadPoolExecutor(4) as threads:
        resolver = Resolver(Key(home / "keys"), http, endpoints=endpoints)
        work = Pulling(library, resolver, threads)
        queue = DownloadQueue(home / "downloads.json", work, disk_check_s=0.05)
        task = asyncio.create_task(queue.run())
        try:
            yield queue
        finally:
            task.cancel()
            await asyncio.wait({task})


async def until(queue: DownloadQueue, job: Job, state: JobState) -> None:
    async with asyncio.timeout(20), contextlib.aclosing(queue.changes(at_most_every_s=0)) as all_of:
        async for _ in all_of:
            if job.state is state:
                return


def test_too_little_room_is_said_with_both_numbers(
    tmp_path: Path, registry: RegistryServer
) -> None:
    async def run() -> None:
        async with running(tmp_path, registry, lambda _folder: 1000) as queue:
            job = queue.start("tiny", insecure=False, kept=True)
            await until(queue, job, JobState.FAILED)
            assert job.code == "disk_full"
            assert job.reason.endswith(": 17 MB are needed, 1.0 KB are free.")
            assert not [line for line in registry.lines if "/blobs/" in line]
            assert not list((tmp_path / "models" / "partial").rglob("sha256*"))

    asyncio.run(run())


def test_a_download_goes_on_by_itself_when_there_is_room_again(
    tmp_path: Path, registry: RegistryServer
) -> None:
    """Its beginning is on the disk already; nothing of it is fetched again."""
    content = registry.blobs[json.loads(registry.manifests[NAME])["layers"][0]["digest"]]
    room = PLENTY

    async def run(server: FileServer) -> None:
        nonlocal room
        async with running(tmp_path, registry, lambda _folder: room) as queue:
            job = queue.start(f"{server.url}/tiny-Q8_0.gguf", insecure=True, kept=True)
            async with contextlib.aclosing(queue.changes(at_most_every_s=0)) as changes:
                async for _ in changes:
                    if job.done_bytes:
                        break
            queue.pause(job.id)
            room = 1000
            queue.resume(job.id)
            await until(queue, job, JobState.WAITING)
            assert job.code == "disk_full"
            assert job.done_bytes
            room, server.rate = PLENTY, None
            await until(queue, job, JobState.DONE)
            assert ModelStore(tmp_path / "models").find("tiny:Q8_0").weights.read_bytes() == content

    with FileServer({"/tiny-Q8_0.gguf": content}) as server:
        server.rate, server.chunk_bytes = 200_000, 4096
        asyncio.run(run(server))
    assert server.sent_bytes < len(content) + 2 * 65536


def test_who_wants_a_download_that_is_just_stopping_gets_it(
    tmp_path: Path, registry: RegistryServer
) -> None:
    content = registry.blobs[json.loads(registry.manifests[NAME])["layers"][0]["digest"]]

    async def run(server: FileServer) -> None:
        source = f"{server.url}/tiny-Q8_0.gguf"
        async with running(tmp_path, registry, lambda _folder: PLENTY) as queue:
            job = queue.start(source, insecure=True, kept=False)
            async with contextlib.aclosing(queue.changes(at_most_every_s=0)) as changes:
                async for _ in changes:
                    if job.done_bytes:
                        break
            queue.pause(job.id)
            assert queue.start(source, insecure=True, kept=False) is job
            assert job.state is JobState.QUEUED
            server.rate = None
            await until(queue, job, JobState.DONE)

    with FileServer({"/tiny-Q8_0.gguf": content}) as server:
        server.rate, server.chunk_bytes = 200_000, 4096
        asyncio.run(run(server))
