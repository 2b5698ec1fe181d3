"""Answers held to a schema or a grammar: whatever the model would like to say."""

import asyncio
import contextlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from desktop.core.errors import RequestInvalid
from desktop.worker.messages import Constraint, Generate, Sampling, Text
from tests.tiny_gguf import write_random_model, write_script_model
from tests.workers import GREEDY, Answer, ask, worker

pytestmark = pytest.mark.slow

PERSON = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 20},
        "age": {"type": "integer", "minimum": 0, "maximum": 150},
        "pets": {"type": "array", "items": {"enum": ["cat", "dog"]}, "maxItems": 3},
    },
    "required": ["name", "age", "pets"],
    "additionalProperties": False,
}
LONG = {"type": "array", "items": PERSON, "minItems": 1000}
ONE = {"const": {"a": 1}}


def schema(value: Any, **thinking: str) -> Constraint:
    return Constraint(kind="json_schema", text=json.dumps(value), **thinking)


def is_person(text: str) -> bool:
    found = json.loads(text)
    return (
        list(found) == ["name", "age", "pets"]
        and len(found["name"]) <= 20
        and 0 <= found["age"] <= 150
        and set(found["pets"]) <= {"cat", "dog"}
    )


def answer(path: Path, prompt: Any = "x", **ask_for: Any) -> Answer:
    async def run() -> Answer:
        async with worker(path) as process:
            return await ask(process, prompt, **ask_for)

    return asyncio.run(run())


@pytest.fixture
def random_model(tmp_path: Path) -> Path:
    write_random_model(tmp_path / "m.gguf")
    return tmp_path / "m.gguf"


def test_a_model_of_noise_keeps_to_the_schema_under_all_options(random_model: Path) -> None:
    options = [
        GREEDY,
        *(Sampling(temperature=1.5, seed=seed) for seed in range(8)),
        Sampling(temperature=1.5, top_k=0, top_p=1.0, seed=1),
        Sampling(temperature=1.0, top_k=0, typical_p=0.3, seed=1),
        Sampling(temperature=1.0, min_p=0.5, seed=1),
        Sampling(temperature=1.0, repeat_penalty=2.0, presence_penalty=1.0, seed=1),
        Sampling(temperature=0, repeat_penalty=3.0, frequency_penalty=2.0),
    ]

    async def run() -> None:
        async with worker(random_model) as process:
            held = {"constraint": schema(PERSON), "predict_tokens": 300}
            answers = await asyncio.gather(
                *(ask(process, "the cat", sampling=each, **held) for each in options)
            )
        for found in answers:
            assert found.end.reason == "stop"
            assert is_person(found.text)

    asyncio.run(run())


def test_blanks_are_bounded(random_model: Path) -> None:
    """A small model would go on with them for ever; this one is made to want nothing else."""
    wish = {"predict_tokens": 60, "want_tokens": True}

    async def run() -> None:
        async with worker(random_model) as process:
            space = (await ask(process, "x", logit_bias=only_blank(), **wish)).text
            assert space.isspace()
            held = await ask(process, "x", constraint=schema(ONE), logit_bias=only_blank())
        assert json.loads(held.text) == {"a": 1}
        assert len(held.text) < 30

    asyncio.run(run())


def only_blank() -> dict[int, float]:
    """The token for a blank in the vocabulary of `write_random_model`."""
    return {259: 1000.0}


def test_an_answer_that_is_cut_off_ends_with_length(random_model: Path) -> None:
    found = answer(random_model, constraint=schema(LONG), predict_tokens=7)
    assert (found.end.reason, found.end.output_tokens) == ("length", 7)
    assert found.text.startswith("[")


def test_nothing_follows_a_whole_value(tmp_path: Path) -> None:
    write_script_model(tmp_path / "m.gguf", ['{"a":', "1", "}", " and", " more"])
    found = answer(tmp_path / "m.gguf", constraint=schema(ONE))
    assert (found.text, found.end.reason, found.end.output_tokens) == ('{"a":1}', "stop", 3)


def test_where_the_value_may_end_the_model_decides(tmp_path: Path) -> None:
    write_script_model(tmp_path / "m.gguf", ["1", "2"])
    found = answer(tmp_path / "m.gguf", constraint=schema({"type": "integer"}))
    assert (found.text, found.end.reason, found.end.output_tokens) == ("12", "stop", 3)


