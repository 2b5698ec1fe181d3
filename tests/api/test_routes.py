"""Which path and method is answered, and how those are refused that are not."""

import pytest

from desktop.core.version import PUNA_VERSION
from tests.api.served import Served


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/", "text/plain; charset=utf-8"),
        ("/api/version", "application/json; charset=utf-8"),
        ("/api/tags", "application/json; charset=utf-8"),
    ],
)
def test_get_and_head(puna: Served, method: str, path: str, content_type: str) -> None:
    reply = puna.http.request(method, path)
    assert reply.status_code == 200
    assert reply.headers["content-type"] == content_type
    assert "server" not in reply.headers
    assert bool(reply.content) == (method == "GET")
    assert int(reply.headers["content-length"]) > 0


def test_root_says_what_clients_look_for(puna: Served) -> None:
    assert puna.http.get("/").text == "Ollama is running"


def test_version(puna: Served) -> None:
    found = puna.http.get("/api/version").json()
    assert found["puna"] == PUNA_VERSION
    assert all(part.isdigit() for part in found["version"].split("."))


@pytest.mark.parametrize("path", ["/x", "/api", "/api/x", "/v1", "/api/tags/x", "/api/chat%3Fx"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_unknown_paths(puna: Served, method: str, path: str) -> None:
    reply = puna.http.request(method, path)
    assert reply.status_code == 404
    assert reply.headers["content-type"] == "text/plain"
    assert reply.text == "404 page not found"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("POST", path) for path in ("/", "/api/version", "/api/tags", "/api/ps")),
        *(("GET", path) for path in ("/api/show", "/api/generate", "/api/chat")),
        *(("HEAD", path) for path in ("/api/ps", "/api/show", "/api/chat", "/v1/models")),
        ("DELETE", "/api/chat"),
        ("PUT", "/api/puna/import"),
    ],
)
def test_known_paths_with_another_method(puna: Served, method: str, path: str) -> None:
    reply = puna.http.request(method, path)
    assert reply.status_code == 405
    assert reply.headers["content-type"] == "text/plain"
    assert reply.headers["allow"]
    assert reply.text == ("" if method == "HEAD" else "405 method not allowed")


@pytest.mark.parametrize("path", ["//api/chat", "/api//chat", "/api/chat/", "///api/chat//"])
def test_slashes_too_many(puna: Served, path: str) -> None:
    reply = puna.http.post(f"{puna.url}{path}", json={})
    assert (reply.status_code, reply.json()["error"]) == (400, "model is required")


def test_keys_are_ignored(puna: Served) -> None:
    headers = {"authorization": "Bearer anything"}
    assert puna.http.get("/api/version", headers=headers).status_code == 200
