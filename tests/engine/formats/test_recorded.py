"""Every recorded answer, cut at every place."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.formats.cases import code, elements, harmony, hermes, objects, thinking
from tests.engine.formats.recorded import Case, expected, read

GROUPS = (thinking, hermes, elements, objects, code, harmony)
CASES = {
    f"{group.__name__.rpartition('.')[2]}: {name}": case
    for group in GROUPS
    for name, case in group.CASES.items()
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_whole(case: Case) -> None:
    assert read(case, [case.answer]) == expected(case)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_cut_in_two_at_every_place(case: Case) -> None:
    for at in range(1, len(case.answer)):
        assert read(case, [case.answer[:at], case.answer[at:]]) == expected(case), at


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_character_by_character(case: Case) -> None:
    assert read(case, list(case.answer)) == expected(case)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.sampled_from(list(CASES.values())), st.lists(st.integers(0, 400), max_size=12))
def test_cut_at_random(case: Case, cuts: list[int]) -> None:
    edges = sorted({0, len(case.answer), *(cut for cut in cuts if cut < len(case.answer))})
    pieces = [case.answer[start:end] for start, end in itertools.pairwise(edges)]
    assert read(case, pieces) == expected(case)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted({case.template for case in CASES.values()})),
    st.lists(st.sampled_from(sorted({case.answer for case in CASES.values()})), max_size=2),
    st.lists(st.integers(0, 800), max_size=6),
)
def test_foreign_marks_hurt_nobody(template: str, answers: list[str], cuts: list[int]) -> None:
    answer = "".join(answers)
    case = Case(template=template, answer=answer)
    edges = sorted({0, len(answer), *(cut for cut in cuts if cut < len(answer))})
    pieces = [answer[start:end] for start, end in itertools.pairwise(edges)]
    assert read(case, pieces) == read(case, [answer])
