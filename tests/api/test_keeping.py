"""Copying and deleting models, and uploading blobs; `/v1/models`."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.conftest import Shelf
from tests.api.served import Served, serving
from tests.models.stores import put_blob, put_manifest

pytestmark = pytest.mark.slow


@pytest.fixture
def own(tmp_path: Path, shelf: Shelf) -> Iterator[Served]:
    """A service on a store that may be changed, with one model."""
    root = tmp_path / "models"
    weights = put_blob(root, (shelf.root / "blobs" / _name(shelf.weights("script"))).read_bytes())
    put_manifest(root, "first", [weights])
    with serving(tmp_path, root) as served:
        yield served


def _name(layer: dict[str, str]) -> str:
    return layer["digest"].replace(":", "-")


def names(served: Served) -> list[str]:
    return sorted(model["name"] for model in served.http.get("/api/tags").json()["models"])


def delete(served: Served, **body: object) -> tuple[int, str]:
    reply = served.http.request("DELETE", "/api/delete", json=body)
    return reply.status_code, reply.text


def test_a_copy_answers_like_the_original(own: Served) -> None:
    reply = own.post("/api/copy", {"source": "FIRST", "destination": "team/second:V2"})
    assert (reply.status_code, reply.content) == (200, b"")
    assert names(own) == ["first:latest", "team/second:V2"]
    tags = own.http.get("/api/tags").json()["models"]
    assert len({model["digest"] for model in tags}) == 1
    assert own.generate("team/second:v2", "x")["response"] == own.generate("first", "x")["response"]


@pytest.mark.parametrize(
    ("source", "destination", "status", "text"),
    [
        ("missing", "x", 404, 'model "missing" not found'),
        ("first", "a/../b", 400, 'destination "a/../b" is invalid'),
        ("../first", "x", 400, 'source "../first" is invalid'),
        ("first", "", 400, 'destination "" is invalid'),
        ("first", "x\0y", 400, 'destination "x\0y" is invalid'),
        ("first", "ö", 400, 'destination "ö" is invalid'),
        ("first", "x" * 10_000, 400, f'destination "{"x" * 10_000}" is invalid'),
    ],
)
def test_copies_that_are_refused(
    own: Served, source: str, destination: str, status: int, text: str
) -> None:
    body = {"source": source, "destination": destination}
    assert own.refusal("/api/copy", body) == (status, text)
    assert names(own) == ["first:latest"]


def test_deleting_removes_what_nobody_else_needs(own: Served) -> None:
    own.post("/api/copy", {"source": "first", "destination": "second"})
    assert delete(own, model="First") == (200, "")
    assert names(own) == ["second:latest"]
    assert len(list((own.models / "blobs").iterdir())) >= 1
    assert delete(own, name="second") == (200, "")
    assert names(own) == []
    assert list((own.models / "blobs").iterdir()) == []
    assert list((own.models / "manifests").iterdir()) == []


@pytest.mark.parametrize(
    ("model", "status", "text"),
    [
        ("missing", 404, "model 'missing' not found"),
        ("a/../b", 400, 'name "a/../b" is invalid'),
        ("", 400, "model is required"),
    ],
)
def test_deletions_that_are_refused(own: Served, model: str, status: int, text: str) -> None:
    reply = own.http.request("DELETE", "/api/delete", json={"model": model})
    assert (reply.status_code, reply.json()["error"]) == (status, text)


def test_another_programs_model_is_used_and_not_deleted(tmp_path: Path, shelf: Shelf) -> None:
    theirs = tmp_path / "user" / ".ollama" / "models"
    weights = put_blob(theirs, (shelf.root / "blobs" / _name(shelf.weights("script"))).read_bytes())
    put_manifest(theirs, "theirs", [weights])
    before = sorted(path for path in theirs.rglob("*"))
    with serving(tmp_path, tmp_path / "models") as served:
        assert names(served) == ["theirs:latest"]
        assert served.generate("theirs", "x")["response"]
        status, text = delete(served, model="theirs")
        assert status == 403
        assert "belongs to another program" in text
        reply = served.post("/api/copy", {"source": "theirs", "destination": "mine"})
        assert reply.status_code == 200
        assert delete(served, model="mine") == (200, "")
        assert sorted(path for path in theirs.rglob("*")) == before


def test_a_blob_is_uploaded_once(own: Served) -> None:
    content = b"0123456789abcdef" * 700_000
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    path = f"/api/blobs/{digest}"
    assert own.http.head(path).status_code == 404
    created = own.http.post(path, content=content)
    assert (created.status_code, created.content) == (201, b"")
    assert own.http.head(path).status_code == 200
    assert own.http.head(path.replace(":", "-")).status_code == 200
    assert own.http.post(path, content=b"").status_code == 200
    assert (own.models / "blobs" / digest.replace(":", "-")).read_bytes() == content


def test_a_blob_of_another_content_is_refused(own: Served) -> None:
    before = list((own.models / "blobs").iterdir())
    named, sent = "sha256:" + "0" * 64, f"sha256:{hashlib.sha256(b'x').hexdigest()}"
    reply = own.http.post(f"/api/blobs/{named}", content=b"x")
    assert reply.status_code == 400
    assert reply.json()["error"] == f'digest mismatch, expected "{named}", got "{sent}"'
    assert list((own.models / "blobs").iterdir()) == before
    assert own.http.head(f"/api/blobs/{sent}").status_code == 404
    assert list((own.models / "partial").iterdir()) == []


@pytest.mark.parametrize("digest", ["sha256:00", "x", "sha256-" + "g" * 64, "..%2F..%2Fx"])
def test_what_is_no_digest(own: Served, digest: str) -> None:
    reply = own.http.post(f"/api/blobs/{digest}", content=b"x")
    assert reply.status_code in (400, 404)
    assert own.http.head(f"/api/blobs/{digest}").status_code in (400, 404)


def test_the_models_in_openais_words(own: Served) -> None:
    own.post("/api/copy", {"source": "first", "destination": "team/second"})
    listed = own.http.get("/v1/models").json()
    assert listed["object"] == "list"
    assert {(each["id"], each["owned_by"]) for each in listed["data"]} == {
        ("first:latest", "library"),
        ("team/second:latest", "team"),
    }
    found = own.http.get("/v1/models/team/second").json()
    assert found["id"] == "team/second"
    assert found["object"] == "model"
    reply = own.http.get("/v1/models/missing")
    assert reply.status_code == 404
    assert reply.json()["error"] == {
        "message": "model 'missing:latest' not found",
        "type": "not_found_error",
        "param": None,
        "code": "model_not_found",
    }
