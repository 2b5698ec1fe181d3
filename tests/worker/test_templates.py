"""Which language a template is in, and what a Jinja template is given."""

import copy
from typing import Any

import pytest
from jinja2 import Environment

from desktop.core.errors import TemplateFailed
from desktop.worker import templates
from desktop.worker.templates import CHATML, PLAIN, Conversation, looks_like_go, render

GO = [
    "",
    "no action at all",
    "{{ .Prompt }}",
    "{{.Prompt}}",
    "{{-\n.Prompt }}",
    "{{ if (or .System .Tools) }}x{{ end }}",
    "{{ range .Messages }}{{ .Content }}{{ end }}",
    "{{ $.System }}",
    "{{/* nothing */}}",
    "{{ json .Messages }}",
    "{{ currentDate }}",
    '{{ template "turn" . }}',
    "{%}{{ .Prompt }}",
]
JINJA = [
    CHATML,
    PLAIN,
    "{{ messages[0].content }}",
    "{{- bos_token }}",
    "{{ range(3) }}",
    "{{ end_of_turn }}",
    "{# a comment #}",
    "{%- set x = 1 %}{{ .5 }}",
    "{% if x %}{{ .Prompt }}{% endif %}",
]


@pytest.mark.parametrize("source", GO)
def test_go(source: str) -> None:
    assert looks_like_go(source)


@pytest.mark.parametrize("source", JINJA)
def test_jinja(source: str) -> None:
    assert not looks_like_go(source)


def test_both_render_the_same_conversation() -> None:
    messages = [{"role": "user", "content": "A"}, {"role": "assistant", "content": "B"}]
    talk = Conversation(messages)
    go = (
        "{{ range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n{{ end }}"
        "<|im_start|>assistant\n"
    )
    assert render(go, talk, bos="", eos="") == render(CHATML, talk, bos="", eos="")


CALL = {"id": "call_abcd1234", "function": {"name": "weather", "arguments": {"city": "Bern"}}}
OTHER = {"id": "call_efgh5678", "function": {"name": "tide", "arguments": {}}}
TOOLS = (
    {
        "type": "function",
        "function": {"name": "weather", "parameters": {"properties": {"city": {}}}},
    },
)
TALK: list[dict[str, Any]] = [
    {"role": "system", "content": "S"},
    {"role": "user", "content": "A"},
    {"role": "assistant", "content": "B", "thinking": "T", "tool_calls": [CALL, OTHER]},
    {"role": "tool", "content": "sun", "tool_call_id": "call_abcd1234"},
    {"role": "tool", "content": "low", "tool_name": "tide", "tool_call_id": "call_efgh5678"},
]
CALLS = (
    "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% for c in m.tool_calls or [] %}"
    "[{{ c.function.name }} {{ c.function.arguments | tojson }}]{% endfor %}{% endfor %}"
)


def shown(source: str, messages: list[dict[str, Any]] = TALK, **fields: Any) -> str:
    return render(source, Conversation(messages, **fields), bos="", eos="")


def test_calls_in_hugging_face_s_form() -> None:
    assert shown(CALLS) == (
        '<system>S<user>A<assistant>B[weather {"city": "Bern"}][tide {}]<tool>sun<tool>low'
    )
    names = (
        "{% for m in messages %}{{ m.name }} {{ m.reasoning_content }} {{ m.thinking }};"
        "{% endfor %}"
    )
    assert shown(names + CALLS).startswith("  ;  ; T T;weather  ;tide  ;")


def test_the_messages_stay_as_they_are() -> None:
    before = copy.deepcopy(TALK)
    clearing = (
        "{{ messages.append(1) }}{{ messages[0].update({'role': 'x'}) }}"
        "{% for m in messages[:-1] %}{% for c in m.tool_calls or [] %}"
        "{{ c.function.arguments.clear() }}{% endfor %}{% endfor %}"
    )
    shown(CALLS + clearing)
    assert before == TALK


