"""Pausing the service for other programs, against a real server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import Shelf
from tests.api.served import Served, serving


@pytest.fixture
def paused(tmp_path: Path, shelf: Shelf) -> Iterator[Served]:
    with serving(tmp_path, shelf.root) as served:
        assert served.post("/api/puna/pause", {"paused": True}).json() == {"paused": True}
        yield served


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/api/generate", {"prompt": "x"}),
        ("/api/chat", {"messages": [{"role": "user", "content": "x"}]}),
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": "x"}]}),
        ("/api/embed", {"input": "x"}),
        ("/v1/messages/count_tokens", {"messages": [{"role": "user", "content": "x"}]}),
    ],
)
def test_other_programs_are_told_so(paused: Served, path: str, more: dict[str, Any]) -> None:
    reply = paused.post(path, {"model": "script"} | more)
    assert reply.status_code == 503
    assert "paused" in reply.text
    assert paused.http.get("/api/tags").status_code == 200


@pytest.mark.slow
def test_the_users_own_windows_go_on_under_their_own_name(paused: Served) -> None:
    body = {"model": "script", "prompt": "x", "stream": False}
    reply = paused.http.post("/api/generate", json=body, headers=paused.own)
    assert reply.status_code == 200
    (entry,) = paused.http.get("/api/puna/activity").json()["requests"]
    assert (entry["app"]["id"], entry["app"]["name"]) == ("puna", "Puna")


def test_nobody_unpacks_pictures_for_those_who_are_not_served(paused: Served) -> None:
    body = {"model": "script", "prompt": "x", "images": ["bm8gcGljdHVyZQ=="]}
    assert paused.post("/api/generate", body).status_code == 503
    assert paused.http.post("/api/generate", json=body, headers=paused.own).status_code == 400


def test_a_program_that_calls_itself_puna_is_not(paused: Served) -> None:
    body = {"model": "script", "prompt": "x", "stream": False}
    headers = {"x-puna-client": "desktop", "authorization": "Bearer puna"}
    assert paused.http.post("/api/generate", json=body, headers=headers).status_code == 503


def test_a_pause_ends_after_its_time_and_says_when(paused: Served) -> None:
    shown = paused.post("/api/puna/pause", {"paused": True, "for_s": 600}).json()
    assert 590 < shown["seconds_left"] <= 600
    reply = paused.post("/api/generate", {"model": "script"})
    assert 590 < int(reply.headers["retry-after"]) <= 600
    paused.post("/api/puna/pause", {"paused": True, "for_s": 1})
    with paused.http.stream("GET", "/api/puna/activity/events") as events:
        lines = events.iter_lines()
        assert '"paused":true' in next(lines)
        assert '"paused":false' in next(lines)
    assert paused.post("/api/puna/pause", {"paused": False}).json() == {"paused": False}


@pytest.mark.parametrize("body", [{}, {"paused": True, "for_s": 0}, {"paused": 1}])
def test_what_makes_no_sense_is_refused(paused: Served, body: dict[str, Any]) -> None:
    assert paused.post("/api/puna/pause", body).status_code == 400
