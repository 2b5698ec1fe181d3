"""Downloads through the API: pulled by programs, queued by windows, from a real registry server."""

import contextlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from desktop.models.registry.endpoints import Endpoints
from tests import tiny_gguf
from tests.api.served import WAIT_S, Json, Served, serving
from tests.registry_server import RegistryServer

pytestmark = pytest.mark.slow

NAME = "library/tiny:latest"


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("weights") / "tiny.gguf"
    tiny_gguf.write_script_model(path, "Hello from afar")
    return path.read_bytes()


@pytest.fixture
def registry(weights: bytes) -> Iterator[RegistryServer]:
    with RegistryServer({NAME: {"model": weights, "license": b"MIT"}}) as server:
        yield server


@pytest.fixture
def puna(tmp_path: Path, registry: RegistryServer) -> Iterator[Served]:
    endpoints = Endpoints(bases={"registry.ollama.ai": registry.url}, hub=registry.url)
    with serving(tmp_path, tmp_path / "models", endpoints) as served:
        yield served


def statuses(lines: list[Json]) -> list[str]:
    """Each status once, in order."""
    return list(dict.fromkeys(line["status"] for line in lines))


def manifest(registry: RegistryServer) -> Json:
    return dict(json.loads(registry.manifests[NAME]))


def downloads(puna: Served) -> list[Json]:
    return list(puna.http.get("/api/puna/downloads").json()["downloads"])


def events(puna: Served) -> "contextlib.AbstractContextManager[Iterator[list[Json]]]":
    """The list after each change."""

    @contextlib.contextmanager
    def opened() -> Iterator[Iterator[list[Json]]]:
        with (
            httpx.Client(base_url=puna.url, trust_env=False, timeout=WAIT_S) as http,
            http.stream("GET", "/api/puna/downloads/events") as reply,
        ):
            yield (json.loads(line)["downloads"] for line in reply.iter_lines())

    return opened()


def until(puna: Served, state: str) -> Json:
    """The only download, as soon as it is in that state."""
    with events(puna) as lists:
        for jobs in lists:
            if jobs and jobs[0]["state"] == state:
                return jobs[0]
    raise AssertionError("the events ended")


def test_a_pulled_model_answers(puna: Served, registry: RegistryServer) -> None:
    lines = puna.lines("/api/pull", {"model": "tiny"})
    found = statuses(lines)
    assert found[0] == "pulling manifest"
    assert found[-3:] == ["verifying sha256 digest", "writing manifest", "success"]
    digests = [layer["digest"] for layer in manifest(registry)["layers"]]
    pulled = [line for line in lines if line["status"].startswith("pulling ") and "total" in line]
    assert list(dict.fromkeys(line["digest"] for line in pulled))[: len(digests)] == digests
    for line in pulled:
        assert line["status"] == f"pulling {line['digest'][7:19]}"
        assert line.get("completed", 0) <= line["total"]
    assert puna.generate("tiny", "x")["response"] == "Hello from afar"
    assert [job["state"] for job in downloads(puna)] == ["done"]


def test_a_second_pull_fetches_nothing_again(puna: Served, registry: RegistryServer) -> None:
    puna.lines("/api/pull", {"model": "tiny"})
    before = len([line for line in registry.lines if "/blobs/" in line])
    assert puna.whole("/api/pull", {"name": "TINY"}) == {"status": "success"}
    assert len([line for line in registry.lines if "/blobs/" in line]) == before


def test_a_new_version_replaces_the_old(
    puna: Served, registry: RegistryServer, weights: bytes
) -> None:
    puna.lines("/api/pull", {"model": "tiny"})
    before = {path.name for path in (puna.models / "blobs").iterdir()}
    registry.put_model(NAME, {"model": weights, "license": b"Apache-2.0"})
    found = statuses(puna.lines("/api/pull", {"model": "tiny"}))
    assert found[-2:] == ["removing unused layers", "success"]
    after = {path.name for path in (puna.models / "blobs").iterdir()}
    assert len(before - after) == 1
    assert puna.http.post("/api/show", json={"model": "tiny"}).json()["license"] == "Apache-2.0"


@pytest.mark.parametrize(
    ("body", "status", "text"),
    [
        ({}, 400, "invalid model name"),
        ({"model": "a/../b"}, 400, "invalid model name"),
        ({"model": "a\0b"}, 400, "invalid model name"),
        ({"model": "x" * 10_000}, 400, "invalid model name"),
        ({"model": "größe"}, 400, "invalid model name"),
        ({"model": "http://host/x.gguf"}, 400, "insecure protocol http"),
    ],
)
def test_names_that_nobody_is_asked_about(
    puna: Served, registry: RegistryServer, body: Json, status: int, text: str
) -> None:
    assert puna.refusal("/api/pull", body) == (status, text)
    assert registry.requests == []
    assert downloads(puna) == []
    assert not list(puna.models.glob("manifests/**/latest"))


def test_an_unknown_model(puna: Served) -> None:
    text = "pull model manifest: file does not exist"
    lines = puna.lines("/api/pull", {"model": "missing"})
    assert lines[0] == {"status": "pulling manifest"}
    assert lines[-1]["error"] == text
    assert puna.refusal("/api/pull", {"model": "missing", "stream": False}) == (500, text)


