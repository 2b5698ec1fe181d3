"""Workers that are killed in everything they do; the next request finds a new one."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from desktop.core.errors import ModelLoadFailed, WorkerDied
from desktop.engine.asks import Ask
from desktop.engine.engine import Engine
from desktop.engine.events import Piece, Reading
from desktop.models.store import InstalledModel
from tests.api.conftest import Shelf
from tests.api.served import Json, Served, has_ended, serving
from tests.engine.models import install_script
from tests.faults.engines import DEADLINE_S, freeze, pid_of, running, say, until

pytestmark = pytest.mark.slow

USER = {"role": "user", "content": "x"}
FAR = {"options": {"num_predict": 30_000, "num_ctx": 32_768}}
ENDLESS: list[tuple[str, Json]] = [
    ("/api/generate", {"prompt": "x"} | FAR),
    ("/api/chat", {"messages": [USER]} | FAR),
    ("/v1/completions", {"prompt": "x", "max_tokens": 30_000}),
    ("/v1/chat/completions", {"messages": [USER], "max_tokens": 30_000}),
    ("/v1/responses", {"input": "x", "max_output_tokens": 30_000}),
    ("/v1/messages", {"messages": [USER], "max_tokens": 30_000}),
]
ANSWERS: list[tuple[str, Json]] = [
    (path, body | {"model": "endless", "stream": stream})
    for path, body in ENDLESS
    for stream in (False, True)
]
LONG = ["a b c " * 40] * 40
OTHERS: list[tuple[str, Json]] = [
    ("/api/embed", {"model": "endless", "input": LONG}),
    ("/v1/embeddings", {"model": "endless", "input": LONG}),
]


@pytest.fixture
def wide(shelf: Shelf, tmp_path: Path) -> Iterator[Served]:
    """A service that answers everything at the same time."""
    with serving(tmp_path, shelf.root, parallel=len(ANSWERS), context_tokens=32768) as served:
        yield served


def answered(served: Served, path: str, body: Json) -> tuple[int, str, bytes]:
    """Status, content type and all of an answer, over a connection of its own."""
    with httpx.Client(base_url=served.url, trust_env=False, timeout=DEADLINE_S) as http:
        reply = http.post(path, json=body)
        return reply.status_code, reply.headers["content-type"], reply.content


def test_all_that_is_in_flight_is_told_in_its_own_words(wide: Served) -> None:
    """One kill, and fourteen requests of three dialects that streamed, waited, or embedded."""
    pid = wide.load("endless", options={"num_ctx": 32_768})
    with ThreadPoolExecutor(len(ANSWERS) + len(OTHERS)) as threads:
        asked: list[tuple[str, bool, Future[tuple[int, str, bytes]]]] = [
            (path, bool(body.get("stream")), threads.submit(answered, wide, path, body))
            for path, body in ANSWERS + OTHERS
        ]
        while count_running(wide) < len(asked):
            pass
        os.kill(pid, signal.SIGKILL)
        ends = [(path, stream, future.result()) for path, stream, future in asked]
    for path, stream, (status, kind, content) in ends:
        assert b"unexpectedly stopped" in content, (path, content[-300:])
        assert b"worker_died" in content or path == "/v1/messages", (path, content[-300:])
        assert status in (500, 200 if stream else 500), path  # 500: before its first piece
        assert kind.startswith(expected_type(path, status == 200)), path
    assert wide.generate("endless", "x", options={"num_predict": 3})["eval_count"] == 3


def count_running(served: Served) -> int:
    found = served.http.get("/api/puna/activity/running", headers=served.own).json()
    return len(found["requests"])


def expected_type(path: str, stream: bool) -> str:
    if not stream:
        return "application/json"
    return "application/x-ndjson" if path.startswith("/api/") else "text/event-stream"


def test_killed_while_it_loads(tmp_path: Path) -> None:
    async def main() -> None:
        async with running() as engine:
            model = install_script(tmp_path, "a", "hello you")
            asking = asyncio.create_task(say(engine, model))
            await until(lambda: engine.runners and engine.runners[0].process.pid)
            os.kill(pid_of(engine), signal.SIGKILL)
            with contextlib.suppress(ModelLoadFailed):  # unless it is tried once more
                assert await asyncio.wait_for(asking, DEADLINE_S) == "hello you"
            assert await say(engine, model) == "hello you"

    asyncio.run(main())


def test_killed_while_it_reads_a_prompt(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(context_tokens=60_000) as engine:
            model = install_script(tmp_path, "a", "a b c", eos=False, context=65_536)
            ask = Ask(model=model, prompt="far too long " * 4000)
            reading = asyncio.Event()

            async def read() -> None:
                async for event in engine.answer(ask):
                    if isinstance(event, Reading):
                        reading.set()

            asking = asyncio.create_task(read())
            await asyncio.wait_for(reading.wait(), DEADLINE_S)
            os.kill(pid_of(engine), signal.SIGKILL)
            with pytest.raises(WorkerDied, match="SIGKILL"):
                await asyncio.wait_for(asking, DEADLINE_S)
            assert (await say(engine, model, num_predict=3)).startswith("a b")

    asyncio.run(main())


def test_killed_while_nobody_asks(tmp_path: Path) -> None:
    async def main() -> None:
        async with running() as engine:
            model = install_script(tmp_path, "a", "hello you")
            assert await say(engine, model) == "hello you"
            os.kill(pid_of(engine), signal.SIGKILL)
            await until(lambda: not engine.runners)
            assert await say(engine, model) == "hello you"

    asyncio.run(main())


def test_killed_at_the_very_moment_of_a_request(tmp_path: Path) -> None:
    """Nobody has seen its end yet: the request is told, or a new worker answers it."""

    async def main() -> None:
        async with running() as engine:
            model = install_script(tmp_path, "a", "hello you")
            for _ in range(3):
                assert await say(engine, model) == "hello you"
                os.kill(pid_of(engine), signal.SIGKILL)
                with contextlib.suppress(WorkerDied):
                    assert await asyncio.wait_for(say(engine, model), DEADLINE_S) == "hello you"

    asyncio.run(main())


def test_killed_while_it_is_unloaded(tmp_path: Path) -> None:
    async def main() -> None:
        async with running() as engine:
            model = install_script(tmp_path, "a", "hello you")
            assert await say(engine, model) == "hello you"
            leaving = pid_of(engine)
            engine.unload(model)
            os.kill(leaving, signal.SIGKILL)
            assert await asyncio.wait_for(asked_until_answered(engine, model), DEADLINE_S)
            assert has_ended(leaving)
            assert pid_of(engine) != leaving

    asyncio.run(main())


async def asked_until_answered(engine: Engine, model: InstalledModel) -> str:
    while True:
        with contextlib.suppress(WorkerDied):
            return await say(engine, model)


def test_a_worker_that_will_not_leave_is_ended(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with running() as engine:
            model = install_script(tmp_path, "a", "hello you")
            assert await say(engine, model) == "hello you"
            pid = pid_of(engine)
            freeze(pid)
            engine.unload(model)
            await until(lambda: engine.runners[0].retiring)
            assert await asyncio.wait_for(say(engine, model), DEADLINE_S) == "hello you"
            assert has_ended(pid)

    asyncio.run(main())
    assert any("stayed for 2 s and was ended" in each.message for each in caplog.records)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGSEGV, signal.SIGABRT])
def test_other_ends_have_their_own_words(tmp_path: Path, number: signal.Signals) -> None:
    async def main() -> Any:
        async with running(context_tokens=30_000) as engine:
            model = install_script(tmp_path, "a", "a b c", eos=False, context=32_768)
            started = asyncio.Event()

            async def listen() -> None:
                async for event in engine.answer(Ask(model=model, prompt="x")):
                    if isinstance(event, Piece):
                        started.set()

            asking = asyncio.create_task(listen())
            await asyncio.wait_for(started.wait(), DEADLINE_S)
            os.kill(pid_of(engine), number)
            with pytest.raises(WorkerDied) as error:
                await asyncio.wait_for(asking, DEADLINE_S)
            return str(error.value)

    told = asyncio.run(main())
    assert f"({number.name})" in told
    assert "memory" not in told
    assert "Fatal Python error" not in told