def test_a_grammar(random_model: Path) -> None:
    lark = Constraint(kind="lark", text='start: "<" /[a-c]{3}/ ">"')
    found = answer(random_model, constraint=lark)
    assert re.fullmatch("<[abc]{3}>", found.text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"type": "nonsense"}', "Invalid type: nonsense"),
        ('{"$ref": "#/$defs/nobody"}', "nobody"),
        ('{"type": "string", "pattern": "(?=a)b"}', "look-around"),
        ('{"type": "integer", "minimum": 2, "maximum": 1}', "greater than"),
        ("[]", "must be an object"),
        ("{", "not JSON"),
        ('{"items":' * 2000 + "{}" + "}" * 2000, "recursion|deep"),
    ],
)
def test_what_cannot_be_held_is_refused_with_the_reason(
    noisy: "Noise", text: str, reason: str
) -> None:
    with pytest.raises(RequestInvalid, match=reason):
        noisy.ask(constraint=Constraint(kind="json_schema", text=text))
    assert noisy.ask(predict_tokens=2).end.output_tokens == 2


class Noise:
    """One worker for several tests."""

    def __init__(self, runner: asyncio.Runner, process: Any) -> None:
        self._runner = runner
        self._process = process

    def ask(self, prompt: str = "x", **ask_for: Any) -> Answer:
        return self._runner.run(ask(self._process, prompt, **ask_for))


@pytest.fixture(scope="module")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("noise") / "m.gguf"
    write_random_model(path)
    with asyncio.Runner() as runner:
        process = worker(path)
        yield Noise(runner, runner.run(process.__aenter__()))
        runner.run(process.__aexit__(None, None, None))


def test_a_bad_grammar_is_refused(noisy: Noise) -> None:
    with pytest.raises(RequestInvalid, match="unknown name"):
        noisy.ask(constraint=Constraint(kind="lark", text="start: nobody"))


def test_held_and_free_answers_run_side_by_side(random_model: Path) -> None:
    async def run() -> None:
        async with worker(random_model) as process:
            hot = [Sampling(temperature=1.2, seed=seed) for seed in range(4)]
            held = [ask(process, "the", constraint=schema(PERSON), sampling=each) for each in hot]
            free = [ask(process, "the", predict_tokens=90, sampling=each) for each in hot]
            answers = await asyncio.gather(*held, *free)
        assert all(is_person(found.text) for found in answers[:4])
        assert [found.end.output_tokens for found in answers[4:]] == [90] * 4
        assert not any(found.text.startswith("{") for found in answers[4:])

    asyncio.run(run())


def test_a_cancelled_held_answer_leaves_the_worker_well(random_model: Path) -> None:
    async def run() -> None:
        async with worker(random_model, parallel=1) as process:
            endless = Generate(id=0, prompt="x", sampling=GREEDY, constraint=schema(LONG))
            for _ in range(3):
                async with contextlib.aclosing(process.answer(endless)) as reports:
                    async for report in reports:
                        if isinstance(report, Text):
                            break
            found = await ask(process, "x", constraint=schema(PERSON), predict_tokens=300)
            assert is_person(found.text)

    asyncio.run(run())


THOUGHT = ["I think", " {", "no JSON", "}"]
MARKS = {"opening": "<think>", "after": "</think>"}


def thinking(tmp_path: Path, script: list[str], prompt: str = "x", **ask_for: Any) -> Answer:
    write_script_model(tmp_path / "m.gguf", script, control=ask_for.pop("control", ()))
    held = {"constraint": schema(ONE, **MARKS), "predict_tokens": 60} | ask_for
    return answer(tmp_path / "m.gguf", prompt, **held)


def test_where_the_prompt_opens_the_thinking_it_is_free_to_its_end(tmp_path: Path) -> None:
    script = [*THOUGHT, "</think>", "\n\n", '{"a":', "1}"]
    found = thinking(tmp_path, script, prompt="assistant\n<think>\n")
    assert found.text == "".join(script)
    assert found.end.reason == "stop"