def test_tools_in_their_order() -> None:
    assert shown("{{ tools | tojson }}{{ messages[0].content }}", tools=TOOLS).startswith(
        '[{"type": "function", "function": {"name": "weather", "parameters": {"properties"'
    )
    assert shown("{{ tools is none }}{{ messages[0].content }}") == "TrueS"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (
            CALLS.replace("c.function.arguments | tojson", "'' + c.function.arguments"),
            '{"city": "Bern"}',
        ),
        (
            CALLS.replace("m.content }}", "m.content if m.content is not none else '' }}").replace(
                "m.tool_calls or []", "(m.tool_calls if m.content is none else []) or []"
            ),
            '[weather {"city": "Bern"}]',
        ),
        (
            CALLS.replace(
                "c.function.name",
                "c.id | length ~ c.function.name if c.id | length == 9 else raise_exception('9')",
            ),
            "[9weather",
        ),
    ],
    ids=["arguments as text", "no content", "short ids"],
)
def test_templates_with_wishes(source: str, text: str) -> None:
    assert text in shown(source)


def test_a_template_for_one_call_at_a_time() -> None:
    single = CALLS.replace("(m.tool_calls or [])", "").replace(
        "m.tool_calls or []", "(m.tool_calls or [])[:1]"
    )
    assert shown(single) == (
        '<system>S<user>A<assistant>B[weather {"city": "Bern"}]<tool>sun'
        "<assistant>[tide {}]<tool>low"
    )


def test_a_template_that_passes_calls_over() -> None:
    silent = "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}"
    written = shown(silent + "{# <tool_call> #}")
    assert (
        '<assistant>B\n<tool_call>\n{"name": "weather", "arguments": {"city": "Bern"}}' in written
    )
    assert "<tool>sun<tool>low" in written
    deaf = "{% for m in messages if m.role != 'tool' %}<{{ m.role }}>{{ m.content }}{% endfor %}"
    assert shown(deaf).endswith("<user>sun<user>low")


def test_a_template_for_thoughts_or_content() -> None:
    strict = (
        "{% for m in messages %}{% if m.tool_calls and m.content and m.thinking %}"
        "{{ raise_exception('not both') }}{% endif %}({{ m.thinking }}){% endfor %}"
    )
    assert shown(strict + CALLS).startswith("()()(T\n\nB)()()")


def test_a_template_without_system_messages() -> None:
    strict = "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}"
    assert shown(strict + CALLS).startswith("<user>S\n\nA<assistant>")
    assert shown(strict + CALLS, TALK[:1]) == "<user>S"


def test_a_template_that_wants_parts() -> None:
    parts = "{% for m in messages %}{% for p in m.content %}{{ p.text }};{% endfor %}{% endfor %}"
    assert shown(parts, TALK[:2]) == "S;A;"


def test_a_template_that_wants_turns() -> None:
    strict = (
        "{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}"
        "{{ raise_exception('turns') }}{% endif %}<{{ m.role }}>{{ m.content }}{% endfor %}"
    )
    assert shown(strict, [TALK[0], TALK[1], TALK[1]]) == "<user>S\n\nA\n\nA"
    assert shown(strict).endswith("<user>sun\n\nlow")
    with pytest.raises(TemplateFailed, match="turns"):
        shown(strict, [{"role": "assistant", "content": "A"}])


def test_tools_without_descriptions() -> None:
    strict = (
        "{% for t in tools %}{% set f = t.function %}"
        "{{ '' + f.description + f.parameters.properties.city.description }}{% endfor %}ok"
    )
    assert shown(strict, tools=TOOLS) == "ok"


@pytest.mark.parametrize(
    ("think", "text"),
    [(None, "--"), (True, "True-True-"), (False, "False-False-"), ("high", "True-True-high")],
)
def test_think(think: bool | str | None, text: str) -> None:
    names = "{{ enable_thinking }}-{{ thinking }}-{{ reasoning_effort }}{% if 0 %}x{% endif %}"
    assert shown(names, think=think) == text


@pytest.mark.parametrize(
    ("think", "effort"),
    [(True, "medium"), (False, "low"), ("max", "high"), ("low", "low"), (None, "")],
)
def test_gpt_oss_knows_three_levels(think: bool | str | None, effort: str) -> None:
    assert shown("{{ reasoning_effort }}{# <|channel|> {{ messages }} #}", think=think) == effort


