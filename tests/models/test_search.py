"""Searching Hugging Face, and all that can go wrong with it."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from desktop.core.errors import AppError, RequestInvalid
from desktop.models import search
from desktop.models.search import (
    HubBusy,
    HubRefused,
    HubSearch,
    HubUnreachable,
    RepositoryNotFound,
)
from tests.models.hub_server import HubServer, file


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with HubServer() as server:
        yield server


def searching(url: str, **options: Any) -> HubSearch:
    return HubSearch(
        lambda: httpx.Client(trust_env=False, timeout=10), base_url=url + "/", **options
    )


def test_repositories_by_words(hub: HubServer) -> None:
    page = searching(hub.url).search("llama 3.2", limit=5)
    first, second = page.repositories  # what is not described as models are is left out
    assert first.id == "bartowski/Llama-3.2-3B-Instruct-GGUF"
    assert (first.downloads, first.likes, first.license) == (123_456, 210, "llama3.2")
    assert (first.parameters, first.context_tokens) == (3_212_749_888, 131072)
    assert (first.gated, second.gated, second.parameters) == (False, True, None)
    assert page.cursor is None
    path, asked = hub.asked[0]
    assert path == "/api/models"
    assert asked["search"] == ["llama 3.2"]
    assert (asked["filter"], asked["sort"], asked["limit"]) == (["gguf"], ["downloads"], ["5"])
    assert "gated" in asked["expand"]


def test_the_next_page(hub: HubServer) -> None:
    following = f'<{hub.url}/api/models?limit=5&cursor=eyJfaWQ%3D>; rel="next"'
    hub.headers["Link"] = following
    finder = searching(hub.url)
    page = finder.search("llama")
    assert page.cursor == "eyJfaWQ="
    finder.search("llama", cursor=page.cursor)
    assert hub.asked[1][1]["cursor"] == ["eyJfaWQ="]


def test_what_a_repository_holds(hub: HubServer) -> None:
    found = searching(hub.url).contents("bartowski/Llama-3.2-3B-Instruct-GGUF")
    shown = [
        (each.label, each.size_bytes, each.parts, each.complete) for each in found.quantizations
    ]
    assert shown == [
        ("UD-IQ2_XXS", 1_000_000_000, 1, True),
        ("Q4_K_M", 2_019_377_696, 1, True),
        ("BF16", 2_433_000_000, 2, False),
        ("Q8_0", 3_421_899_552, 1, True),
        ("F16", 6_433_000_000, 2, True),
        ("Q5_K_M", None, 1, True),
    ]
    assert found.quantizations[1].name == "hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M"
    assert found.projector_bytes == 800_000_000
    assert found.repository.license == "llama3.2"
    assert hub.asked[0][1] == {"blobs": ["true"]}


@pytest.mark.parametrize(
    ("files", "names"),
    [
        (["model.gguf"], ["hf.co/a/b"]),
        (
            ["one-Q4_0.gguf", "two-Q4_0.gguf"],
            ["hf.co/a/b:one-Q4_0.gguf", "hf.co/a/b:two-Q4_0.gguf"],
        ),
        (["x.gguf", "x-Q8_0.gguf"], ["hf.co/a/b:x.gguf", "hf.co/a/b:Q8_0"]),
        (["a b.gguf", "c" * 99 + ".gguf"], [None, None]),
        (["README.md", "mmproj-F16.gguf"], []),
    ],
)
def test_the_names_to_pull_by(hub: HubServer, files: list[str], names: list[str | None]) -> None:
    described = {"id": "a/b", "siblings": [file(name, 1000 + at) for at, name in enumerate(files)]}
    hub.answers["/api/models/a/b"] = json.dumps(described).encode()
    found = searching(hub.url).contents("a/b")
    assert [each.name for each in found.quantizations] == names


def test_a_repository_that_moved_is_followed(hub: HubServer) -> None:
    hub.answers["/api/models/old/name"] = b""
    moved = searching(hub.url)
    hub.status, hub.headers["Location"] = 307, "/api/models/gone/away"
    with pytest.raises(RepositoryNotFound, match="no repository old/name, or it is private"):
        moved.contents("old/name")
    assert [path for path, _query in hub.asked] == ["/api/models/old/name", "/api/models/gone/away"]


@pytest.mark.parametrize(
    "name", ["", "a", "a/b/c", "../b", "a/..", "a/b?x=1", "a/b\0", "ä/b", "a" * 99 + "/b", "a /b"]
)
def test_names_that_cannot_be_are_not_asked_for(hub: HubServer, name: str) -> None:
    with pytest.raises(RequestInvalid, match="not the name of a repository"):
        searching(hub.url).contents(name)
    assert hub.asked == []


@pytest.mark.parametrize(
    ("status", "headers", "error", "words"),
    [
        (429, {"Retry-After": "30"}, HubBusy, "in 30 seconds"),
        (429, {}, HubBusy, "in some minutes"),
        (503, {}, HubUnreachable, r"trouble of its own \(503\)"),
        (400, {}, HubRefused, r"did not accept the question \(400\)"),
    ],
)
def test_refusals_in_words(
    hub: HubServer, status: int, headers: dict[str, str], error: type[AppError], words: str
) -> None:
    hub.status, hub.headers = status, headers
    with pytest.raises(error, match=words):
        searching(hub.url).search("x")


def test_nobody_there() -> None:
    with pytest.raises(HubUnreachable, match="may be offline"):
        searching("http://127.0.0.1:1").search("x")


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'"x"', b"\xff", b"[" * 100_000])
def test_answers_that_make_no_sense(hub: HubServer, body: bytes) -> None:
    hub.answers["/api/models"] = body
    with pytest.raises(HubRefused, match="cannot be understood"):
        searching(hub.url).search("x")


def test_answers_without_end(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MAX_ANSWER_BYTES", 1000)
    hub.answers["/api/models"] = b"[" + b" " * 2000 + b"]"
    with pytest.raises(HubRefused, match="too long"):
        searching(hub.url).search("x")


def test_answers_are_remembered_for_a_while(
    hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    finder = searching(hub.url, clock=lambda: now, keep_s=60)
    for _ in range(2):
        finder.search("x")
        finder.search("y")
        finder.search("x", limit=3)
    assert len(hub.asked) == 3
    now = 61.0
    finder.search("x")
    assert len(hub.asked) == 4
    monkeypatch.setattr(search, "KEPT_ANSWERS", 1)
    finder.search("z")
    finder.search("x")
    assert len(hub.asked) == 6


def test_failures_are_not_remembered(hub: HubServer) -> None:
    finder = searching(hub.url)
    hub.status = 500
    with pytest.raises(HubUnreachable):
        finder.search("x")
    hub.status = 200
    assert finder.search("x").repositories
