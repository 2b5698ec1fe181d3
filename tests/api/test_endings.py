"""What ends before its time: workers that are killed, clients that leave."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import time
from collections.abc import Iterator

import pytest
from starlette.requests import Request
from starlette.responses import Response

from desktop.api.connection import while_connected
from desktop.core.errors import RequestCanceled
from tests.api.conftest import Shelf
from tests.api.served import WAIT_S, Json, Served, children, has_ended, serving

pytestmark = pytest.mark.slow

ENDLESS: Json = {"model": "endless", "prompt": "x", "options": {"num_ctx": 32768}}
ENDLESS_CHAT: Json = {
    "model": "endless",
    "messages": [{"role": "user", "content": "x"}],
    "options": {"num_ctx": 32768},
}
ROUTES = [("/api/generate", ENDLESS), ("/api/chat", ENDLESS_CHAT)]


@pytest.fixture(scope="module")
def narrow(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service that answers one request at a time, so that one that never ends blocks it."""
    home = tmp_path_factory.mktemp("home")
    with serving(home, shelf.root, parallel=1, context_tokens=32768) as served:
        yield served


def is_free(served: Served) -> bool:
    """Whether the next request is answered: the one before it would go on for a minute."""
    body = {"model": "endless", "prompt": "x", "options": {"num_predict": 1}}
    return bool(served.whole("/api/generate", body)["done"])


@pytest.mark.parametrize(("path", "body"), ROUTES)
def test_a_client_that_leaves_a_stream_ends_the_answer(
    narrow: Served, path: str, body: Json
) -> None:
    with narrow.streaming(path, body) as lines:
        next(lines)
    assert is_free(narrow)


@pytest.mark.parametrize(("path", "body"), ROUTES)
def test_a_client_that_leaves_while_it_waits_ends_the_answer(
    narrow: Served, path: str, body: Json
) -> None:
    pid = narrow.load("script")  # a witness: requests are taken up in order
    with connected(narrow, path, body | {"stream": False}):
        while "endless:latest" not in narrow.running():
            pass
        narrow.whole("/api/generate", {"model": "script", "keep_alive": 0})
        assert has_ended(pid)
    assert is_free(narrow)


def test_a_client_that_leaves_the_queue_gives_its_place_up(narrow: Served) -> None:
    with narrow.streaming("/api/generate", ENDLESS) as lines:
        next(lines)
        with connected(narrow, "/api/generate", ENDLESS):
            narrow.running()
        next(lines)
    assert is_free(narrow)


def test_a_client_that_leaves_during_the_load_leaves_a_service_that_loads(narrow: Served) -> None:
    narrow.whole("/api/generate", {"model": "endless", "keep_alive": 0})
    narrow.empty()
    with connected(narrow, "/api/generate", ENDLESS):
        while not narrow.running():
            pass
    assert is_free(narrow)


def test_half_a_body_is_no_request(narrow: Served) -> None:
    with socket.create_connection(narrow.address, WAIT_S) as connection:
        connection.sendall(b"POST /api/chat HTTP/1.1\r\nHost: localhost\r\n")
        connection.sendall(b'Content-Length: 100\r\n\r\n{"model":')
    assert narrow.http.get("/").status_code == 200


@contextlib.contextmanager
def connected(served: Served, path: str, body: Json) -> Iterator[socket.socket]:
    """A request over a connection of its own, which is cut at the end of the block."""
    content = json.dumps(body).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    with socket.create_connection(served.address, WAIT_S) as connection:
        connection.sendall(head.encode() + b"Content-Length: %d\r\n\r\n" % len(content) + content)
        yield connection


def load_anew(served: Served) -> int:
    served.whole("/api/generate", {"model": "endless", "keep_alive": 0})
    served.empty()
    return served.load("endless")


@pytest.mark.parametrize(("path", "body"), ROUTES)
def test_a_killed_worker_ends_its_stream_with_an_error_within_a_second(
    narrow: Served, path: str, body: Json
) -> None:
    pid = load_anew(narrow)
    with narrow.streaming(path, body) as lines:
        next(lines)
        os.kill(pid, signal.SIGKILL)
        killed_at = time.monotonic()
        *_, last = lines
        took_s = time.monotonic() - killed_at
    assert took_s < 1
    assert last["code"] == "worker_died"
    assert last["error"].startswith("model runner has unexpectedly stopped: ")
    assert "done" not in last
    before = children()
    assert is_free(narrow)
    assert len(children() - before) == 1


def test_a_killed_worker_fails_a_request_that_streams_nothing(narrow: Served) -> None:
    pid = load_anew(narrow)
    with narrow.streaming("/api/generate", ENDLESS) as lines:
        next(lines)
        with connected(narrow, "/api/chat", ENDLESS_CHAT) as waiting:
            while len(narrow.http.get("/api/puna/activity/running").json()["requests"]) < 2:
                pass
            os.kill(pid, signal.SIGKILL)
            head, _, body = waiting.makefile("rb").read().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 500 ")
    assert json.loads(body)["code"] == "worker_died"
    assert is_free(narrow)


@pytest.mark.anyio
async def test_work_of_a_client_that_left_is_cancelled_and_answered_499() -> None:
    cancelled = asyncio.Event()

    async def endless(_request: Request, body: bytes) -> Response:
        assert body == b"ask"
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()
        raise AssertionError

    arrivals: Iterator[Json] = iter(
        [{"type": "http.request", "body": b"ask"}, {"type": "http.disconnect"}]
    )

    async def receive() -> Json:
        return next(arrivals)

    async def send(_message: object) -> None:
        raise AssertionError("nobody is there to be answered")

    scope: Json = {"type": "http", "method": "POST", "headers": []}
    reply = await while_connected(endless)(Request(scope, receive))
    with pytest.raises(RequestCanceled) as found:
        await reply(scope, receive, send)
    assert (found.value.status, str(found.value)) == (499, "request canceled")
    assert cancelled.is_set()
