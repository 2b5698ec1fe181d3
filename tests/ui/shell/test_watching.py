"""What the tray knows, against a real service."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import httpx
import msgspec
import pytest
from PySide6.QtCore import QLocale

from desktop.client.answers import Beside, LoadedModel
from desktop.client.client import Client
from desktop.client.plan import Plan, Step
from desktop.client.watch import Asker, Request
from desktop.ui.shell.watching import Doing, Seen, ServerWatch
from tests.api.served import Served

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
WAIT_S = 20.0
MODEL = LoadedModel("m:latest", 10, 0, datetime(2026, 1, 1, tzinfo=UTC))


class Onlooker:
    """Waits for what the watch tells."""

    def __init__(self, watch: ServerWatch) -> None:
        self.watch = watch
        self.doings: list[Doing] = []
        self.told: list[str] = []
        self._changed = asyncio.Event()
        watch.changed.connect(self._on_changed)
        watch.lost.connect(lambda: self._on_told("lost"))
        watch.page_asked.connect(self._on_told)
        watch.did_not_fit.connect(lambda model, app: self._on_told(model))
        watch.fitted.connect(lambda model, what: self._on_told(f"{model}: {what}"))

    def _on_changed(self, seen: Seen) -> None:
        self.doings.append(seen.doing)
        self._changed.set()

    def _on_told(self, what: str) -> None:
        self.told.append(what)
        self._changed.set()

    async def until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(WAIT_S):
            while not holds():
                self._changed.clear()
                await self._changed.wait()


@asynccontextmanager
async def watching(url: str) -> AsyncIterator[Onlooker]:
    async with Client(url, name="desktop") as client:
        watch = ServerWatch(client)
        onlooker = Onlooker(watch)
        task = asyncio.ensure_future(watch.run())
        yield onlooker
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def asking(served: Served, **headers: str) -> AsyncIterator[None]:
    """Somebody is being answered."""
    body = {"model": "endless", "prompt": "x", "options": {"num_predict": -1}}
    async with (
        httpx.AsyncClient(base_url=served.url, trust_env=False, timeout=WAIT_S) as http,
        http.stream("POST", "/api/generate", json=body, headers=headers),
    ):
        yield


async def test_a_request_of_another_program_is_told_from_ones_own(served: Served) -> None:
    async with watching(served.url) as onlooker:
        await onlooker.until(lambda: onlooker.watch.seen.recent)
        assert set(onlooker.watch.seen.recent) == {"script:latest", "endless:latest"}
        async with asking(served):
            await onlooker.until(lambda: onlooker.watch.seen.doing is Doing.SERVING)
            await onlooker.until(lambda: onlooker.watch.seen.loaded)
            assert onlooker.watch.seen.served
        async with asking(served, **served.own):
            await onlooker.until(lambda: onlooker.watch.seen.doing is Doing.ANSWERING)
        await onlooker.until(lambda: onlooker.watch.seen.doing is Doing.IDLE)
        assert onlooker.watch.seen.recent == ("script:latest",)
        assert onlooker.watch.seen.memory_bytes > 0


async def test_a_model_is_loaded_and_unloaded_and_serving_paused(served: Served) -> None:
    async with watching(served.url) as onlooker:
        watch = onlooker.watch
        await watch.load("script")
        await onlooker.until(lambda: watch.seen.loaded)
        await watch.unload("script")
        await onlooker.until(lambda: not watch.seen.loaded)
        await watch.pause(True)
        await onlooker.until(lambda: watch.seen.doing is Doing.PAUSED)
        await watch.pause(False)
        await onlooker.until(lambda: watch.seen.doing is Doing.IDLE)


@pytest.mark.parametrize("name", ["script:latest", "endless:latest"])
async def test_what_was_used_last_is_offered_first(served: Served, name: str) -> None:
    async with watching(served.url) as onlooker:
        watch = onlooker.watch
        await watch.load(name)
        await onlooker.until(lambda: watch.seen.loaded)
        await watch.unload(name)
        watch.refresh()
        await onlooker.until(lambda: watch.seen.recent[:1] == (name,))


async def test_a_web_page_that_was_refused_is_told_once(served: Served) -> None:
    async with watching(served.url) as onlooker:
        for _ in range(2):
            page = {"origin": "https://chat.example"}
            assert served.http.get("/api/tags", headers=page).status_code == 403
        await onlooker.until(lambda: onlooker.told)
        assert onlooker.told == ["https://chat.example"]


async def test_a_server_that_ends_is_lost_once(served: Served) -> None:
    async with watching(served.url) as onlooker:
        await onlooker.until(lambda: onlooker.watch.seen.recent)
        await asyncio.to_thread(served.stop)
        await onlooker.until(lambda: onlooker.told)
        assert onlooker.told == ["lost"]
        assert onlooker.watch.seen.doing is Doing.PROBLEM
        onlooker.watch.look_again()


def test_what_the_icon_tells_of_several_things_at_once() -> None:
    own = Request("1", "m:latest", Asker("puna", "Puna"), "generating")
    other = Request("2", "m:latest", Asker("x", "Zed"), "reading")
    first = Request("3", "new:latest", Asker("x", "Zed"), "waiting")
    seen = Seen("http://u", loaded=(MODEL,), running=(own, other, first), paused=True)
    assert seen.doing is Doing.ANSWERING
    assert seen.served == ("Zed",)
    assert Seen("http://u", loaded=(MODEL,), running=(other, first)).doing is Doing.SERVING
    assert Seen("http://u", running=(first,)).doing is Doing.LOADING
    assert Seen("http://u", paused=True).doing is Doing.PAUSED
    assert Seen("http://u", problem="gone", running=(own,)).doing is Doing.PROBLEM


async def test_a_model_that_was_made_to_fit_is_told_once() -> None:
    QLocale.setDefault(QLocale("en"))
    left, shorter = Step("leave"), {"context_tokens": 8192, "usual_tokens": 32768}
    steps = [left, Step("context", "shorter", shorter)]
    async with Client("http://127.0.0.1:1") as client:
        onlooker = Onlooker(ServerWatch(client))
        for plan in (Plan(steps=[left]), Plan(steps=steps), Plan(steps=steps), Plan()):
            model = msgspec.structs.replace(MODEL, puna=Beside(plan))
            onlooker.watch._tell_fitted((model,))
    assert onlooker.told == [
        "m:latest: To make it fit: its context has 8,192 tokens instead of 32,768."
    ]
