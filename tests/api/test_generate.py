"""`POST /api/generate`: the shape of its answers, its checks in order, and the prompt it makes."""

import json
import re
from typing import Any

import pytest

from tests.api.served import Json, Served

pytestmark = pytest.mark.slow

CREATED_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")
FIGURES = {"total_duration", "load_duration", "prompt_eval_duration", "eval_duration"}


def prompt_tokens(puna: Served, model: str, **fields: Any) -> Any:
    """What the model is given to read."""
    found = puna.generate(model, fields.pop("prompt", "P"), options={"num_predict": 0}, **fields)
    assert found["done_reason"] == "length"
    return found["context"]


def literal(text: str) -> str:
    """A template for exactly this prompt."""
    return "{% raw %}" + text + "{% endraw %}"


def turn(role: str, content: str) -> str:
    return f"<|im_start|>{role}\n{content}<|im_end|>\n"


ANSWER = "<|im_start|>assistant\n"


def test_lines_of_a_stream(puna: Served) -> None:
    *chunks, last = puna.lines("/api/generate", {"model": "script", "prompt": "x"})
    assert [chunk["response"] for chunk in chunks] == ["Hello", " big", " world"]
    for chunk in chunks:
        assert list(chunk) == ["model", "created_at", "response", "done"]
        assert chunk["done"] is False
    for line in (*chunks, last):
        assert line["model"] == "script"
        assert CREATED_AT.fullmatch(line["created_at"])
    times = [line["created_at"] for line in (*chunks, last)]
    assert times == sorted(times)
    assert (last["response"], last["done"], last["done_reason"]) == ("", True, "stop")
    assert last["eval_count"] == 4
    assert len(last["context"]) == last["prompt_eval_count"] + last["eval_count"]
    assert all(isinstance(last[name], int) and last[name] > 0 for name in FIGURES)
    assert last["total_duration"] >= last["eval_duration"]


def test_a_whole_answer_is_the_lines_put_together(puna: Served) -> None:
    found = puna.whole("/api/generate", {"model": "script", "prompt": "x"})
    *_, last = puna.lines("/api/generate", {"model": "script", "prompt": "x"})
    assert found["response"] == "Hello big world"
    assert set(found) == set(last)
    for name in ("context", "eval_count", "prompt_eval_count", "done", "done_reason"):
        assert found[name] == last[name]


def test_zeros_are_left_out(puna: Served) -> None:
    found = puna.generate("script", "x", options={"num_predict": 0})
    assert found["response"] == ""
    assert not {"eval_count", "thinking", "logprobs", "tool_calls"} & set(found)


@pytest.mark.parametrize(
    ("keep_alive", "reason"), [(None, "load"), ("5m", "load"), (-1, "load"), (0, "unload")]
)
@pytest.mark.parametrize("stream", [None, True, False])
def test_an_empty_prompt_loads_or_unloads(
    puna: Served, keep_alive: Any, reason: str, stream: bool | None
) -> None:
    body = {"model": "script", "keep_alive": keep_alive, "stream": stream}
    reply = puna.post("/api/generate", body)
    assert reply.headers["content-type"] == "application/json; charset=utf-8"
    found = reply.json()
    assert CREATED_AT.fullmatch(found.pop("created_at"))
    assert found == {"model": "script", "response": "", "done": True, "done_reason": reason}


THINK = 'must be "high", "medium", "low", "max", true, or false'
IN_ORDER: list[tuple[Json, int, str]] = [
    ({"prompt": 1}, 400, "json: cannot unmarshal number into Go struct field"
     " GenerateRequest.prompt of type string"),
    ({"keep_alive": "5"}, 400, 'time: missing unit in duration "5"'),
    ({"think": "much"}, 400, f'invalid think value: "much" ({THINK})'),
    ({"top_logprobs": 21}, 400, "top_logprobs must be between 0 and 20"),
    ({"top_logprobs": -1}, 400, "top_logprobs must be between 0 and 20"),
    ({"model": ""}, 404, "model '' not found"),
    ({"model": "a b"}, 400, "invalid model name"),
    ({"model": "m:local:cloud"}, 400, 'use either :local or :cloud, not both: "m:local:cloud"'),
    ({"model": "m:cloud"}, 403, "ollama cloud is disabled: remote model is unavailable"),
    ({"model": "m:20b-cloud"}, 403, "ollama cloud is disabled: remote model is unavailable"),
    ({"model": "None:7B"}, 404, "model 'None:7B' not found"),
    ({"raw": True, "system": "s"}, 400, "raw mode does not support template, system, or context"),
    ({"raw": True, "template": "t"}, 400, "raw mode does not support template, system, or context"),
    ({"raw": True, "context": [1]}, 400, "raw mode does not support template, system, or context"),
    ({"think": True}, 400, '"embedder" does not support thinking'),
    ({"think": "high"}, 400, '"embedder" does not support thinking'),
    ({}, 400, '"embedder" does not support generate'),
    ({"model": "script", "suffix": "s"}, 400,
     "registry.ollama.ai/library/script:latest does not support insert"),
    ({"model": "script", "options": {"num_ctx": "x"}}, 400,
     'option "num_ctx" must be of type integer'),
]  # fmt: skip


DECODED = 3  # of the first cases, none comes before the other


