"""A real service on a loopback socket for the tests of the API, and what they ask of it."""

import contextlib
import json
import os
import select
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil

from desktop.core import discovery
from desktop.core.paths import Paths
from desktop.core.preferences import Preferences
from desktop.host import ServiceThread
from desktop.models.found.places import Surroundings
from desktop.models.registry.endpoints import Endpoints

WAIT_S = 20.0  # for what takes milliseconds on an idle machine

Json = dict[str, Any]


class Served:
    """A running service and an HTTP client of it. Its methods may be called from any thread."""

    def __init__(self, service: ServiceThread, models: Path, discovery_file: Path) -> None:
        self._service = service
        self._discovery_file = discovery_file
        self.url = service.start()
        self.models = models
        self.http = httpx.Client(base_url=self.url, trust_env=False, timeout=WAIT_S)

    def stop(self) -> None:
        self.http.close()
        self._service.stop()

    @property
    def own(self) -> dict[str, str]:
        """Headers by which Puna's own windows are known."""
        found = discovery.read(self._discovery_file)
        assert found
        return {"x-puna-client": "desktop", "authorization": f"Bearer {found.key}"}

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.url.removeprefix("http://").rsplit(":", 1)
        return host, int(port)

    def post(self, path: str, body: Json | bytes) -> httpx.Response:
        """A body of bytes goes out as it is, without a content type."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.http.post(path, content=content)

    def refusal(self, path: str, body: Json | bytes) -> tuple[int, str]:
        """Status and text of an answer that must be an error in Ollama's envelope."""
        reply = self.post(path, body)
        assert reply.headers["content-type"] == "application/json; charset=utf-8"
        figures = reply.json().keys() - {"error", "code"}
        assert all(isinstance(reply.json()[name], int) for name in figures)
        return reply.status_code, reply.json()["error"]

    def whole(self, path: str, body: Json) -> Json:
        """The one JSON object of an answer that must succeed; greedy unless `options` differ."""
        reply = self.post(path, {"stream": False} | body)
        assert reply.status_code == 200, reply.text
        assert reply.headers["content-type"] == "application/json; charset=utf-8"
        return dict(reply.json())

    def generate(self, model: str, prompt: str, **fields: Any) -> Json:
        fields["options"] = {"temperature": 0} | fields.get("options", {})
        return self.whole("/api/generate", {"model": model, "prompt": prompt} | fields)

    def chat(self, model: str, *messages: tuple[str, str], **fields: Any) -> Json:
        said = [{"role": role, "content": content} for role, content in messages]
        fields["options"] = {"temperature": 0} | fields.get("options", {})
        return self.whole("/api/chat", {"model": model, "messages": said} | fields)

    def lines(self, path: str, body: Json) -> list[Json]:
        """All lines of a streamed answer."""
        reply = self.post(path, body)
        assert reply.status_code == 200, reply.text
        assert reply.headers["content-type"] == "application/x-ndjson"
        assert reply.text.endswith("\n")
        return [json.loads(line) for line in reply.text.splitlines()]

    @contextlib.contextmanager
    def streaming(self, path: str, body: Json) -> Iterator[Iterator[Json]]:
        """Lines as they come, over a connection of its own that is cut at the end of the block."""
        with (
            httpx.Client(base_url=self.url, trust_env=False, timeout=WAIT_S) as http,
            http.stream("POST", path, json=body) as reply,
        ):
            assert reply.status_code == 200, reply.read()
            yield map(json.loads, reply.iter_lines())

    def running(self) -> list[str]:
        """Names of the loaded models."""
        return [each["name"] for each in self.http.get("/api/ps").json()["models"]]

    def empty(self) -> None:
        """Return when no model is loaded any more."""
        deadline = time.monotonic() + WAIT_S
        while self.running():
            assert time.monotonic() < deadline

    def load(self, model: str, **fields: Any) -> int:
        """Load a model that is not loaded; returns the process id of its worker."""
        before = children()
        found = self.whole("/api/generate", {"model": model} | fields)
        assert found["done_reason"] == "load"
        (worker,) = children() - before
        return worker


@contextlib.contextmanager
def serving(
    home: Path, models: Path, endpoints: Endpoints | None = None, **settings: Any
) -> Iterator[Served]:
    """A service of its own, with these settings, until the end of the block.

    Other programs' models are looked for in the folder `user` of `home`.
    """
    given: Json = {"port": 0, "models_dir": str(models), "context_tokens": 1024}
    paths = Paths.of({"PUNA_HOME": str(home)})
    preferences = Preferences(paths.settings_file, {}, given | settings)
    machine = Surroundings(home=home / "user", environ={}, platform=sys.platform, system=home)
    service = ServiceThread(preferences, paths, machine, endpoints)
    served = Served(service, models, paths.discovery_file)
    try:
        yield served
    finally:
        served.stop()


def children() -> set[int]:
    """Process ids of all workers: the services run in the test's own process."""
    return {child.pid for child in psutil.Process().children()}


def has_ended(pid: int) -> bool:
    """Whether a process ends in time. Does not reap it, which is asyncio's job."""
    if sys.platform != "linux":
        gone, _alive = psutil.wait_procs([psutil.Process(pid)], timeout=WAIT_S)
        return bool(gone)
    try:
        end = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([end], [], [], WAIT_S)[0])
    finally:
        os.close(end)
