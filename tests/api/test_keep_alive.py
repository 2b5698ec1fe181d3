"""`keep_alive`: how long models stay, and that they are really gone afterwards."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import ollama
import pytest

from tests.api.conftest import Shelf
from tests.api.served import Json, Served, has_ended, serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lonely(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service whose models stay for five minutes."""
    with serving(tmp_path_factory.mktemp("home"), shelf.root, keep_alive="5m") as served:
        yield served


@pytest.fixture
def worker(lonely: Served) -> Iterator[int]:
    """Process id of a loaded model, which is unloaded after the test."""
    pid = lonely.load("script")
    yield pid
    lonely.post("/api/generate", {"model": "script", "keep_alive": 0})
    assert has_ended(pid)


def stays(served: Served) -> timedelta:
    """For how long the one loaded model is promised to stay."""
    (found,) = served.http.get("/api/ps").json()["models"]
    expires_at = datetime.fromisoformat(found["expires_at"])
    assert expires_at.tzinfo is not None
    return expires_at - datetime.now(UTC)


def about(found: timedelta, minutes: float) -> bool:
    return abs(found - timedelta(minutes=minutes)) < timedelta(seconds=30)


CHAT = {"messages": [{"role": "user", "content": "x"}]}
ASKS: list[tuple[str, Json]] = [
    ("/api/generate", {"prompt": "x"}),
    ("/api/chat", CHAT),
]


@pytest.mark.parametrize(
    ("value", "minutes"),
    [(600, 10), (90.5, 1.508), ("10m", 10), ("1h30m", 90), ("1.5h", 90), ("600000ms", 10)],
)
def test_a_time(lonely: Served, worker: int, value: Any, minutes: float) -> None:
    assert about(stays(lonely), 5)
    lonely.whole("/api/generate", {"model": "script", "prompt": "x", "keep_alive": value})
    assert about(stays(lonely), minutes)


def test_the_last_explicit_value_holds(lonely: Served, worker: int) -> None:
    for keep_alive, minutes in (("20m", 20), (None, 20), ("10m", 10), (None, 10)):
        for path, ask in ASKS:
            lonely.whole(path, {"model": "script", "keep_alive": keep_alive} | ask)
            assert about(stays(lonely), minutes)


@pytest.mark.parametrize("value", [-1, -0.5, "-1m", "-1ns", 1e300, 10**30])
def test_for_ever_is_a_date_in_the_far_future(lonely: Served, worker: int, value: Any) -> None:
    lonely.whole("/api/generate", {"model": "script", "keep_alive": value})
    assert stays(lonely) > timedelta(days=365 * 250)
    with ollama.Client(lonely.url) as client:
        (found,) = client.ps().models
    assert found.expires_at is not None
    assert found.expires_at.year > 2300


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("5", 'time: missing unit in duration "5"'),
        ("-1", 'time: missing unit in duration "-1"'),
        ("abc", 'time: invalid duration "abc"'),
        ("", 'time: invalid duration ""'),
        ("5 m", 'time: unknown unit " m" in duration "5 m"'),
        ("1d", 'time: unknown unit "d" in duration "1d"'),
        ("99999999h", 'time: invalid duration "99999999h"'),
        (True, "Unsupported type: 'bool'"),
        ({}, "Unsupported type: 'map[string]interface {}'"),
        ([5], "Unsupported type: '[]interface {}'"),
    ],
)
def test_what_is_no_time(puna: Served, value: Any, text: str) -> None:
    for path, ask in ASKS:
        body = {"model": "none", "keep_alive": value} | ask
        assert puna.refusal(path, body) == (400, text)


@pytest.mark.parametrize("zero", [0, "0", "0s", -0.0])
@pytest.mark.parametrize("ask", ASKS)
def test_zero_with_a_question_answers_then_unloads(
    lonely: Served, zero: Any, ask: tuple[str, Json]
) -> None:
    pid = lonely.load("script")
    path, body = ask
    *_, last = lonely.lines(path, {"model": "script", "keep_alive": zero} | body)
    assert last["done_reason"] == "stop"
    assert has_ended(pid)


@pytest.mark.parametrize("path", ["/api/generate", "/api/chat"])
def test_zero_without_a_question_unloads(lonely: Served, path: str) -> None:
    pid = lonely.load("script")
    for _ in range(2):  # and goes well when nothing is loaded
        found = lonely.whole(path, {"model": "SCRIPT", "keep_alive": 0})
        assert (found["done"], found["done_reason"], found["model"]) == (True, "unload", "SCRIPT")
        assert has_ended(pid)
    lonely.empty()


def test_a_short_time_passes_by_itself(lonely: Served) -> None:
    pid = lonely.load("script", keep_alive="50ms")
    assert has_ended(pid)


def test_an_unload_waits_for_the_running_answer(lonely: Served) -> None:
    pid = lonely.load("endless")
    body: Json = {"model": "endless", "prompt": "x", "options": {"num_predict": 300}}
    with lonely.streaming("/api/generate", body) as lines:
        next(lines)
        lonely.whole("/api/generate", {"model": "endless", "keep_alive": 0})
        *_, last = lines
    assert (last["done_reason"], last["eval_count"]) == ("length", 300)
    assert has_ended(pid)


def test_names_that_share_their_weights_share_a_worker(lonely: Served, worker: int) -> None:
    found = lonely.whole("/api/generate", {"model": "team/mixed-case:v1"})
    assert found["done_reason"] == "load"
    assert lonely.running() == ["script:latest"]
