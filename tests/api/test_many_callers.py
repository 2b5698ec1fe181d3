"""Two hundred clients at once on one small model: all are answered, in a fair order."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import httpx
import psutil
import pytest

from tests.api.callers import Known, history, known
from tests.api.conftest import Shelf
from tests.api.served import Served, serving

pytestmark = pytest.mark.slow

CLIENTS = 200


async def ask_all(
    puna: Served, keys: Sequence[str], *, tokens: int = 1
) -> list[tuple[str, int, str]]:
    """Ask once for each key, all at the same time; keys, statuses and texts as they came."""
    ended: list[tuple[str, int, str]] = []
    limits = httpx.Limits(max_connections=len(keys))

    async with httpx.AsyncClient(
        base_url=puna.url, trust_env=False, timeout=60, limits=limits
    ) as http:

        async def one(key: str) -> None:
            options = {"num_predict": tokens}
            body = {"model": "endless", "prompt": "x", "stream": False, "options": options}
            reply = await http.post("/api/generate", json=body, headers={"x-api-key": key})
            ended.append((key, reply.status_code, reply.text))

        await asyncio.gather(*map(one, keys))
    return ended


def test_two_hundred_clients_are_answered_or_told(shelf: Shelf, tmp_path: Path) -> None:
    """While the model loads only some may wait; the others are told, and nobody is lost."""
    with serving(tmp_path, shelf.root, max_queue=100) as puna:
        ended = asyncio.run(ask_all(puna, ["ollama"] * CLIENTS))
        statuses = Counter(status for _, status, _ in ended)
        assert sum(statuses.values()) == CLIENTS
        assert set(statuses) <= {200, 503}
        assert statuses[200] >= 100
        assert len(history(puna, limit=1000)) == CLIENTS


def test_no_app_waits_behind_anothers_whole_queue(shelf: Shelf, tmp_path: Path) -> None:
    with serving(tmp_path, shelf.root, parallel=2) as puna, contextlib.ExitStack() as stack:
        apps: list[Known] = [stack.enter_context(known(puna, name=f"app {n}")) for n in range(4)]
        apps[0].ask("endless", options={"num_predict": 1})
        flood, *others = apps
        keys = [flood.key] * (CLIENTS - 3) + [app.key for app in others]
        ended = asyncio.run(ask_all(puna, keys, tokens=20))
        assert {status for _, status, _ in ended} == {200}
        places = [[key for key, _, _ in ended].index(app.key) for app in others]
        assert max(places) < CLIENTS * 3 // 4, places


def test_many_short_requests_leave_no_memory_behind(shelf: Shelf, tmp_path: Path) -> None:
    """Two hundred here; ten thousand are a matter of minutes, by hand."""
    with serving(tmp_path, shelf.root) as puna, known(puna) as app:
        growth = memory_growth(app, warm_up=50, requests=150)
    assert growth < 4_000_000


def memory_growth(app: Known, *, warm_up: int, requests: int) -> int:
    """Bytes that the service's process grows by, while it answers."""
    before = 0
    for number in range(warm_up + requests):
        if number == warm_up:
            before = psutil.Process().memory_info().rss
        assert app.ask("script").status_code == 200
    return psutil.Process().memory_info().rss - before