@pytest.mark.parametrize("at", range(len(IN_ORDER)))
def test_the_first_failure_wins(puna: Served, at: int) -> None:
    """Each request also makes the mistakes of the cases that follow."""
    mistakes = [fields for fields, _status, _text in IN_ORDER[max(at + 1, DECODED) :]]
    wrong: Json = {"prompt": "x"}
    for fields in reversed(mistakes):
        wrong |= fields
    fields, status, text = IN_ORDER[at]
    wrong |= {"model": "embedder"} | fields
    assert puna.refusal("/api/generate", wrong) == (status, text)


def test_unloading_comes_before_what_the_model_can_do(puna: Served) -> None:
    body = {"model": "embedder", "keep_alive": 0, "think": True, "raw": True, "system": "s"}
    assert puna.whole("/api/generate", body)["done_reason"] == "unload"


@pytest.mark.parametrize("raw", ['"xml"', "1", "true", '["json"]'])
def test_formats_that_are_none(puna: Served, raw: str) -> None:
    text = f'invalid format: {raw}; expected "json" or a valid JSON Schema object'
    body = {"model": "script", "prompt": "x", "format": json.loads(raw)}
    assert puna.refusal("/api/generate", body) == (400, text)


def test_what_asks_for_nothing_is_answered(puna: Served) -> None:
    nothing = {"format": "", "think": False, "logprobs": False, "top_logprobs": 0, "images": []}
    assert puna.generate("script", "x", suffix="", **nothing)["response"] == "Hello big world"


@pytest.mark.parametrize("spelling", ["SCRIPT", "Script:LATEST", "library/script", "script:local"])
def test_names_in_any_case_are_echoed_as_written(puna: Served, spelling: str) -> None:
    assert puna.generate(spelling, "x")["model"] == spelling
    *_, last = puna.lines("/api/generate", {"model": spelling, "prompt": "x"})
    assert last["model"] == spelling


def test_names_of_several_parts(puna: Served) -> None:
    assert puna.generate("team/mixed-case:v1", "x")["response"] == "Hello big world"
    body = {"model": "team/mixed-case", "prompt": "x"}
    assert puna.refusal("/api/generate", body) == (404, "model 'team/mixed-case' not found")


def test_the_prompt_is_a_message_of_the_user(puna: Served) -> None:
    expected = prompt_tokens(puna, "script", template=literal(turn("user", "P") + ANSWER))
    assert prompt_tokens(puna, "script") == expected


def test_a_system_text(puna: Served) -> None:
    text = turn("system", "S") + turn("user", "P") + ANSWER
    expected = prompt_tokens(puna, "script", template=literal(text))
    assert prompt_tokens(puna, "script", system="S") == expected


def test_the_model_s_own_system_text_and_messages(puna: Served) -> None:
    own = turn("user", "Hi") + turn("assistant", "Ho")
    for system, fields in (("Be kind.", {}), ("Be rude.", {"system": "Be rude."})):
        text = turn("system", system) + own + turn("user", "P") + ANSWER
        expected = prompt_tokens(puna, "random", template=literal(text))
        assert prompt_tokens(puna, "layered", **fields) == expected


def test_a_template_of_the_request(puna: Served) -> None:
    template = "{% for m in messages %}[{{ m.role }}: {{ m.content }}]{% endfor %}"
    found = prompt_tokens(puna, "script", template=template, system="S")
    assert found == prompt_tokens(puna, "script", template=literal("[system: S][user: P]"))


@pytest.mark.parametrize("template", ["{% if", "{{ a.b.c }}", "{{ raise_exception('no') }}"])
def test_a_template_that_fails(puna: Served, template: str) -> None:
    status, text = puna.refusal(
        "/api/generate", {"model": "script", "prompt": "x", "template": template}
    )
    assert status == 400
    assert text.startswith("the model's chat template failed: ")


def test_raw_prompts_are_passed_on_as_they_are(puna: Served) -> None:
    prompt = turn("user", "P") + ANSWER
    templated = puna.generate("random", "P", options={"num_predict": 8})
    raw = puna.generate("random", prompt, raw=True, options={"num_predict": 8})
    assert raw["response"] == templated["response"]
    assert raw["prompt_eval_count"] == templated["prompt_eval_count"]
    assert "context" in templated
    assert "context" not in raw


def test_raw_prompts_leave_out_the_model_s_own_texts(puna: Served) -> None:
    plain = puna.generate("random", "P", raw=True, options={"num_predict": 3})
    assert puna.generate("layered", "P", raw=True)["response"] == plain["response"]


def test_context_goes_on_where_an_answer_ended(puna: Served) -> None:
    few = {"num_predict": 4}
    first = puna.generate("random", "the cat", options=few)
    context = first["context"]
    second = puna.generate("random", "and", context=context, options=few)
    assert second["context"][: len(context)] == context
    assert second["prompt_eval_count"] > len(context)
    assert second["puna"]["cached_tokens"] >= len(context) - 1
    text = literal(turn("user", "and") + ANSWER)
    plain = prompt_tokens(puna, "random", template=text)
    assert second["context"][len(context) : second["prompt_eval_count"]] == plain[1:]  # no BOS


def test_context_leaves_out_the_model_s_messages(puna: Served) -> None:
    text = literal(turn("system", "Be kind.") + turn("user", "P") + ANSWER)
    expected = prompt_tokens(puna, "random", template=text)
    assert prompt_tokens(puna, "layered", context=[]) == expected


@pytest.mark.parametrize("token", [-1, 2**31, 2**63 - 1])
def test_context_that_holds_no_tokens(puna: Served, token: int) -> None:
    body = {"model": "script", "prompt": "x", "context": [1, token]}
    text = '"context" has numbers in it that are no tokens'
    assert puna.refusal("/api/generate", body) == (400, text)