@pytest.mark.parametrize("size", [1, 2, 3, 5, 40])
def test_an_answer_that_opens_the_thinking_is_free_however_it_is_cut(
    tmp_path: Path, size: int
) -> None:
    parts = ["\n<think>", "".join(THOUGHT), "</think>", "\n\n", '{"a":1}']
    script = [part[at : at + size] for part in parts for at in range(0, len(part), size)]
    found = thinking(tmp_path, script)
    assert found.text == "".join(parts)
    assert found.end.reason == "stop"


def test_marks_that_are_control_tokens_are_seen_though_not_sent(tmp_path: Path) -> None:
    script = ["<think>", *THOUGHT, "</think>", '{"a":', "1}"]
    found = thinking(tmp_path, script, control=["<think>", "</think>"])
    assert found.text == "".join(THOUGHT) + '{"a":1}'


def test_an_answer_that_does_not_think_is_held_from_its_first_token(tmp_path: Path) -> None:
    assert thinking(tmp_path, ['{"a":', "1}"]).text == '{"a":1}'
    sure = thinking(tmp_path, ["Sure", ", here", " you are"]).text
    assert sure.lstrip().startswith("<think>") or json.loads(sure) == {"a": 1}


def test_what_begins_like_the_opening_may_be_the_value(tmp_path: Path) -> None:
    """Until it is certain, both are possible."""
    marks = {"opening": "[1, think]", "after": "[end]"}
    for script, value in (
        (["[1", ", ", "2", "]"], "[1, 2]"),
        (["[1", ", ", "think", "]", "so", "[end]", "[1", ", 2", "]"], "[1, think]so[end][1, 2]"),
    ):
        held = schema({"const": [1, 2]}, **marks)
        found = thinking(tmp_path, script, constraint=held)
        assert found.text == value


def test_a_thought_ends_where_nothing_else_is_in_the_token(tmp_path: Path) -> None:
    """`</think>!` in one token would put the mark's rest before the value; it cannot be chosen."""
    script = [*THOUGHT, "</th", "ink>!", '{"a":', "1}"]
    found = thinking(tmp_path, script, prompt="<think>")
    assert "ink>!" not in found.text


def test_without_an_opening_all_is_free_until_the_thinking_ended(tmp_path: Path) -> None:
    script = ["analysis", *THOUGHT, "<|final|>", '{"a":', "1}"]
    found = thinking(tmp_path, script, constraint=schema(ONE, after="<|final|>"))
    assert found.text == "".join(script)


def test_thinking_that_the_template_has_ended_already_is_over(tmp_path: Path) -> None:
    prompt = "<think>\n\n</think>\n\n"
    assert thinking(tmp_path, ['{"a":', "1}"], prompt=prompt).text == '{"a":1}'


def test_a_real_vocabulary_of_262_k_tokens(gemma_model: Path) -> None:
    async def run() -> None:
        async with worker(gemma_model, context_tokens=256) as process:
            free = asyncio.create_task(ask(process, "1, 2, 3, 4,", predict_tokens=12))
            found = await ask(process, "Anna, 31:", constraint=schema(PERSON), predict_tokens=99)
            assert is_person(found.text)
            assert re.fullmatch("[ 0-9,]+", (await free).text)

    asyncio.run(run())


def test_keywords_that_cannot_be_held_are_passed_over(noisy: "Noise") -> None:
    secret = {"type": "string", "format": "password", "maxLength": 5}
    schema = {"type": "array", "uniqueItems": True, "items": secret, "maxItems": 2}
    constraint = Constraint(kind="json_schema", text=json.dumps(schema))
    assert isinstance(json.loads(noisy.ask(constraint=constraint, predict_tokens=200).text), list)


@pytest.mark.parametrize(
    ("schema", "digits"),
    [({"type": "integer"}, 16), ({"type": "number"}, 16), ({"const": 10**20}, 21)],
)
def test_numbers_end(tmp_path: Path, schema: dict[str, Any], digits: int) -> None:
    """A model that would write digits for ever."""
    write_script_model(tmp_path / "m.gguf", ["1", "1", "1", "1"], eos=False)

    async def run() -> str:
        constraint = Constraint(kind="json_schema", text=json.dumps(schema))
        async with worker(tmp_path / "m.gguf") as process:
            return (await ask(process, "x", constraint=constraint, predict_tokens=100)).text

    text = asyncio.run(run())
    assert max(map(len, re.findall("[0-9]+", text))) == digits
    assert isinstance(json.loads(text), int | float)