def test_a_list_that_a_filter_made() -> None:
    source = "{{ messages | map(attribute='content') | tojson }}"
    assert shown(source, TALK[:2]) == '["S", "A"]'


def test_hy_has_words_of_its_own_for_effort() -> None:
    source = "{{ reasoning_effort }}{# 'no_think' {{ messages }} #}"
    found = [shown(source, think=think) for think in (True, False, "low", "max", None)]
    assert found == ["high", "no_think", "low", "high", ""]


def test_calls_written_as_lfm_writes_them() -> None:
    silent = "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}"
    assert (
        '<|tool_call_start|>[{"name": "weather", "arguments": {"city": "Bern"}}, '
        '{"name": "tide", "arguments": {}}]<|tool_call_end|>'
    ) in shown(silent + "{# <|tool_list_start|> #}")


def test_a_template_for_calls_without_content() -> None:
    strict = (
        "{% for m in messages %}{% if m.tool_calls and m.content %}{{ raise_exception('no') }}"
        "{% endif %}{% endfor %}"
    )
    quiet = [each | {"thinking": ""} for each in TALK]
    assert '<assistant>[weather {"city": "Bern"}]' in shown(strict + CALLS, quiet)


def test_a_word_against_thinking_where_there_is_no_variable() -> None:
    listening = (
        "{% for m in messages %}<{{ m.role }}>{{ m.content | replace('/no_think', '') | trim }}"
        "{% endfor %}{% if '/no_think' in messages[0].content %}<think></think>{% endif %}"
    )
    question = TALK[1:2]
    assert shown(listening, question, think=False) == "<system><user>A<think></think>"
    assert shown(listening, TALK[:2], think=False) == "<system>S<user>A<think></think>"
    assert shown(listening, TALK[:2], think=True) == "<system>S<user>A"
    assert shown(listening, TALK[:2]) == "<system>S<user>A"
    knowing = listening + "{% if enable_thinking is false %}<quiet>{% endif %}"
    assert shown(knowing, TALK[:2], think=False) == "<system>S<user>A<quiet>"


LOOPS = {
    "loops in loops": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}"
    "{% endfor %}",
    "loops over a text": "{% set text = 'x' * 9999 %}{% for a in text %}{% for b in text %}"
    "{% for c in text %}{% endfor %}{% endfor %}{% endfor %}",
    "a macro that calls itself twice": "{% macro twice(n) %}{% if n %}{{ twice(n - 1) }}"
    "{{ twice(n - 1) }}{% endif %}{% endmacro %}{{ twice(60) }}",
}


@pytest.mark.parametrize("source", LOOPS.values(), ids=LOOPS)
def test_a_template_that_does_not_come_to_an_end_is_broken_off(
    source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(templates, "RENDER_S", 0.05)
    with pytest.raises(TemplateFailed, match=r"did not come to an end in 0\.05 s"):
        render(source, Conversation([{"role": "user", "content": "x"}]), bos="", eos="")


def test_loops_are_what_they_are_without_a_limit() -> None:
    source = (
        "{% for m in messages %}{{ loop.index }}/{{ loop.length }}{{ ',' if not loop.last }}"
        "{{ loop.nextitem.content if loop.nextitem is defined }}{% endfor %}|"
        "{% for m in messages if m.role == 'user' %}{{ loop.revindex }}{% else %}none{% endfor %}|"
        "{% for x in [] %}x{% else %}none{% endfor %}|"
        "{% for a, b in {'k': 1}.items() %}{{ a }}{{ b }}{% break %}{% endfor %}|"
        "{% for t in [1, [2, [3]]] recursive %}{{ t if t is number else loop(t) }}{% endfor %}|"
        "{% for x in missing %}x{% endfor %}"
    )
    messages = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    names = {"bos_token": "", "eos_token": ""}
    plain = Environment(extensions=["jinja2.ext.loopcontrols"])
    expected = plain.from_string(source).render(names, messages=messages)
    assert render(source, Conversation(messages), bos="", eos="") == expected
    assert expected == "1/2,b2/2|1|none|k1|123|"
