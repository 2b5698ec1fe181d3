"""Whose turn it is: the user's own windows first, then the apps by turns, and nobody never."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.fairness import FairQueue, Standing


def queue_of(items: str, places: int = 1) -> FairQueue[str]:
    """`P` is one of Puna's windows, other letters are apps; each letter with a number, `a0`."""
    made: FairQueue[str] = FairQueue(lambda item: Standing(item[0], item[0] == "P"), places)
    for number, letter in enumerate(items):
        made.add(f"{letter}{number}")
    return made


def taken(queue: FairQueue[str], running: str = "") -> str:
    """Letters in the order of their turns, if those that run do so for ever."""
    busy, order = list(running), ""
    while (item := queue.next(busy)) is not None:
        queue.take(item)
        order += item[0]
    return order


@pytest.mark.parametrize(
    ("arrivals", "order"),
    [
        ("aaab", "abaa"),
        ("aaaP", "Paaa"),
        ("aabbPPPP", "PaPbPaPb"),
        ("PPP", "PPP"),
        ("aPPPP", "PaPPP"),
        ("", ""),
    ],
)
def test_turns(arrivals: str, order: str) -> None:
    queue = queue_of(arrivals)
    assert "".join(item[0] for item in queue.order()) == order
    assert len(queue) == len(list(queue)) == len(arrivals)
    assert taken(queue) == order


def test_within_an_app_the_first_comes_first() -> None:
    queue = queue_of("aaPaP")
    assert queue.order() == ["P2", "a0", "P4", "a1", "a3"]
    queue.remove("a0")
    queue.remove("P2")
    assert queue.order() == ["P4", "a1", "a3"]


@pytest.mark.parametrize(
    ("places", "running", "next_one"),
    [(8, "PPP", "P"), (8, "PPPP", "a"), (2, "P", "a"), (3, "P", "a"), (1, "", "P")],
)
def test_half_of_the_places_are_the_most_for_puna_while_others_wait(
    places: int, running: str, next_one: str
) -> None:
    queue = queue_of("PPaa", places)
    assert str(queue.next(list(running)))[0] == next_one


def test_puna_may_have_all_places_when_nobody_else_waits() -> None:
    assert str(queue_of("P", 2).next(["P", "P"])) == "P0"


def test_who_has_fewest_running_is_next() -> None:
    assert str(queue_of("ab").next(["a"])) == "b1"


@given(st.text("Pab", max_size=12), st.integers(1, 4))
def test_everybody_has_a_turn_and_nobody_waits_for_ever(arrivals: str, places: int) -> None:
    queue = queue_of(arrivals, places)
    order = queue.order()
    assert sorted(order) == sorted(queue)
    assert len(queue) == len(arrivals)  # to ask for the order changes nothing
    in_turn = taken(queue_of(arrivals, places))
    waiting = len(arrivals.replace("P", ""))
    for first, second in itertools.pairwise(in_turn):
        waiting -= first != "P"
        assert (first, second) != ("P", "P") or not waiting
