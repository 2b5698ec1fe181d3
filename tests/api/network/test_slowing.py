"""How long wrong keys wait, and that little is remembered of them."""

import itertools

import pytest

from desktop.api.network.slowing import (
    FORGIVEN_EVERY_S,
    FREE_FAILURES,
    LONGEST_DELAY_S,
    REMEMBERED,
    WAITING_AT_MOST,
    Slowing,
)


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_the_first_failures_are_free_and_the_others_cost_more_and_more(clock: Clock) -> None:
    slowing = Slowing(clock)
    delays = [slowing.failed("a")[1] for _ in range(30)]
    assert delays[:FREE_FAILURES] == [0.0] * FREE_FAILURES
    assert all(before <= after for before, after in itertools.pairwise(delays))
    assert delays[-1] == LONGEST_DELAY_S
    assert slowing.failed("b") == (1, 0.0)


def test_failures_are_forgiven_in_time(clock: Clock) -> None:
    slowing = Slowing(clock)
    for _ in range(FREE_FAILURES + 1):
        slowing.failed("a")
    clock.now_s += FORGIVEN_EVERY_S * (FREE_FAILURES + 1)
    assert slowing.failed("a") == (1, 0.0)


def test_only_so_many_are_remembered(clock: Clock) -> None:
    slowing = Slowing(clock)
    for number in range(REMEMBERED * 2):
        slowing.failed(str(number))
    assert len(slowing._records) == REMEMBERED


def test_only_so_many_wait(clock: Clock) -> None:
    slowing = Slowing(clock)
    assert all(slowing.enter("a") for _ in range(WAITING_AT_MOST))
    assert not slowing.enter("a")
    assert slowing.enter("b")
    slowing.leave("a")
    assert slowing.enter("a")
    slowing.leave("nobody")
