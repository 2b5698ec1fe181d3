"""How much an app may ask."""

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from desktop.api.apps.app import App
from desktop.api.apps.limits import Limits
from desktop.core.errors import RateLimited
from tests.api.callers import known, running, until
from tests.api.conftest import Shelf
from tests.api.served import Json, Served, serving

ENDLESS: Json = {"model": "endless", "prompt": "x"}


def limited(**fields: int) -> App:
    return App(id="1", name="Tester", created_at=0.0, **fields)  # type: ignore[arg-type]


@pytest.mark.slow
def test_more_requests_than_at_once_wait_and_then_are_refused(shelf: Shelf, tmp_path: Path) -> None:
    with (
        serving(tmp_path, shelf.root, context_tokens=32768, max_queue=1) as puna,
        known(puna, requests_at_once=1) as app,
        ThreadPoolExecutor(1) as threads,
    ):
        with app.http.stream("POST", "/api/generate", json=ENDLESS) as first:
            lines = first.iter_lines()
            next(lines)
            second = threads.submit(app.ask)
            until(lambda: len(running(puna, app.id)) == 2)
            third = app.ask()
            assert (third.status_code, third.json()["code"]) == (429, "rate_limited")
            assert third.headers["retry-after"] == "1"
            assert puna.generate("script", "x")["response"] == "Hello big world"  # others go on
            assert running(puna, app.id)[1]["state"] == "waiting"
            next(lines)
        assert second.result().json()["response"] == "Hello big world"


@pytest.mark.slow
def test_how_many_may_wait_can_be_changed_while_some_do(shelf: Shelf, tmp_path: Path) -> None:
    with (
        serving(tmp_path, shelf.root, context_tokens=32768) as puna,
        known(puna, requests_at_once=1) as app,
        ThreadPoolExecutor(1) as threads,
    ):
        with app.http.stream("POST", "/api/generate", json=ENDLESS) as first:
            lines = first.iter_lines()
            next(lines)
            second = threads.submit(app.ask)
            until(lambda: len(running(puna, app.id)) == 2)
            puna.http.patch("/api/puna/settings", json={"max_queue": 1}).raise_for_status()
            assert app.ask().status_code == 429
            next(lines)
        assert second.result().status_code == 200


def test_tokens_of_a_minute(puna: Served) -> None:
    with known(puna, tokens_per_minute=20) as app:
        assert app.ask("endless", options={"num_predict": 30}).status_code == 200
        refused = app.ask()
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
        assert "20 tokens a minute" in refused.json()["error"]
        assert 0 < int(refused.headers["retry-after"]) <= 60
        body = {"model": "script", "messages": [{"role": "user", "content": "x"}]}
        assert app.http.post("/v1/chat/completions", json=body).status_code == 429


def test_tokens_are_forgotten_after_a_minute() -> None:
    now = 0.0
    limits = Limits(max_queue=1, now=lambda: now)
    app = limited(tokens_per_minute=100)

    async def enter() -> int:
        """Seconds to wait; 0: it was let in."""
        try:
            await limits.enter(app)
        except RateLimited as error:
            return int(error.headers["retry-after"])
        limits.leave(app)
        return 0

    async def run() -> None:
        nonlocal now
        assert await enter() == 0
        limits.spend(app, 60)
        now = 10.0
        assert await enter() == 0
        limits.spend(app, 60)
        assert await enter() == 50  # then the first 60 are a minute ago
        now = 59.5
        assert await enter() == 1
        now = 60.0
        assert await enter() == 0

    asyncio.run(run())


def test_turns_are_given_in_order_and_given_back() -> None:
    limits = Limits(max_queue=10)
    app = limited(requests_at_once=2)
    order: list[int] = []

    async def one(number: int, stop: asyncio.Event) -> None:
        await limits.enter(app)
        try:
            order.append(number)
            await stop.wait()
        finally:
            limits.leave(app)

    async def run() -> None:
        stops = [asyncio.Event() for _ in range(5)]
        tasks = [asyncio.create_task(one(*each)) for each in enumerate(stops)]
        await asyncio.sleep(0)
        assert order == [0, 1]
        tasks[2].cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await tasks[2]
        stops[1].set()
        await tasks[1]
        await asyncio.sleep(0)
        assert order == [0, 1, 3]
        # The turn comes, and in the same moment its owner goes away.
        stops[0].set()
        await tasks[0]
        tasks[4].cancel()
        await asyncio.gather(tasks[4], return_exceptions=True)
        stops[3].set()
        await tasks[3]
        await asyncio.wait_for(limits.enter(app), 1)
        await asyncio.wait_for(limits.enter(app), 1)

    asyncio.run(run())


@pytest.mark.parametrize("limit", [0, 3])
def test_a_limit_that_is_not_reached_changes_nothing(limit: int) -> None:
    limits = Limits(max_queue=0)
    app = limited(requests_at_once=limit)

    async def run() -> None:
        for _ in range(3):
            await limits.enter(app)
        for _ in range(3):
            limits.leave(app)

    asyncio.run(run())
