"""The soak itself: clients, kills and samples at the same time."""

import asyncio
import contextlib
import random
import time

import httpx
import psutil

from tests.soak.client import Client
from tests.soak.ledger import Ledger
from tests.soak.report import Report, Sample
from tests.soak.service import SoakService

SAMPLE_EVERY_S = 1.0
KILL_EVERY_S = (4.0, 12.0)
REST_S = 30.0


async def soak(service: SoakService, duration_s: float, seed: int, clients: int) -> Report:
    """All of it, for so long."""
    ledger, samples = Ledger(), list[Sample]()
    started_at = time.monotonic()
    until = started_at + duration_s
    async with asyncio.TaskGroup() as tasks:
        helpers = [
            tasks.create_task(_kill(service, ledger, random.Random(seed))),
            tasks.create_task(_sample(service, samples)),
        ]
        asking = [Client(service.url, ledger, seed * 1000 + n).run(until) for n in range(clients)]
        await asyncio.gather(*asking)
        for helper in helpers:
            helper.cancel()
    is_up = service.is_up
    return Report(
        ledger=ledger,
        samples=samples,
        rest=await _at_rest(service) if is_up else samples[-1],
        duration_s=time.monotonic() - started_at,
        is_up=is_up,
    )


async def _kill(service: SoakService, ledger: Ledger, dice: random.Random) -> None:
    """A worker now and then, whatever it does."""
    while service.is_up:
        await asyncio.sleep(dice.uniform(*KILL_EVERY_S))
        if workers := service.workers():
            ledger.killed()
            with contextlib.suppress(psutil.NoSuchProcess):
                dice.choice(workers).kill()


async def _sample(service: SoakService, samples: list[Sample]) -> None:
    while service.is_up:
        samples.append(_look(service))
        await asyncio.sleep(SAMPLE_EVERY_S)


def _look(service: SoakService) -> Sample:
    process = service.process
    return Sample(
        resident_bytes=process.memory_info().rss,
        handles=process.num_fds(),
        threads=process.num_threads(),
        workers=len(process.children()),
    )


async def _at_rest(service: SoakService) -> Sample:
    """After every model has been asked to leave."""
    async with httpx.AsyncClient(base_url=service.url, trust_env=False, timeout=REST_S) as http:
        for each in (await http.get("/api/ps")).json()["models"]:
            body = {"model": each["name"], "keep_alive": 0}
            await http.post("/api/generate", json=body)
        deadline = time.monotonic() + REST_S
        while service.workers() and time.monotonic() < deadline:  # noqa: ASYNC110 - a process
            await asyncio.sleep(0.1)
    return _look(service)
