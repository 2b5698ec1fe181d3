"""Measures Puna's server by itself, no model loaded: how soon it answers, and what it costs to
have it running.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psutil

from tests.bench.figures import Bar, Figure, Limit
from tests.bench.plan import Plan
from tests.bench.process import ServerProcess
from tests.bench.puna_server import prepare_home, puna_server

START_LIMIT = Limit(Bar.VALUE, 0.8, at_most=True)
MEMORY_LIMIT = Limit(Bar.VALUE, 60, at_most=True)
CPU_LIMIT = Limit(Bar.VALUE, 0.1, at_most=True)
STARTS = 5
STATUS_LIMIT = Limit(Bar.VALUE, 5, at_most=True)
POLLS = 200
POLL_EVERY_S = 0.55  # sooner, the same figures would be given again
SETTLE_S = 3.0
WATCH_S = 15.0


async def start(plan: Plan) -> list[Figure]:
    """From the start of the process to the first 200 of `/api/version`, asked every 5 ms."""
    with TemporaryDirectory(prefix="puna-bench-") as home:
        prepare_home(Path(home), plan.terms.model)
        times = []
        for _ in range(STARTS + 1):
            with puna_server(Path(home)) as process:
                times.append(process.wait_for("/api/version", 60))
    after_first = times[1:]  # the first one compiles Python files
    return [Figure(name="start to /api/version", unit="s", puna=after_first, limit=START_LIMIT)]


async def idle(plan: Plan) -> list[Figure]:
    memory_mb, cpu_percent = [], []
    with idle_server(plan.terms.model) as process:
        for _ in range(min(plan.rounds, 3)):
            used_s = cpu_s(process.pid)
            began_s = time.perf_counter()
            await asyncio.sleep(WATCH_S)
            watched_s = time.perf_counter() - began_s
            cpu_percent.append(100 * (cpu_s(process.pid) - used_s) / watched_s)
            memory_mb.append(resident_mb(process.pid))
    return [
        Figure(name="idle server, memory", unit="MB RSS", puna=memory_mb, limit=MEMORY_LIMIT),
        Figure(
            name="idle server, processor", unit="% of a core", puna=cpu_percent, limit=CPU_LIMIT
        ),
    ]


async def status(plan: Plan) -> list[Figure]:
    """What one look at everything costs, HTTP included."""
    with idle_server(plan.terms.model) as process:
        host, port = process.address
        async with httpx.AsyncClient(base_url=f"http://{host}:{port}", trust_env=False) as http:
            (await http.get("/api/puna/status")).raise_for_status()
            await asyncio.sleep(SETTLE_S)  # llama.cpp is asked for its devices, once
            used_s = cpu_s(process.pid)
            for _ in range(POLLS):
                await http.get("/api/puna/status")
                await asyncio.sleep(POLL_EVERY_S)
            cost_ms = 1e3 * (cpu_s(process.pid) - used_s) / POLLS
    return [Figure(name="one status", unit="ms CPU", puna=[cost_ms], limit=STATUS_LIMIT)]


@contextmanager
def idle_server(model: Path) -> Iterator[ServerProcess]:
    with TemporaryDirectory(prefix="puna-bench-") as home:
        prepare_home(Path(home), model)
        with puna_server(Path(home)) as process:
            process.wait_for("/api/version", 60)
            time.sleep(SETTLE_S)
            yield process


def family(pid: int) -> list[psutil.Process]:
    head = psutil.Process(pid)
    return [head, *head.children(recursive=True)]


def resident_mb(pid: int) -> float:
    """Resident memory of a process and its children, in units of 2**20 bytes as `ps` counts."""
    return float(sum(process.memory_info().rss for process in family(pid))) / 2**20


def cpu_s(pid: int) -> float:
    """Processor time of a process and its children. Linux tells nanoseconds, psutil ticks of 10 ms:
    too coarse for a bar of 15 ms in 15 s.
    """
    total = 0.0
    for process in family(pid):
        threads = list(Path(f"/proc/{process.pid}/task").glob("*/schedstat"))
        if threads:
            total += sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9
        else:
            times = process.cpu_times()
            total += times.user + times.system
    return total
