"""llguidance's C interface, as we call it."""

import itertools
import threading
import time

import pytest

from desktop.core.errors import RequestInvalid, WorkerFailed
from desktop.worker.guidance import Matcher, Table

END, STOP = 256, 257
BYTES = [bytes([value]) for value in range(256)]


@pytest.fixture(scope="module")
def table() -> Table:
    """All bytes, two ends, a control token, a token without text, and one text twice."""
    pieces = [*BYTES, b"<end>", b"<stop>", b"<mark>", b"", b"ab", b"ab"]
    return Table(pieces, {END, STOP, 258}, [END, STOP])


def allowed(table: Table, matcher: Matcher) -> list[int]:
    bits = matcher.mask().raw
    return [token for token in range(table.size) if bits[token // 8] >> token % 8 & 1]


def test_every_token_that_fits_is_in_the_mask_and_no_other(table: Table) -> None:
    matcher = Matcher(table, "lark", 'start: "<" /abc?/')
    assert allowed(table, matcher) == [ord("<")]
    matcher.consume(ord("<"))
    assert allowed(table, matcher) == [ord("a"), 260, 261]
    matcher.consume(261)
    assert allowed(table, matcher) == [ord("c"), END, STOP]
    assert not matcher.complete
    matcher.consume(ord("c"))
    assert matcher.complete
    assert allowed(table, matcher) == [END, STOP]
    matcher.reset()
    assert allowed(table, matcher) == [ord("<")]
    matcher.close()


def test_a_token_that_does_not_fit_is_an_error(table: Table) -> None:
    matcher = Matcher(table, "lark", 'start: "a"')
    with pytest.raises(WorkerFailed, match="format"):
        matcher.consume(ord("b"))
    matcher.close()


def test_a_vocabulary_without_an_end(table: Table) -> None:
    endless = Table(BYTES, set(), [])
    matcher = Matcher(endless, "lark", 'start: "a"')
    matcher.consume(ord("a"))
    assert matcher.complete
    matcher.close()


def test_a_grammar_that_is_wrong_is_refused_in_one_sentence(table: Table) -> None:
    with pytest.raises(RequestInvalid) as told:
        Matcher(table, "lark", "start: /(/")
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("kind", "grammar"),
    [
        ("json_schema", '{"$ref": "#"}'),
        ("json_schema", '{"$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}'),
        ("lark", 'start: start "a"'),
    ],
)
def test_what_nothing_fits_is_refused(table: Table, kind: str, grammar: str) -> None:
    with pytest.raises(RequestInvalid, match="nothing fits it"):
        Matcher(table, kind, grammar)


@pytest.mark.slow
def test_python_goes_on_while_a_vocabulary_is_sorted() -> None:
    words = map("".join, itertools.product("abcdefghijklmnopqrs", repeat=4))
    pieces = [*BYTES, *(word.encode() for word in words)]
    longest, ready, over = 0.0, threading.Event(), threading.Event()

    def tick() -> None:
        nonlocal longest
        ready.set()
        last = time.perf_counter()
        while not over.wait(0.001):
            now = time.perf_counter()
            longest, last = max(longest, now - last), now

    ticker = threading.Thread(target=tick)
    ticker.start()
    ready.wait()
    started = time.perf_counter()
    Table(pieces, set(), [0])
    took = time.perf_counter() - started
    over.set()
    ticker.join()
    assert longest < took / 2
