"""Requests that are refused before a model begins to work are among the activity."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import Message, Scope

from desktop.api.activity.activity import Activity
from desktop.api.activity.entry import State
from desktop.api.activity.journal import SCHEMA, Journal
from desktop.api.activity.refusals import MAX_ALL, MAX_EACH, RefusalLog
from desktop.api.database import Database
from tests.api.callers import APPS, history, known
from tests.api.conftest import Shelf
from tests.api.served import WAIT_S, Json, Served, serving

pytestmark = pytest.mark.slow

SAID = [{"role": "user", "content": "x"}]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def locked(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service that nobody may use without a key."""
    with serving(tmp_path_factory.mktemp("locked"), shelf.root, require_keys=True) as served:
        yield served


@pytest.fixture(scope="module")
def puna(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service of our own: so many refusals a minute are recorded and no more."""
    with serving(tmp_path_factory.mktemp("refusing"), shelf.root) as served:
        yield served


@pytest.mark.parametrize(
    ("path", "body", "asked", "status", "code"),
    [
        ("/api/chat", {"model": "nobody", "messages": SAID}, "nobody", 404, "model_not_found"),
        ("/api/chat", b'{"model": "script", "messages": [', "script", 400, "invalid_request"),
        ("/api/chat", {"model": "embedder", "messages": SAID}, "embedder", 400, "not_supported"),
        (
            "/api/generate",
            {"model": "script", "prompt": "x", "options": {"temperature": "hot"}},
            "script",
            400,
            "invalid_option",
        ),
        (
            "/v1/chat/completions",
            {"stream": True, "messages": [], "model": "script"},
            "script",
            400,
            "invalid_request",
        ),
        (
            "/v1/messages",
            {"model": "no\nname", "messages": SAID},
            "no\nname",
            400,
            "invalid_request",
        ),
        ("/v1/embeddings", {"model": "nobody", "input": "x"}, "nobody", 404, "model_not_found"),
        ("/v1/messages/count_tokens", b"", "", 400, "invalid_request"),
    ],
)
def test_what_is_refused_by_a_route(
    puna: Served, path: str, body: Json | bytes, asked: str, status: int, code: str
) -> None:
    with known(puna) as app:
        content: dict[str, Any] = {"content" if isinstance(body, bytes) else "json": body}
        reply = app.http.post(path, **content)
        (entry,) = history(puna, app=app.id)
    assert (reply.status_code, entry["status"]) == (status, status), reply.text
    assert (entry["route"], entry["asked"], entry["model"]) == (path, asked, "")
    assert entry["code"] == code
    assert entry["state"] == "failed"
    assert entry["app"] == {"id": app.id, "name": "Tester", "address": "127.0.0.1"}
    assert entry["total_ms"] >= 0


def test_who_is_blocked_or_not_allowed_is_seen(puna: Served) -> None:
    with known(puna, models=["random"]) as app:
        app.ask("script")
        puna.http.patch(f"{APPS}/{app.id}", json={"blocked": True})
        app.ask("random")
        blocked, not_allowed = history(puna, app=app.id)
    assert (not_allowed["asked"], not_allowed["status"]) == ("script", 403)
    assert (blocked["asked"], blocked["status"], blocked["code"]) == ("", 403, "app_blocked")


def test_a_wrong_key_is_seen_with_its_address(locked: Served) -> None:
    body = {"model": "script", "prompt": "x"}
    locked.http.post("/api/generate", json=body)
    locked.http.post("/v1/completions", json=body, headers={"authorization": "Bearer sk-wrong"})
    wrong, none = history(locked)
    assert (none["code"], none["status"], none["dialect"]) == ("key_required", 401, "ollama")
    assert (wrong["code"], wrong["status"], wrong["dialect"]) == ("key_invalid", 401, "openai")
    assert wrong["app"] == {"id": "", "name": "127.0.0.1", "address": "127.0.0.1"}


def test_other_paths_and_polling_leave_no_trace(puna: Served) -> None:
    with known(puna) as app:
        app.http.post("/api/nothing", json={"model": "script"})
        app.http.get("/api/chat")
        app.http.post("/api/show", json={"model": "nobody"})
        app.ask()
        (entry,) = history(puna, app=app.id)
    assert entry["state"] == "done"


def test_onlookers_see_it_and_figures_do_not_count_it(shelf: Shelf, tmp_path: Path) -> None:
    with (
        serving(tmp_path, shelf.root, metrics=True) as puna,
        httpx.Client(base_url=puna.url, trust_env=False, timeout=WAIT_S) as http,
        http.stream("GET", "/api/puna/activity/events") as reply,
    ):
        lines = reply.iter_lines()
        assert next(lines) == '{"requests":[],"paused":false}'
        puna.post("/api/generate", {"model": "nobody"})
        assert '"asked":"nobody"' in next(lines)
        assert "nobody" not in puna.http.get("/metrics").text


@pytest.mark.anyio
async def test_somebody_who_never_stops_does_not_fill_the_log(tmp_path: Path) -> None:
    database = Database(tmp_path / "activity.db", SCHEMA)
    activity = Activity(Journal(database))
    now = [0.0]

    async def refuses(_scope: Scope, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    log = RefusalLog(refuses, activity, now=lambda: now[0])

    async def ask(address: str) -> None:
        scope = {"type": "http", "method": "POST", "path": "/api/chat", "client": (address, 1)}
        await log(scope, _nothing, _swallow)

    async def kept() -> int:
        found = await activity.history(limit=10_000, before=None, app="", model="")
        assert all(each["state"] == State.FAILED.value for each in found)
        return len(found)

    for _ in range(2 * MAX_EACH):
        await ask("10.0.0.1")
    assert await kept() == MAX_EACH
    for number in range(2 * MAX_ALL):
        await ask(f"10.0.1.{number}")
    assert await kept() == MAX_ALL
    now[0] = 60.0
    await ask("10.0.0.1")
    assert await kept() == MAX_ALL + 1
    activity.close()
    database.close()


async def _nothing() -> Message:
    return {"type": "http.request"}


async def _swallow(_message: Message) -> None:
    """Sent to nobody."""
