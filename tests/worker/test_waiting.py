"""Requests that wait: groups take turns, and nobody waits behind somebody else's whole queue."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from desktop.engine.process import WorkerProcess
from desktop.worker.job import Job
from desktop.worker.messages import Generate, Queued, Reading
from desktop.worker.prompts import Prompt
from desktop.worker.waiting import TELL_EVERY_S, Waiting
from tests.tiny_gguf import Shape, write_random_model, write_script_model
from tests.workers import GREEDY, load_of, order_of_ends, worker


def job(group: str, number: int = 0) -> Job:
    """`P` is Puna itself."""
    prompt = Prompt(tokens=[1], keep_tokens=0)
    ask = Generate(id=number, prompt="x", group=group, is_own=group == "P")
    return Job(ask, prompt, 10)


def order_of(waiting: Waiting, places: int, groups: str = "") -> str:
    """Groups in the order in which they get a place, `places` being taken at any time."""
    running = [job(group) for group in groups]
    order = ""
    while found := waiting.next(running):
        waiting.take(found)
        running = [*running, found][-places:]
        order += found.ask.group
    return order


@pytest.mark.parametrize(
    ("arrivals", "places", "order"),
    [
        ("aaaaaab", 1, "abaaaaa"),
        ("aaaabbbb", 1, "abababab"),
        ("aaaabbcc", 3, "abcabcaa"),
        ("aaabc", 1, "abcaa"),
        ("", 1, ""),
    ],
)
def test_groups_take_turns(arrivals: str, places: int, order: str) -> None:
    waiting = Waiting()
    for group in arrivals:
        waiting.add(job(group))
    assert len(waiting) == len(list(waiting)) == len(arrivals)
    assert order_of(waiting, places) == order
    assert not waiting


def test_who_has_fewest_running_is_next() -> None:
    waiting = Waiting()
    for group in "aab":
        waiting.add(job(group))
    assert order_of(waiting, 9, "bb") == "aab"


def test_within_a_group_the_first_comes_first_and_who_was_pushed_aside_before_all() -> None:
    waiting = Waiting()
    jobs = [job("a", number) for number in range(4)]
    for each in jobs[1:]:
        waiting.add(each)
    waiting.add_first(jobs[0])
    waiting.remove(jobs[2])
    taken = []
    while found := waiting.next([]):
        waiting.take(found)
        taken.append(found)
    assert taken == [jobs[0], jobs[1], jobs[3]]


def test_the_users_own_windows_go_first_up_to_half_of_the_places() -> None:
    waiting = Waiting(4)
    for number, group in enumerate("aaPPPbP"):
        waiting.add(job(group, number))
    running: list[Job] = []
    while found := waiting.next(running):
        waiting.take(found)
        running.append(found)
    assert "".join(each.ask.group for each in running) == "PaPbaPP"


def places(news: list[Queued]) -> dict[int, int]:
    return {each.id: each.place for each in news}


def test_the_parent_is_told_of_places_at_once_and_of_changes_now_and_then() -> None:
    seconds = 0.0
    waiting = Waiting(1, now=lambda: seconds)
    jobs = [job("a", number) for number in range(4)]
    assert waiting.news([]) == []
    for each in jobs[:3]:
        waiting.add(each)
    waiting.take(jobs[0])
    assert places(waiting.news([jobs[0]])) == {0: 0, 1: 1, 2: 2}
    waiting.take(jobs[1])
    assert places(waiting.news([jobs[1]])) == {1: 0}  # the other learns a little later
    assert waiting.news([jobs[1]]) == []
    seconds += TELL_EVERY_S
    assert places(waiting.news([jobs[1]])) == {2: 1}
    waiting.add(jobs[3])
    assert places(waiting.news([jobs[1]])) == {3: 2}
    waiting.add_first(jobs[1])  # it was pushed aside
    seconds += TELL_EVERY_S
    assert places(waiting.news([])) == {1: 1, 2: 2, 3: 3}
    for each in jobs[1:]:
        waiting.remove(each)
    assert places(waiting.news([])) == {1: 0, 2: 0, 3: 0}
    assert waiting.news([]) == []


@pytest.mark.slow
def test_one_request_beside_a_flood(tmp_path: Path) -> None:
    """Fifty requests of one app wait; that of another is answered after a few of them."""
    write_script_model(tmp_path / "m.gguf", "a b c", eos=False)

    asks = [
        Generate(id=number, prompt="x", sampling=GREEDY, predict_tokens=100, group=group)
        for number, group in enumerate("a" * 50 + "b")
    ]
    ended = asyncio.run(order_of_ends(load_of(tmp_path / "m.gguf", parallel=2), asks))
    assert ended.index(50) <= 8


async def readings(process: WorkerProcess, **fields: Any) -> list[int]:
    generate = Generate(id=0, sampling=GREEDY, predict_tokens=1, **fields)
    return [
        report.tokens async for report in process.answer(generate) if isinstance(report, Reading)
    ]


@pytest.mark.slow
def test_a_long_prompt_tells_how_far_it_is(tmp_path: Path) -> None:
    shape = Shape(context=8192)
    write_random_model(tmp_path / "m.gguf", shape=shape)

    async def run() -> None:
        load = {"context_tokens": 8000, "cells": 8000}
        async with worker(tmp_path / "m.gguf", **load) as process:
            assert await readings(process, prompt="the cat and") == []
            told = await readings(process, prompt="the cat and " * 300)
            assert told
            assert told == sorted(told)
            assert 0 < told[0] <= told[-1] < 2000

    asyncio.run(run())
