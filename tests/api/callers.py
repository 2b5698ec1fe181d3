"""Apps for tests: made over HTTP, as the settings window makes them."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from tests.api.served import WAIT_S, Json, Served

APPS, ACTIVITY = "/api/puna/apps", "/api/puna/activity"


@dataclass(frozen=True)
class Known:
    """An app with a key, and a client that sends it."""

    id: str
    key: str
    http: httpx.Client

    def ask(self, model: str = "script", path: str = "/api/generate", **fields: Any) -> Any:
        body = {"model": model, "prompt": "x", "stream": False} | fields
        return self.http.post(path, json=body)

    def chat(self, model: str, *messages: tuple[str, str], **fields: Any) -> Any:
        said = [{"role": role, "content": content} for role, content in messages]
        return self.ask(model, "/api/chat", messages=said, **fields)


@contextlib.contextmanager
def known(puna: Served, **fields: Any) -> Iterator[Known]:
    """An app for the length of the block."""
    reply = puna.http.post(APPS, json={"name": "Tester"} | fields)
    assert reply.status_code == 201, reply.text
    app, key = reply.json()["id"], reply.json()["key"]
    headers = {"authorization": f"Bearer {key}"}
    with httpx.Client(base_url=puna.url, trust_env=False, timeout=WAIT_S, headers=headers) as http:
        yield Known(app, key, http)
    puna.http.delete(f"{APPS}/{app}")


def running(puna: Served, app: str = "") -> list[Json]:
    """Requests that run now, of one app or of all."""
    found = puna.http.get(f"{ACTIVITY}/running").json()["requests"]
    return [each for each in found if not app or each["app"]["id"] == app]


def history(puna: Served, **wanted: Any) -> list[Json]:
    """Requests that are over, the newest first."""
    reply = puna.http.get(ACTIVITY, params=wanted)
    assert reply.status_code == 200, reply.text
    return list(reply.json()["requests"])


def until(condition: Callable[[], Any]) -> Any:
    """What the condition gives as soon as it is something."""
    deadline = time.monotonic() + WAIT_S
    while not (found := condition()):
        assert time.monotonic() < deadline
    return found
