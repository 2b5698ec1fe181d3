"""What ends before its time: streams whose worker dies, clients that leave, the server stopping."""

import json
import os
import signal
import threading
from collections.abc import Iterator

import httpx
import openai
import pytest

from tests.api.conftest import Shelf
from tests.api.openai.asking import CHAT, COMPLETIONS, RESPONSES, USER
from tests.api.served import WAIT_S, Json, Served, serving
from tests.api.test_endings import is_free, load_anew

pytestmark = pytest.mark.slow

OPTIONS = {"num_ctx": 32768}
ENDLESS: dict[str, Json] = {
    CHAT: {"messages": [USER]},
    COMPLETIONS: {"prompt": "x"},
    RESPONSES: {"input": "x"},
}
BODIES = {
    path: body | {"model": "endless", "stream": True, "options": OPTIONS}
    for path, body in ENDLESS.items()
}


@pytest.fixture(scope="module")
def narrow(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service that answers one request at a time, so that one that never ends blocks it."""
    home = tmp_path_factory.mktemp("home")
    with serving(home, shelf.root, parallel=1, context_tokens=32768) as served:
        yield served


def last_data(lines: Iterator[str]) -> tuple[list[str], Json]:
    """Names of the last events, and the data of the last one."""
    rest = [line for line in lines if line]
    names = [line.removeprefix("event: ") for line in rest if line.startswith("event: ")]
    return names, json.loads(rest[-1].removeprefix("data: "))


@pytest.mark.parametrize("path", BODIES)
def test_a_worker_that_dies_ends_a_stream_with_an_error_event(narrow: Served, path: str) -> None:
    pid = load_anew(narrow)
    with (
        httpx.Client(base_url=narrow.url, trust_env=False, timeout=WAIT_S) as http,
        http.stream("POST", path, json=BODIES[path]) as reply,
    ):
        lines = reply.iter_lines()
        next(lines)
        os.kill(pid, signal.SIGKILL)
        names, data = last_data(lines)
    assert data["error"]["code"] == "worker_died"
    assert data["error"]["type"] == "api_error"
    if path == RESPONSES:
        assert names[-2:] == ["response.failed", "error"]
        assert (data["type"], data["code"]) == ("error", "worker_died")


@pytest.mark.parametrize("path", BODIES)
def test_openai_s_client_raises_then(narrow: Served, path: str) -> None:
    pid = load_anew(narrow)
    with openai.OpenAI(base_url=f"{narrow.url}/v1", api_key="x", max_retries=0) as client:
        stream = client.post(
            path.removeprefix("/v1"), body=BODIES[path], cast_to=object, stream=True,
            stream_cls=openai.Stream[object],
        )  # fmt: skip
        events = iter(stream)
        next(events)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(openai.APIError, match="unexpectedly stopped"):
            list(events)


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize("count", [1, 3])
def test_a_client_that_leaves_ends_the_answers(narrow: Served, path: str, count: int) -> None:
    body = BODIES[path] | ({"n": count} if path != RESPONSES else {})
    with (
        httpx.Client(base_url=narrow.url, trust_env=False, timeout=WAIT_S) as http,
        http.stream("POST", path, json=body) as reply,
    ):
        next(reply.iter_lines())
    assert is_free(narrow)


def test_a_server_that_stops_ends_streams_with_error_events(
    shelf: Shelf, tmp_path_factory: pytest.TempPathFactory
) -> None:
    begun = threading.Barrier(len(BODIES) + 1)
    found: dict[str, Json] = {}

    def listen(url: str, path: str) -> None:
        with (
            httpx.Client(base_url=url, trust_env=False, timeout=WAIT_S) as http,
            http.stream("POST", path, json=BODIES[path]) as reply,
        ):
            lines = reply.iter_lines()
            next(lines)
            begun.wait(WAIT_S)
            found[path] = last_data(lines)[1]

    with serving(tmp_path_factory.mktemp("home"), shelf.root, context_tokens=32768) as served:
        listeners = [threading.Thread(target=listen, args=(served.url, path)) for path in BODIES]
        for listener in listeners:
            listener.start()
        begun.wait(WAIT_S)
    for listener in listeners:
        listener.join(WAIT_S)
    texts = [found[path]["error"]["message"] for path in BODIES]
    assert texts == ["the server is shutting down"] * len(BODIES)
