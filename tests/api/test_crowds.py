"""Many requests at once, several models, and too many of both."""

import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import Shelf
from tests.api.served import Json, Served, children, has_ended, serving

pytestmark = pytest.mark.slow

FEW = {"num_predict": 3}


def together(*jobs: Callable[[], Any]) -> list[Any]:
    """What each of the jobs returns, which run at the same time."""
    with ThreadPoolExecutor(len(jobs)) as threads:
        return [future.result() for future in [threads.submit(job) for job in jobs]]


def test_eight_streams_at_the_same_time(shelf: Shelf, tmp_path: Path) -> None:
    body: Json = {"model": "endless", "prompt": "x"}
    with (
        serving(tmp_path, shelf.root, context_tokens=32768) as served,
        contextlib.ExitStack() as streams,
    ):
        lines = [streams.enter_context(served.streaming("/api/generate", body)) for _ in range(8)]
        for _ in range(3):
            pieces = [next(stream)["response"] for stream in lines]
            assert len(set(pieces)) == 1


def test_each_of_many_streams_gets_its_own_answer(puna: Served) -> None:
    def ask(count: int) -> Callable[[], Json]:
        options = {"num_predict": count, "temperature": 0}
        body = {"model": "endless", "prompt": "x" * count, "options": options}
        return lambda: puna.lines("/api/generate", body)[-1]

    counts = range(10, 22)  # more than run at the same time
    answers = together(*map(ask, counts))
    assert [answer["eval_count"] for answer in answers] == list(counts)
    assert [answer["prompt_eval_count"] for answer in answers] == [
        counts[0] + n + answers[0]["prompt_eval_count"] - counts[0] for n in range(len(counts))
    ]


def test_several_models_at_once(puna: Served) -> None:
    script, random, chat = together(
        lambda: puna.generate("script", "x"),
        lambda: puna.generate("random", "x", options=FEW),
        lambda: puna.chat("layered", ("user", "x")),
    )
    assert script["response"] == "Hello big world"
    assert (random["eval_count"], chat["eval_count"]) == (3, 3)


def test_first_requests_of_a_crowd_start_one_worker(shelf: Shelf, tmp_path: Path) -> None:
    before = children()
    with serving(tmp_path, shelf.root) as served:
        answers = together(*[lambda: served.generate("script", "x")["response"]] * 6)
        assert answers == ["Hello big world"] * 6
        assert len(children() - before) == 1


def test_two_models_take_turns_where_one_has_room(shelf: Shelf, tmp_path: Path) -> None:
    with serving(tmp_path, shelf.root, max_loaded_models=1) as served:
        for _ in range(2):
            assert served.generate("script", "x")["response"] == "Hello big world"
            assert served.running() == ["script:latest"]
            assert served.generate("random", "x", options=FEW)["eval_count"] == 3
            assert served.running() == ["random:latest"]
        answers = together(
            *[lambda: served.generate("script", "x")["response"]] * 2,
            *[lambda: served.generate("endless", "x", options={"num_predict": 1})["response"]] * 2,
        )
        assert answers == ["Hello big world", "Hello big world", "a", "a"]


def test_the_model_that_would_leave_first_makes_room(shelf: Shelf, tmp_path: Path) -> None:
    with serving(tmp_path, shelf.root, max_loaded_models=2) as served:
        short = served.load("script", keep_alive="1m")
        served.load("random", keep_alive="10m")
        served.load("endless", keep_alive=-1)
        assert has_ended(short)
        assert served.running() == ["endless:latest", "random:latest"]


def test_a_model_in_use_is_not_thrown_out(shelf: Shelf, tmp_path: Path) -> None:
    with serving(tmp_path, shelf.root, max_loaded_models=2) as served:
        served.load("endless", keep_alive="1s")
        body: Json = {"model": "endless", "prompt": "x", "options": {"num_predict": 4000}}
        with served.streaming("/api/generate", body) as lines:
            next(lines)
            served.load("random", keep_alive="10m")
            served.load("script", keep_alive="10m")
            assert set(served.running()) == {"endless:latest", "script:latest"}
            next(lines)


def test_loads_beyond_the_queue_are_refused(shelf: Shelf, tmp_path: Path) -> None:
    busy = "server busy, please try again.  maximum pending requests exceeded"
    with serving(tmp_path, shelf.root, max_loaded_models=1, max_queue=1) as served:
        with (
            ThreadPoolExecutor(2) as threads,
            served.streaming("/api/generate", {"model": "endless", "prompt": "x"}) as lines,
        ):
            next(lines)  # this model cannot make room now
            loads = [
                threads.submit(served.post, "/api/generate", {"model": model})
                for model in ("script", "random")
            ]
            refused = next(as_completed(loads)).result()
            assert refused.status_code == 503
            assert refused.json() == {"error": busy, "code": "queue_full", "max_queue": 1}
            next(lines)  # while this answer goes on
        assert sorted(load.result().status_code for load in loads) == [200, 503]