def test_a_damaged_blob_is_not_installed(puna: Served, registry: RegistryServer) -> None:
    digest = manifest(registry)["layers"][0]["digest"]
    content = registry.blobs[digest]
    registry.blobs[digest] = content[:-1] + b"?"
    last = puna.lines("/api/pull", {"model": "tiny"})[-1]
    assert last["error"].startswith("digest mismatch, file must be downloaded again")
    assert puna.http.get("/api/tags").json()["models"] == []
    registry.blobs[digest] = content
    assert puna.lines("/api/pull", {"model": "tiny"})[-1] == {"status": "success"}


def test_two_clients_share_a_download(puna: Served, registry: RegistryServer) -> None:
    ends: list[Json] = []

    def pull() -> None:
        ends.append(puna.lines("/api/pull", {"model": "tiny"})[-1])

    clients = [threading.Thread(target=pull) for _ in range(4)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert ends == [{"status": "success"}] * 4
    digest = manifest(registry)["layers"][0]["digest"]
    fetched = [seen for seen in registry.requests if digest in seen.path and seen.method == "GET"]
    assert sum(len(registry.blobs[digest]) for _ in fetched) == len(registry.blobs[digest])


def test_a_client_that_leaves_pauses_its_download(puna: Served, registry: RegistryServer) -> None:
    with registry.held(r"/blobs/"):
        with puna.streaming("/api/pull", {"model": "tiny"}) as lines:
            assert next(lines)["status"] == "pulling manifest"
            until(puna, "running")
        job = until(puna, "paused")
        assert "went away" in job["reason"]
    assert puna.lines("/api/pull", {"model": "tiny"})[-1] == {"status": "success"}
    assert len(downloads(puna)) == 1


def test_a_window_starts_pauses_and_resumes(puna: Served, registry: RegistryServer) -> None:
    with registry.held(r"/blobs/"):
        job = puna.post("/api/puna/downloads", {"model": "tiny"}).json()
        assert job["kept"] is True
        until(puna, "running")
        path = f"/api/puna/downloads/{job['id']}"
        assert puna.post(path, {"action": "pause"}).json()["state"] == "paused"
    assert puna.post(path, {"action": "resume"}).json()["state"] == "queued"
    done = until(puna, "done")
    assert done["completed"] == done["total"] > 0
    assert done["model"] == "tiny:latest"
    assert puna.http.delete(path).status_code == 200
    assert downloads(puna) == []
    assert puna.http.delete(path).status_code == 404


def test_a_window_keeps_what_a_client_gave_up(puna: Served, registry: RegistryServer) -> None:
    with registry.held(r"/blobs/"):
        with puna.streaming("/api/pull", {"model": "tiny"}) as lines:
            next(lines)
            puna.post("/api/puna/downloads", {"model": "tiny"})
        assert [job["kept"] for job in downloads(puna)] == [True]
    assert until(puna, "done")["model"] == "tiny:latest"


def test_the_order_is_the_users(puna: Served, registry: RegistryServer) -> None:
    with registry.held(r"/manifests/"):
        ids = [
            puna.post("/api/puna/downloads", {"model": name}).json()["id"]
            for name in ("one", "two", "three", "four", "five")
        ]
        puna.post(f"/api/puna/downloads/{ids[4]}", {"action": "move", "position": 0})
        assert [job["id"] for job in downloads(puna)] == [ids[4], *ids[:4]]
        status, text = puna.refusal(
            f"/api/puna/downloads/{ids[0]}", {"action": "move", "position": 9}
        )
        assert (status, text) == (400, '"position" must be between 0 and 4')
        status, text = puna.refusal(f"/api/puna/downloads/{ids[0]}", {"action": "jump"})
        assert (status, text) == (400, '"action" must be "pause", "resume" or "move"')


def test_the_list_outlives_the_program(
    tmp_path: Path, puna: Served, registry: RegistryServer
) -> None:
    with registry.held(r"/blobs/"):
        puna.post("/api/puna/downloads", {"model": "tiny"})
        until(puna, "running")
        puna.stop()
    endpoints = Endpoints(bases={"registry.ollama.ai": registry.url})
    with serving(tmp_path, tmp_path / "models", endpoints) as again:
        assert until(again, "done")["model"] == "tiny:latest"
        assert again.generate("tiny", "x")["response"] == "Hello from afar"


def test_a_plain_file_becomes_a_model(
    puna: Served, registry: RegistryServer, weights: bytes
) -> None:
    registry.hub["user/repo"] = {"Nice-Model-Q8_0.gguf": weights}
    address = f"{registry.url}/user/repo/resolve/main/Nice-Model-Q8_0.gguf"
    lines = puna.lines("/api/pull", {"model": address, "insecure": True})
    assert lines[-1] == {"status": "success"}
    (model,) = puna.http.get("/api/tags").json()["models"]
    assert model["name"] == "nice-model:Q8_0"
    assert puna.generate("nice-model:Q8_0", "x")["response"] == "Hello from afar"


def test_partial_files_are_listed_and_dropped(puna: Served, registry: RegistryServer) -> None:
    digest = manifest(registry)["layers"][0]["digest"]
    registry.fail(f"GET .*/blobs/{digest}", 403, times=1000)
    assert "error" in puna.lines("/api/pull", {"model": "tiny"})[-1]
    folder = puna.models / "partial" / "downloads"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sha256-left").write_bytes(b"x" * 5000)
    listed = puna.http.get("/api/puna/partials").json()
    assert "sha256-left" in [each["name"] for each in listed["partials"]]
    assert listed["size"] >= 5000
    assert puna.http.delete("/api/puna/partials/sha256-left").status_code == 200
    assert puna.http.delete("/api/puna/partials/sha256-left").status_code == 404
    assert puna.http.delete("/api/puna/partials/..%2F..%2Fblobs").status_code == 404
