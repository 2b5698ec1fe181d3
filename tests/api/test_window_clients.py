"""The clients of the status and the connect window understand the real service."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from desktop.client.activity import ActivityLog
from desktop.client.apps import Apps
from desktop.client.client import Client
from desktop.client.origins import Origins
from desktop.client.settings import SettingsCalls
from desktop.client.status import StatusBoard
from desktop.client.wire import RequestFailed, Wire
from tests.api.served import Served

Found = TypeVar("Found")


def ask(puna: Served, work: Callable[[Wire], Awaitable[Found]]) -> Found:
    async def asked() -> Found:
        async with Client(puna.url) as client:
            return await work(client.wire)

    return asyncio.run(asked())


def test_status(puna: Served) -> None:
    puna.generate("script", "x")

    async def work(wire: Wire) -> None:
        board = StatusBoard(wire)
        status = await board.now()
        model = next(each for each in status.models if each.name == "script:latest")
        assert model.memory
        assert model.memory.total_bytes > 0
        assert model.gpu_share == 0
        assert status.memory.total_bytes > status.memory.available_bytes > 0
        await board.let_go("script:latest")
        assert not next(e for e in (await board.now()).models if e.name == model.name).kept
        await board.keep("script:latest")
        assert next(e for e in (await board.now()).models if e.name == model.name).kept
        for pinned in (True, False):
            await board.pin("script:latest", pinned)
            async with asyncio.timeout(30):  # the service follows in the background
                while await is_pinned(board) != pinned:
                    pass

    async def is_pinned(board: StatusBoard) -> bool:
        return any(each.pinned for each in (await board.now()).models)

    ask(puna, work)


def test_apps_and_their_keys(puna: Served) -> None:
    async def work(wire: Wire) -> None:
        apps = Apps(wire)
        made = await apps.add("Notebook")
        more = await apps.add_key(made.id)
        assert made.key.startswith("puna_")
        assert more.key != made.key
        (app,) = [each for each in await apps.all() if each.id == made.id]
        assert [key.ending for key in app.keys] == [made.key[-4:], more.key[-4:]]
        await apps.remove_key(app.id, app.keys[0].id)
        await apps.change(app.id, blocked=True)
        (app,) = [each for each in await apps.all() if each.id == made.id]
        assert (app.blocked, len(app.keys)) == (True, 1)
        await apps.remove(app.id)
        assert made.id not in [each.id for each in await apps.all()]

    ask(puna, work)


def test_web_pages(puna: Served) -> None:
    async def work(wire: Wire) -> None:
        pages = Origins(wire)
        book = await pages.answer("https://page.example", "always")
        assert ("https://page.example", "always") in [
            (each.origin, each.answer) for each in book.decided
        ]
        book = await pages.forget("https://page.example")
        assert "https://page.example" not in [each.origin for each in book.decided]

    ask(puna, work)


def test_activity(puna: Served) -> None:
    puna.generate("script", "x")

    async def work(wire: Wire) -> None:
        log = ActivityLog(wire)
        assert (await log.latest(1))[0].model == "script:latest"
        with pytest.raises(RequestFailed):
            await log.cancel("nobody")

    ask(puna, work)

    async def stop(wire: Wire) -> None:
        log = ActivityLog(wire)
        (entry,) = [each for each in await log.running() if each.model == "endless:latest"]
        assert entry.state == "generating"
        await log.cancel(entry.id)

    with puna.streaming("/api/generate", {"model": "endless", "prompt": "x"}) as lines:
        next(lines)
        ask(puna, stop)
        *_, last = lines
    assert last["code"] == "request_canceled"


def test_settings_of_sharing(puna: Served) -> None:
    async def work(wire: Wire) -> None:
        settings = SettingsCalls(wire)
        seen = await settings.all()
        assert (seen.value("host"), seen.value("require_keys")) == ("127.0.0.1", False)
        assert seen.chosen("require_keys") is None
        seen = await settings.change(require_keys=True)
        assert seen.chosen("require_keys") is True
        seen = await settings.change(require_keys=None)
        assert seen.chosen("require_keys") is None
        with pytest.raises(RequestFailed) as refused:
            await settings.change(host="0.0.0.0", require_keys=False)
        assert refused.value.server_code == "sharing_refused"

    ask(puna, work)
