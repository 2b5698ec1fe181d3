"""One large file from a server on this machine: Puna's transfer beside `curl`, in turn.

Puna's side hashes the file, and returns when the disk has it; curl does neither, so it is timed
twice: as it is, and with `sync` for its file afterwards.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from desktop.models.downloads.remote import RemoteFile
from desktop.models.downloads.transfer import Transfer
from tests.bench.figures import Bar, Figure, Limit
from tests.bench.plan import Plan
from tests.bench.process import ServerFailed, ServerProcess, free_address
from tests.bench.puna_server import ROOT

SIZE_BYTES = 2 * 10**9
BLOCK_BYTES = 10**7
LIMIT = Limit(Bar.RATIO, 0.9)


async def downloads(plan: Plan) -> list[Figure]:
    curl = shutil.which("curl")
    if curl is None:
        raise ServerFailed("there is no curl to compare downloads with")
    return await asyncio.to_thread(measured, curl, plan.rounds)


def measured(curl: str, rounds: int) -> list[Figure]:
    """The first pair is for warming up: it also leaves pages of memory behind for the others."""
    ours, plain, synced = [], [], []
    with TemporaryDirectory(prefix="puna-bench-") as name, file_server(Path(name)) as server:
        server.wait_for("/", 30)
        url = f"http://{server.address.host}:{server.address.port}/"
        for turn in range(rounds + 1):
            pair = [curl_s, puna_s] if turn % 2 else [puna_s, curl_s]
            times = {measure: measure(url, Path(name), curl) for measure in pair}
            (ours_s, _), (plain_s, synced_s) = times[puna_s], times[curl_s]
            if turn:
                ours.append(SIZE_BYTES / 1e6 / ours_s)
                plain.append(SIZE_BYTES / 1e6 / plain_s)
                synced.append(SIZE_BYTES / 1e6 / synced_s)
    note = "on the left curl; Puna hashes and waits for the disk, curl does not"
    return [
        Figure(name="2 GB download", unit="MB/s", puna=ours, llama=plain, limit=LIMIT, note=note),
        Figure(
            name="2 GB download to the disk",
            unit="MB/s",
            puna=ours,
            llama=synced,
            note="on the left curl and sync, so that both wait for the disk",
        ),
    ]


def file_server(folder: Path) -> ServerProcess:
    """Serves `SIZE_BYTES` of random content."""
    source = folder / "source"
    with source.open("wb") as file:
        for _ in range(SIZE_BYTES // BLOCK_BYTES):
            file.write(os.urandom(BLOCK_BYTES))
        os.fsync(file.fileno())
    address = free_address()
    command = [sys.executable, "-m", "tests.file_server", str(source), str(address.port)]
    log = folder / "files.log"
    return ServerProcess(command, address, log=log, environ=os.environ, folder=ROOT)


def curl_s(url: str, folder: Path, curl: str) -> tuple[float, float]:
    """Seconds until curl is done, and until its file is on the disk."""
    target = folder / "curl"
    began_s = time.perf_counter()
    subprocess.run([curl, "-s", "--noproxy", "*", "-o", str(target), url], check=True)
    done_s = time.perf_counter() - began_s
    with target.open("rb") as file:
        os.fsync(file.fileno())
    synced_s = time.perf_counter() - began_s
    if target.stat().st_size != SIZE_BYTES:
        raise ServerFailed("curl did not fetch the whole file")
    target.unlink()
    return done_s, synced_s


def puna_s(url: str, folder: Path, curl: str) -> tuple[float, float]:
    """Seconds until the file is hashed and on the disk, twice."""
    target = folder / "puna.part"
    began_s = time.perf_counter()
    fetched = Transfer(lambda: RemoteFile(url=url), target).run(lambda progress: None)
    done_s = time.perf_counter() - began_s
    if fetched.size != SIZE_BYTES:
        raise ServerFailed("Puna did not fetch the whole file")
    target.unlink()
    return done_s, done_s
