"""Presenters without their widgets: order, pages, and what happens when things go wrong."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from desktop.client.client import Client
from desktop.ui.models.downloads import DownloadsPresenter
from desktop.ui.models.installed import InstalledPresenter
from desktop.ui.models.search import SearchPresenter
from desktop.ui.models.taking import TakingPresenter
from tests.ui.models.answers import FOUND, REPOSITORY, UNREACHABLE, download
from tests.ui.scripted_server import ScriptedServer

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("qapp")]


async def both(*works: Coroutine[Any, Any, None]) -> None:
    await asyncio.gather(*works)


async def test_the_newest_question_wins(server: ScriptedServer) -> None:
    async with Client(server.url) as client:
        presenter, seen = SearchPresenter(client), list[list[Any]]()
        presenter.found.connect(lambda products, _more: seen.append(products))
        await both(presenter.search("old"), presenter.search("new"))
    assert len(seen) == 1


async def test_pages_are_added(server: ScriptedServer) -> None:
    first = {"repositories": [REPOSITORY], "cursor": "next"}
    server.answers["GET /api/puna/search"] = first
    async with Client(server.url) as client:
        presenter, seen = SearchPresenter(client), list[tuple[int, bool]]()
        presenter.found.connect(lambda products, more: seen.append((len(products), more)))
        await presenter.search("")
        other = REPOSITORY | {"id": "maker/Other-GGUF"}
        server.answers["GET /api/puna/search"] = {"repositories": [other], "cursor": None}
        await presenter.more()
        await presenter.more()
    assert seen == [(1, True), (2, False)]


async def test_a_page_that_failed_can_be_asked_for_again(server: ScriptedServer) -> None:
    server.answers["GET /api/puna/search"] = {"repositories": [REPOSITORY], "cursor": "next"}
    async with Client(server.url) as client:
        presenter, failures = SearchPresenter(client), list[bool]()
        presenter.failed.connect(lambda _sentence, offline: failures.append(offline))
        await presenter.search("")
        whole, server.answers["GET /api/puna/search"] = (
            server.answers["GET /api/puna/search"],
            UNREACHABLE,
        )
        await presenter.more()
        server.answers["GET /api/puna/search"] = whole
        await presenter.more()
    assert failures == [True]
    assert len(presenter.products) == 2


async def test_a_repository_without_usable_files_says_so(server: ScriptedServer) -> None:
    empty = {"id": "maker/Nice-GGUF", "quantizations": []}
    server.answers["GET /api/puna/search/maker/Nice-GGUF"] = empty
    async with Client(server.url) as client:
        presenter, told = SearchPresenter(client), list[str]()
        presenter.open_failed.connect(lambda key, _sentence: told.append(key))
        await presenter.search("")
        await presenter.open(presenter.products[0])
    assert told == ["maker/Nice-GGUF"]


async def test_a_finished_download_is_told_once(server: ScriptedServer) -> None:
    async with Client(server.url) as client:
        presenter, finished = DownloadsPresenter(client), list[str]()
        presenter.finished.connect(finished.append)
        for state in ("done", "running", "done", "done"):
            server.answers["GET /api/puna/downloads/events"] = {"downloads": [download(state)]}
            await presenter.follow()
    assert finished == ["middle:4b"]  # not what was done before anybody looked


async def test_downloads_change_places(server: ScriptedServer) -> None:
    lines = [download("queued"), download("queued", id="two", source="x", model="")]
    server.answers["GET /api/puna/downloads/events"] = {"downloads": lines}
    for name in ("one", "two"):
        server.answers[f"POST /api/puna/downloads/{name}"] = download("queued")
    async with Client(server.url) as client:
        presenter = DownloadsPresenter(client)
        await presenter.follow()
        assert presenter.of("MIDDLE:4B") is presenter.downloads[0]
        await presenter.move("two", -1)
        await presenter.move("one", 7)
        await presenter.pause("one")
        await presenter.resume("one")
        await presenter.move("gone", 1)
    assert [body for _name, body in server.changes()] == [
        {"action": "move", "position": 0},
        {"action": "move", "position": 1},
        {"action": "pause"},
        {"action": "resume"},
    ]


async def test_leaving_ends_the_following(server: ScriptedServer) -> None:
    async with Client(server.url) as client:
        presenter = DownloadsPresenter(client)
        presenter.changed.connect(lambda _downloads: presenter.leave())
        with pytest.raises(asyncio.CancelledError):
            await asyncio.ensure_future(presenter.follow())
        assert not presenter.is_following


async def test_what_is_refused_is_told(server: ScriptedServer) -> None:
    server.answers["DELETE /api/delete"] = (403, {"error": "Not yours.", "code": "x"})
    async with Client(server.url) as client:
        presenter, told = InstalledPresenter(client), list[str]()
        presenter.failed.connect(told.append)
        await presenter.delete("kept:1b")
        await presenter.explain("gone:1b")
    assert told == ["Not yours."]


async def test_models_are_taken_in_one_after_the_other(server: ScriptedServer) -> None:
    server.answers["POST /api/puna/import"] = {"status": "success", "model": "m:latest"}
    server.answers["POST /api/puna/found"] = {"status": "reading", "completed": 1, "total": 2}
    server.answers["GET /api/puna/found"] = {"found": [FOUND]}
    async with Client(server.url) as client:
        presenter, events = TakingPresenter(client), list[str]()
        presenter.progressed.connect(lambda title, *_: events.append(title))
        presenter.ended.connect(lambda: events.append("end"))
        await presenter.look()
        await both(presenter.add(["/a.gguf", "/b.gguf"]), presenter.adopt(presenter.models))
    assert events == ["a.gguf", "b.gguf", "maker/Tiny", "maker/Tiny", "end"]
