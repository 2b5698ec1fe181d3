"""Pushing a model, as standard registries take it and as those with storage behind them do."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from desktop.core.errors import ModelFileInvalid, ModelNotFound, RequestCanceled
from desktop.models.registry.client import Registry
from desktop.models.registry.errors import (
    AccessDenied,
    NotInRegistry,
    RealmMismatch,
    RegistryAnswerInvalid,
    RegistryRefused,
    RetriesExceeded,
)
from desktop.models.registry.key import Key
from desktop.models.registry.push import Push, PushProgress
from desktop.models.registry.upload import UploadLimits
from desktop.models.store import ModelStore
from tests.models.stores import put_blob, put_json, put_manifest
from tests.registry_server import RegistryServer

WEIGHTS = bytes(range(256)) * 4
LIMITS = UploadLimits(smallest_part=300, largest_part=400, parts=2, first_pause_s=0.0)
PLACE = "/v2/library/tiny"


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    root = tmp_path / "models"
    layers = [put_blob(root, WEIGHTS), put_json(root, {"top_k": 1}, "params")]
    put_manifest(root, "tiny", layers, {"model_format": "gguf"})
    return ModelStore(root)


def pushed(store: ModelStore, registry: Registry) -> list[PushProgress]:
    told: list[PushProgress] = []
    push(store, registry).run(told.append)
    return told


def push(store: ModelStore, registry: Registry) -> Push:
    place = store.manifest_path(registry.name)
    return Push(registry, place, store.blob_path, limits=LIMITS)


def weights_digest() -> str:
    return f"sha256:{hashlib.sha256(WEIGHTS).hexdigest()}"


def test_everything_arrives(server: RegistryServer, tiny: Registry, store: ModelStore) -> None:
    server.blobs.clear()
    told = pushed(store, tiny)
    local = store.manifest_path(tiny.name).read_bytes()
    assert server.manifests["library/tiny:latest"] == local
    described = json.loads(local)
    for layer in [*described["layers"], described["config"]]:
        assert server.blobs[layer["digest"]] == store.blob_path(layer["digest"]).read_bytes()
    statuses = list(dict.fromkeys(line.status for line in told))
    assert statuses[0] == "retrieving manifest"
    assert statuses[1] == f"pushing {weights_digest()[7:19]}"
    assert statuses[-2:] == ["pushing manifest", "success"]
    assert len(statuses) == 6
    weights = [line for line in told if line.digest == weights_digest()]
    done = [line.done for line in weights]
    assert done == sorted(done)
    assert {line.total for line in weights} == {1024}
    assert (done[0], done[-1]) == (0, 1024)


def test_parts_and_their_sums(server: RegistryServer, tiny: Registry, store: ModelStore) -> None:
    server.blobs.clear()
    pushed(store, tiny)
    parts = [seen for seen in server.requests if seen.method == "PATCH"][:3]
    ranges = [seen.headers["content-range"] for seen in parts]
    assert ranges == ["0-399", "400-799", "800-1023"]
    assert {seen.headers["x-redirect-uploads"] for seen in parts} == {"1"}
    assert {seen.headers.get("transfer-encoding") for seen in parts} == {None}
    sums = b"".join(hashlib.md5(WEIGHTS[at : at + 400]).digest() for at in (0, 400, 800))
    last = next(seen for seen in server.requests if seen.method == "PUT")
    digest = weights_digest().replace(":", "%3A")
    assert last.query == f"state=a%3Db&digest={digest}&etag={hashlib.md5(sums).hexdigest()}-3"


def test_nothing_is_sent_twice(server: RegistryServer, tiny: Registry, store: ModelStore) -> None:
    pushed(store, tiny)
    server.requests.clear()
    told = pushed(store, tiny)
    assert {line.split()[0] for line in server.lines} == {"HEAD", "PUT"}
    blobs = [(line.done, line.total) for line in told if line.digest]
    assert blobs
    assert all(done == total for done, total in blobs)


def test_the_storage_behind_gets_no_token(
    server: RegistryServer, tiny: Registry, store: ModelStore
) -> None:
    server.blobs.clear()
    server.token_needed = server.uploads_elsewhere = True
    pushed(store, tiny)
    assert server.blobs[weights_digest()] == WEIGHTS
    assert len(server.files.requests) == 5
    for seen in server.files.requests:
        assert seen.method == "PUT"
        assert not {"authorization", "content-range"} & set(seen.headers)
    assert server.tokens.complaints == []


def test_layers_of_another_model_are_mounted(
    server: RegistryServer, tiny: Registry, store: ModelStore, tmp_path: Path
) -> None:
    server.blobs.clear()
    server.mountable = {"me/parent"}
    layers: list[dict[str, Any]] = [
        put_blob(store.root, WEIGHTS, **{"from": "me/parent:8b"}),
        put_blob(store.root, b"other", "license", **{"from": "elsewhere.example/me/parent"}),
        put_blob(store.root, b"third", "system", **{"from": str(tmp_path)}),
    ]
    put_manifest(store.root, "tiny", layers)
    pushed(store, tiny)
    queries = [seen.query for seen in server.requests if seen.method == "POST"]
    digest = weights_digest().replace(":", "%3A")
    assert queries == [f"mount={digest}&from=me%2Fparent", "", "", ""]
    assert weights_digest() not in server.blobs


def test_an_empty_blob(server: RegistryServer, tiny: Registry, store: ModelStore) -> None:
    layers = [put_blob(store.root, WEIGHTS), put_blob(store.root, b"", "system")]
    put_manifest(store.root, "tiny", layers)
    pushed(store, tiny)
    assert server.blobs[layers[1]["digest"]] == b""


@pytest.mark.parametrize(("status", "body"), [(500, "oops"), (429, ""), (0, "")])
def test_a_part_is_tried_again(
    server: RegistryServer, tiny: Registry, store: ModelStore, status: int, body: str
) -> None:
    server.blobs.clear()
    server.fail("PATCH", status, body, times=5)
    pushed(store, tiny)
    assert server.blobs[weights_digest()] == WEIGHTS


def test_a_part_for_the_storage_is_tried_again(
    server: RegistryServer, tiny: Registry, store: ModelStore
) -> None:
    server.blobs.clear()
    server.uploads_elsewhere = True
    server.files.fail("PUT", 503, times=5)
    pushed(store, tiny)
    assert server.blobs[weights_digest()] == WEIGHTS
    assert [line.split("/")[0] for line in server.lines].count("PATCH ") == 5


def test_tries_come_to_an_end(server: RegistryServer, tiny: Registry, store: ModelStore) -> None:
    server.blobs.clear()
    server.uploads_elsewhere = True
    server.files.fail("PUT", 500, "oops", times=99)
    with pytest.raises(RetriesExceeded, match=r"^max retries exceeded: 500: oops$") as caught:
        pushed(store, tiny)
    assert caught.value.code == "registry_retries_exceeded"
    assert len(server.files.requests) == 6


def test_no_right_to_push(
    server: RegistryServer, tiny: Registry, store: ModelStore, key: Key
) -> None:
    server.token_needed = True
    server.tokens.known_keys = set()
    with pytest.raises(AccessDenied, match=r"^unauthorized: access denied$"):
        pushed(store, tiny)
    server.tokens.realm = server.files.url
    with pytest.raises(RealmMismatch, match=r"^realm host .* does not match original host"):
        pushed(store, tiny)
    assert server.files.requests == []
    assert key.public not in str(server.requests)


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        ("POST", 403, RegistryRefused),
        ("POST", 202, RegistryAnswerInvalid),  # says no place
        ("POST", 302, RegistryAnswerInvalid),
        ("PATCH", 404, NotInRegistry),
        ("PATCH", 302, RegistryAnswerInvalid),
        ("PUT .*uploads", 400, RegistryRefused),
        ("PUT .*manifests", 413, RegistryRefused),
        ("PUT .*manifests", 301, RegistryAnswerInvalid),
    ],
)
def test_the_registry_does_not_take_it(
    server: RegistryServer,
    tiny: Registry,
    store: ModelStore,
    path: str,
    status: int,
    error: type[Exception],
) -> None:
    server.blobs.clear()
    server.manifests.clear()
    server.fail(path, status, Content_Type="text/plain")
    with pytest.raises(error):
        pushed(store, tiny)
    assert server.manifests == {}


def test_stopped_in_the_middle(server: RegistryServer, tiny: Registry, store: ModelStore) -> None:
    server.blobs.clear()
    server.manifests.clear()
    sending = push(store, tiny)

    def watch(told: PushProgress) -> None:
        if told.done >= 400:
            sending.stop()

    with pytest.raises(RequestCanceled):
        sending.run(watch)
    assert weights_digest() not in server.blobs
    assert server.manifests == {}


def test_a_model_that_is_not_here(
    server: RegistryServer, tiny: Registry, store: ModelStore
) -> None:
    store.manifest_path(tiny.name).unlink()
    told: list[PushProgress] = []
    with pytest.raises(ModelNotFound, match="model 'tiny:latest' not found"):
        push(store, tiny).run(told.append)
    statuses = [line.status for line in told]
    assert statuses == ["retrieving manifest", "couldn't retrieve manifest"]
    assert server.requests == []


@pytest.mark.parametrize("content", [None, b"short"])
def test_a_blob_that_is_damaged(
    server: RegistryServer, tiny: Registry, store: ModelStore, content: bytes | None
) -> None:
    blob = store.blob_path(weights_digest())
    blob.unlink()
    if content:
        blob.write_bytes(content)
    with pytest.raises(ModelFileInvalid, match=weights_digest()[7:]):
        pushed(store, tiny)
    assert server.requests == []


def test_a_blob_that_shrinks_meanwhile(
    server: RegistryServer, tiny: Registry, store: ModelStore
) -> None:
    server.blobs.clear()

    def watch(told: PushProgress) -> None:
        if told.done == 400:
            store.blob_path(weights_digest()).write_bytes(b"short")

    with pytest.raises(ModelFileInvalid, match="was changed while it was sent"):
        push(store, tiny).run(watch)
