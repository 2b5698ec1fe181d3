"""The routes about newer versions: with a feed, and as a fresh Puna has them."""

import asyncio
import io
import tarfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desktop.api.connection import while_connected
from desktop.api.network.refusals import refusal
from desktop.api.puna.update import Busy, UpdateRoutes
from desktop.core.errors import AppError
from desktop.updates.source import Installation
from desktop.updates.updates import Updates, UpdateState
from tests.api.served import Served
from tests.file_server import FileServer
from tests.updates.releases import PLATFORM, Release, reach

pytestmark = pytest.mark.anyio


@pytest.fixture
def release() -> Iterator[Release]:
    with FileServer({}) as server:
        yield Release(server)


@pytest.fixture
def updates(release: Release, tmp_path: Path) -> Updates:
    return release.updates(tmp_path)


class Work:
    """What goes on beside it."""

    busy = Busy(downloads=0, requests=0)

    def __call__(self) -> Busy:
        return self.busy


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
async def http(
    updates: Updates, work: Work, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    routes = UpdateRoutes(lambda: updates, work)
    app = Starlette(
        routes=[
            Route("/", routes.now, methods=["GET"]),
            Route("/", routes.cancel, methods=["DELETE"]),
            Route("/check", routes.check, methods=["POST"]),
            Route("/download", routes.download, methods=["POST"]),
            Route("/install", while_connected(routes.install), methods=["POST"]),
        ],
        exception_handlers={AppError: _refused},
    )
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://puna") as client:
        yield client
    await updates.cancel()


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)
    return refusal(request.scope, error)


async def fetch(http: httpx.AsyncClient, updates: Updates) -> None:
    await http.post("/check")
    await http.post("/download")
    await reach(updates, UpdateState.READY)


async def test_from_the_question_to_the_file(
    http: httpx.AsyncClient, updates: Updates, release: Release
) -> None:
    assert (await http.get("/")).json() == {"state": "idle", "version": "0.1.0"}
    found = (await http.post("/check")).json()
    assert (found["state"], found["newer"], found["kind"]) == ("available", "0.2.0", "deb")
    assert found["notes"]["en"] == "Faster **answers**."
    assert found["total"] == len(release.content)
    await fetch(http, updates)
    handed = (await http.post("/install")).json()
    assert handed["how"] == "command"
    assert handed["command"] == f"sudo apt install {handed['path']}"
    assert (handed["ends"], handed["restarts"]) == (False, False)


async def test_what_goes_on_is_not_interrupted(
    http: httpx.AsyncClient, updates: Updates, work: Work
) -> None:
    await fetch(http, updates)
    work.busy = Busy(downloads=2, requests=1)
    refused = await http.post("/install")
    assert refused.status_code == 409
    assert refused.json()["code"] == "update_busy"
    assert (refused.json()["downloads"], refused.json()["requests"]) == (2, 1)
    waiting = asyncio.create_task(http.post("/install", json={"wait": True}))
    await asyncio.wait({waiting}, timeout=0.05)
    assert not waiting.done()
    work.busy = Busy(downloads=0, requests=0)
    assert (await waiting).json()["how"] == "command"


@pytest.mark.slow
async def test_what_comes_while_a_folder_is_replaced_is_waited_for(
    release: Release, tmp_path: Path
) -> None:
    place, pack = tmp_path / "puna", io.BytesIO()
    place.mkdir()
    with tarfile.open(fileobj=pack, mode="w:gz") as archive:
        folder = tarfile.TarInfo("puna")
        folder.type, folder.mode = tarfile.DIRTYPE, 0o755
        archive.addfile(folder)
    new = Release(release.server, pack.getvalue(), "tar")
    updates = new.updates(tmp_path / "updates", Installation(PLATFORM, ("tar",), place))
    await updates.check()
    updates.download()
    await reach(updates, UpdateState.READY)
    seen = [Busy(downloads=0, requests=0), Busy(downloads=1, requests=1)]
    routes = UpdateRoutes(lambda: updates, lambda: seen.pop(0) if seen else Busy(1, 0))
    reply = await routes.install(Request({"type": "http"}), b"")
    assert b'"how":"replaced"' in bytes(reply.body)
    assert not seen
    assert (tmp_path / "puna.old").is_dir()


async def test_what_is_not_there_is_refused(http: httpx.AsyncClient) -> None:
    for route in ("/download", "/install"):
        refused = await http.post(route)
        assert (refused.status_code, refused.json()["code"]) == (409, "no_update")


def test_a_puna_without_a_feed_says_so(puna: Served) -> None:
    refused = puna.post("/api/puna/update/check", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "no_update_feed")
    assert "does not know where" in refused.json()["error"]
    assert puna.http.get("/api/puna/update").json()["state"] == "failed"
