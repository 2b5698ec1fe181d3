"""Log-probabilities and biases: what the model itself thought of its tokens."""

import asyncio
import math
from pathlib import Path
from typing import Any

import pytest

from desktop.core.errors import RequestInvalid
from desktop.worker.messages import Constraint, Sampling
from tests.tiny_gguf import single_bytes, write_random_model, write_script_model
from tests.workers import Answer, ask, worker

pytestmark = pytest.mark.slow

VOCABULARY = 512


def answer(path: Path, **ask_for: Any) -> Answer:
    async def run() -> Answer:
        async with worker(path) as process:
            return await ask(process, "the cat", **ask_for)

    return asyncio.run(run())


def test_each_token_has_one_with_the_best_beside_it(tmp_path: Path) -> None:
    write_random_model(tmp_path / "m.gguf")
    found = answer(tmp_path / "m.gguf", predict_tokens=10, logprobs=3)
    assert len(found.logprobs) == 10
    assert b"".join(each.piece for each in found.logprobs).decode() == found.text
    for each in found.logprobs:
        assert len(each.tops) == 3
        values = [value for _, value in each.tops]
        assert values == sorted(values, reverse=True)
        assert all(value <= 0 for value in values)
        assert each.tops[0] == (each.piece, each.logprob)  # it is greedy


def test_all_probabilities_together_are_one(tmp_path: Path) -> None:
    write_random_model(tmp_path / "m.gguf")
    found = answer(tmp_path / "m.gguf", predict_tokens=3, logprobs=VOCABULARY + 1)
    for each in found.logprobs:
        assert len(each.tops) == VOCABULARY
        assert sum(math.exp(value) for _, value in each.tops) == pytest.approx(1, abs=1e-4)


def test_options_and_constraints_do_not_change_them(tmp_path: Path) -> None:
    write_random_model(tmp_path / "m.gguf")
    options: list[dict[str, Any]] = [
        {},
        {"sampling": Sampling(temperature=1.9, seed=3, repeat_penalty=1.9)},
        {"constraint": Constraint(kind="lark", text='start: "<" /.*/')},
        {"logit_bias": {400: 100.0}},
    ]

    async def run() -> None:
        async with worker(tmp_path / "m.gguf") as process:
            found = [
                await ask(process, "the cat", predict_tokens=1, logprobs=5, **each)
                for each in options
            ]
        plain, *others = [each.logprobs[0] for each in found]
        for other in others:
            assert [piece for piece, _ in other.tops] == [piece for piece, _ in plain.tops]
            assert [value for _, value in other.tops] == pytest.approx(
                [value for _, value in plain.tops], abs=1e-3
            )
        assert others[1].piece == b"<"
        assert others[1].logprob < plain.tops[0][1]

    asyncio.run(run())


def test_none_is_lost_where_text_is_held_back_and_the_end_has_none(tmp_path: Path) -> None:
    script: list[str | bytes] = ["one ", "EN", "Q", *single_bytes("é"), " EN"]
    write_script_model(tmp_path / "m.gguf", script)
    found = answer(tmp_path / "m.gguf", logprobs=0, stop=["END"])
    assert found.text == "one ENQé EN"
    assert [each.piece for each in found.logprobs] == [
        b"one ",
        b"EN",
        b"Q",
        b"\xc3",
        b"\xa9",
        b" EN",
    ]
    assert all(each.tops == [] for each in found.logprobs)
    assert found.end.output_tokens == 7


def test_none_come_unless_asked_for(tmp_path: Path) -> None:
    write_script_model(tmp_path / "m.gguf", "a b")
    assert answer(tmp_path / "m.gguf").logprobs == []


def test_a_bias_makes_and_breaks(tmp_path: Path) -> None:
    write_random_model(tmp_path / "m.gguf")

    async def run() -> None:
        async with worker(tmp_path / "m.gguf") as process:
            wish = {"predict_tokens": 4, "want_tokens": True}
            plain = await ask(process, "the cat", **wish)
            first = plain.end.tokens[-4]
            without = await ask(process, "the cat", logit_bias={first: -100.0}, **wish)
            assert first not in without.end.tokens[-4:]
            only = await ask(process, "the cat", logit_bias={first: 100.0}, **wish)
            assert only.end.tokens[-4:] == [first] * 4

    asyncio.run(run())


@pytest.mark.parametrize("bias", [{VOCABULARY: 1.0}, {-1: 1.0}, {3: math.inf}, {3: math.nan}])
def test_a_bias_that_means_nothing_is_refused(tmp_path: Path, bias: dict[int, float]) -> None:
    write_random_model(tmp_path / "m.gguf")
    with pytest.raises(RequestInvalid, match="logit_bias"):
        answer(tmp_path / "m.gguf", logit_bias=bias)
