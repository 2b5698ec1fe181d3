"""Any cut of the bytes gives the same text, and nothing of a stop string ever leaves."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from desktop.worker.text import TextStream

PIECES = st.text(alphabet="aöb€END𝄞<|>", max_size=30)
STOPS = st.lists(st.text(alphabet="END<|>a", min_size=1, max_size=4), max_size=3)


@given(PIECES, STOPS, st.lists(st.integers(0, 100), max_size=10))
def test_cuts_do_not_matter(text: str, stops: list[str], cuts: list[int]) -> None:
    raw = text.encode()
    stream = TextStream(stops)
    out: list[str] = []
    edges = sorted({0, len(raw), *(min(cut, len(raw)) for cut in cuts)})
    for start, end in itertools.pairwise(edges):
        out.append(stream.feed(raw[start:end]))
        if stream.stopped:
            break
    if not stream.stopped:
        out.append(stream.finish())
    found = [at for stop in stops if (at := text.find(stop)) >= 0]
    if not found:
        assert "".join(out) == text
    else:
        # Which of several stop strings ends it may depend on the cuts; that it ends there may not.
        assert stream.stopped
        assert text.startswith("".join(out))
        assert not any(stop in "".join(out) for stop in stops)


def test_bytes_that_are_no_text_are_replaced() -> None:
    stream = TextStream([])
    assert stream.feed(b"a\xffb") == "a\ufffdb"


def test_text_is_held_back_no_longer_than_needed() -> None:
    stream = TextStream(["STOP"])
    assert stream.feed(b"aST") == "a"
    assert stream.feed(b"x") == "STx"


def test_half_a_character_at_the_end_is_dropped() -> None:
    stream = TextStream([])
    assert stream.feed("é".encode()[:1]) == ""
    assert stream.finish() == ""
