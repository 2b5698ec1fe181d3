"""Who has to wait is told so: in a header and in the activity; and nobody waits behind too many."""

import contextlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.callers import known, running, until
from tests.api.conftest import Shelf
from tests.api.served import WAIT_S, Json, Served, serving

pytestmark = pytest.mark.slow

HEADER = "x-puna-queue"
SAID = [{"role": "user", "content": "x"}]
SHORT = {"options": {"num_predict": 1}}
ROUTES: list[tuple[str, Json]] = [
    ("/api/generate", {"prompt": "x"} | SHORT),
    ("/api/chat", {"messages": SAID} | SHORT),
    ("/v1/chat/completions", {"messages": SAID, "max_tokens": 1}),
    ("/v1/completions", {"prompt": "x", "max_tokens": 1}),
    ("/v1/responses", {"input": "x", "max_output_tokens": 1}),
    ("/v1/messages", {"messages": SAID, "max_tokens": 1}),
]
WHOLE = [(path, body | {"stream": False}) for path, body in ROUTES]


class Waiters:
    """Requests for one token each, which wait while somebody else is answered."""

    def __init__(self, puna: Served, threads: ThreadPoolExecutor) -> None:
        self._puna = puna
        self._threads = threads
        self._sent: list[Future[httpx.Response]] = []
        self._names: list[str] = []

    def send(self, path: str, body: Json, headers: Json | None = None, name: str = "") -> Json:
        """Ask on a thread; what the activity shows of it once it waits."""
        before = {each["id"] for each in running(self._puna)}

        def post() -> httpx.Response:
            with httpx.Client(base_url=self._puna.url, trust_env=False, timeout=WAIT_S) as http:
                return http.post(path, json={"model": "endless"} | body, headers=headers)

        def shown() -> Json | None:
            found = [each for each in running(self._puna) if each["id"] not in before]
            return found[0] if found and "queue" in found[0] else None

        self._names.append(name)
        self._sent.append(self._threads.submit(post))
        entry: Json = until(shown)
        return entry

    def replies(self) -> list[httpx.Response]:
        return [each.result() for each in self._sent]

    def in_order(self) -> list[str]:
        """The names as Puna's own clock has their ends: threads hear of them in any order."""
        ended = [reply.json()["created_at"] for reply in self.replies()]
        return [name for _, name in sorted(zip(ended, self._names, strict=True))]


@contextlib.contextmanager
def busy(home: Path, shelf: Shelf, **settings: Any) -> Iterator[tuple[Served, Waiters, Any]]:
    """A service that answers one request at a time, and does so; call the third to end that."""
    settings = {"context_tokens": 32768, "parallel": 1, "keep_alive": -1} | settings
    with (
        serving(home, shelf.root, **settings) as puna,
        ThreadPoolExecutor(16) as threads,
        contextlib.ExitStack() as stack,
    ):
        lines = stack.enter_context(
            puna.streaming("/api/generate", {"model": "endless", "prompt": "x"})
        )
        next(lines)
        yield puna, Waiters(puna, threads), stack.close


def test_every_dialect_tells_the_place(shelf: Shelf, tmp_path: Path) -> None:
    with busy(tmp_path, shelf) as (_, waiters, go_on):
        asked = [(path, body | {"stream": way}) for path, body in ROUTES for way in (True, False)]
        shown = [waiters.send(path, body)["queue"] for path, body in asked]
        assert shown == [{"for": "place", "place": n} for n in range(1, len(asked) + 1)]
        go_on()
        replies = waiters.replies()
    assert [reply.status_code for reply in replies] == [200] * len(asked)
    assert [int(reply.headers[HEADER]) for reply in replies] == [*range(1, len(asked) + 1)]


def test_who_does_not_wait_is_told_nothing(puna: Served) -> None:
    puna.generate("script", "x")
    reply = puna.post("/api/generate", {"model": "script", "prompt": "x", "stream": False})
    assert HEADER not in reply.headers


def test_places_get_better(shelf: Shelf, tmp_path: Path) -> None:
    with busy(tmp_path, shelf) as (puna, waiters, go_on):
        first, second = (waiters.send(*ROUTES[0]) for _ in range(2))
        puna.http.delete(f"/api/puna/activity/{first['id']}")
        until(lambda: [each for each in running(puna) if each.get("queue") == first["queue"]])
        (moved,) = [each for each in running(puna) if "queue" in each]
        assert moved["id"] == second["id"]
        go_on()
        refused, answered = waiters.replies()
    assert (refused.status_code, answered.status_code) == (499, 200)
    assert answered.headers[HEADER] == "2"  # as it was at its arrival


def test_the_users_own_chat_goes_first(shelf: Shelf, tmp_path: Path) -> None:
    with busy(tmp_path, shelf) as (puna, waiters, go_on), known(puna) as app:
        others = {"x-api-key": app.key}
        for number in range(4):
            waiters.send(*WHOLE[0], others, name=f"other {number}")
        for number in range(2):
            own = waiters.send(*WHOLE[1], puna.own, name=f"own {number}")
            assert own["queue"]["place"] == 1 + 2 * number  # every second turn at most
        go_on()
        order = waiters.in_order()
    assert order[:4] == ["own 0", "other 0", "own 1", "other 1"]


def test_one_more_than_may_wait_for_a_loaded_model_is_refused(shelf: Shelf, tmp_path: Path) -> None:
    with busy(tmp_path, shelf, max_queue=2) as (puna, waiters, go_on):
        for _ in range(2):
            waiters.send(*ROUTES[0])
        for path, body in ROUTES:
            refused = puna.post(path, {"model": "endless"} | body)
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "1"), path
            assert "server busy, please try again." in refused.text
        assert waiters.send(*ROUTES[0], puna.own)["queue"]["place"] == 1  # own windows may
        go_on()
        assert [reply.status_code for reply in waiters.replies()] == [200] * 3


def test_the_line_for_a_load_is_told_too(shelf: Shelf, tmp_path: Path) -> None:
    with busy(tmp_path, shelf, max_loaded_models=1) as (puna, waiters, go_on):
        head = ThreadPoolExecutor(1)
        with head:  # its turn has come, it waits for the model that makes room
            first = head.submit(puna.post, "/api/generate", {"model": "script"})
            until(lambda: len(running(puna)) == 2)
            embedding = waiters.send("/api/embed", {"model": "embedder", "input": "x"})
            loading = waiters.send("/api/generate", {"model": "random"})
            (ahead,) = [each for each in running(puna) if each["model"] == "script:latest"]
            assert ahead["queue"] == {"for": "load", "place": 1}
            assert embedding["queue"] == {"for": "load", "place": 2}
            assert loading["queue"] == {"for": "load", "place": 3}
            go_on()
            assert first.result().headers[HEADER] == "1"
        assert [reply.headers[HEADER] for reply in waiters.replies()] == ["2", "3"]
