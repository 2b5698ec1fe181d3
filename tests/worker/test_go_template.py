"""Go's template language, piece by piece; then conversations in the manner of known models."""

import datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from desktop.core.errors import TemplateFailed
from desktop.worker.go_template import render
from desktop.worker.go_template_parse import parse
from desktop.worker.go_template_run import FUNCTION_NAMES, Run

TODAY = datetime.date(2024, 3, 1)
DATA = {
    "Text": "héllo",
    "Empty": "",
    "Three": 3,
    "Zero": 0,
    "Yes": True,
    "No": False,
    "List": ["a", "b", "c"],
    "Nothing": [],
    "Map": {"b": 2, "a": "x"},
    "People": [{"Name": "Ann", "Pets": ["cat"]}, {"Name": "Bo", "Pets": []}],
    "Call": {"function": {"name": "f", "arguments": {"z": 1, "a": "<é>"}}},
}
LANGUAGE = [
    # texts, trimming, comments
    ("plain } text {", "plain } text {"),
    ("a {{- .Three -}} b", "a3b"),
    ("a \n\t{{- .Three }} b", "a3 b"),
    ("a {{ .Three -}} \r\n b", "a 3b"),
    ("a{{/* one\n{{ two }} */}}b", "ab"),
    ("a {{- /* one */ -}} b", "ab"),
    ("{{-3}}", "-3"),
    ("{{\n  .Three\n}}", "3"),
    # literals
    (r'{{ "a\n\"\u00e9\x41\101" }}', 'a\n"éAA'),
    ("{{ `raw \\n` }}", "raw \\n"),
    ("{{ 0x1F }} {{ 017 }} {{ 0b11 }} {{ 1_000 }} {{ +5 }} {{ 'a' }}", "31 15 3 1000 5 97"),
    ("{{ 2.50 }} {{ 1e3 }} {{ 1e6 }} {{ .5 }} {{ 0.00001 }}", "2.5 1000 1e+06 0.5 1e-05"),
    ("{{ true }}{{ false }}", "truefalse"),
    # fields, variables, chains
    ("{{ .Map.a }} {{ $.Map.b }} {{ (.Map).a }}", "x 2 x"),
    ("[{{ .Missing }}][{{ .Missing.Deeper }}][{{ .Map.c }}]", "[][][]"),
    ("{{ .Call.Function.Name }}", "f"),
    ("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}", "2"),
    ("{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ end }}{{ $x }}", "1"),
    ("{{ $p := index .People 0 }}{{ $p.Name }}{{ range $p.Pets }}{{ $.Three }}{{ end }}", "Ann3"),
    ("{{ (index .People 1).Name }}{{ (slice .People 1 | len) }}", "Bo1"),
    # printing
    ("{{ .List }} {{ .Nothing }} {{ .Yes }}", "[a b c] [] true"),
    ("{{ .Call.Function.Arguments }} {{ .Map }}", '{"z":1,"a":"<é>"} {"b":2,"a":"x"}'),
    ("{{ json .People }}", '[{"Name":"Ann","Pets":["cat"]},{"Name":"Bo","Pets":[]}]'),
    # conditions
    ("{{ if .Empty }}1{{ else if .Zero }}2{{ else if .Text }}3{{ else }}4{{ end }}", "3"),
    ("{{ if .Nothing }}1{{ end }}{{ if .List }}2{{ end }}{{ if .Missing }}3{{ end }}", "2"),
    ("{{ with .Map }}{{ .a }}{{ else }}none{{ end }}", "x"),
    ("{{ with .Missing }}{{ . }}{{ else }}{{ .Three }}{{ end }}", "3"),
    ("{{ with $x := .Text }}{{ $x }}{{ . }}{{ end }}", "héllohéllo"),
    ("{{ with .Empty }}1{{ else with .Text }}{{ . }}{{ end }}", "héllo"),
    # loops
    ("{{ range .List }}<{{ . }}>{{ else }}none{{ end }}", "<a><b><c>"),
    ("{{ range .Nothing }}1{{ else }}none{{ end }}", "none"),
    ("{{ range $e := .List }}{{ $e }}{{ . }} {{ end }}", "aa bb cc "),
    ("{{ range $i, $e := .List }}{{ $i }}{{ $e }}{{ end }}", "0a1b2c"),
    ("{{ $l := 0 }}{{ range $i, $_ := .List }}{{ $l = $i }}{{ end }}{{ $l }}", "2"),
    ("{{ $e := 0 }}{{ range $e = .List }}{{ end }}{{ $e }}", "c"),
    ("{{ range $k, $v := .Map }}{{ $k }}={{ $v }};{{ end }}", "a=x;b=2;"),
    ("{{ range .List }}{{ if eq . `b` }}{{ continue }}{{ end }}{{ . }}{{ end }}", "ac"),
    ("{{ range .List }}{{ if eq . `b` }}{{ break }}{{ end }}{{ . }}{{ end }}", "a"),
    ("{{ range 3 }}{{ . }}{{ end }}", "012"),
    ("{{ range .People }}{{ range .Pets }}{{ . }}{{ break }}{{ end }}{{ .Name }} {{ end }}",
     "catAnn Bo "),
    # templates
    ('{{ define "t" }}<{{ .Name }}>{{ end }}{{ range .People }}{{ template "t" . }}{{ end }}',
     "<Ann><Bo>"),
    ('{{ template "t" }}{{ define "t" }}[{{ . }}{{ $ }}]{{ end }}', "[]"),
    ('{{ block "t" .Map }}{{ .a }}{{ end }}', "x"),
    # pipelines and functions
    ("{{ .Text | len }} {{ 1 | print 2 | printf `%s!` }}", "6 2 1!"),
    ("{{ and 1 0 (index .List 9) }} {{ or 0 `x` (index .List 9) }} {{ and 1 2 }}", "0 x 2"),
    ("{{ not .Empty }} {{ not 1 }} {{ 0 | or `` }}", "true false 0"),
    ("{{ eq 1 1 }} {{ eq 3 1 2 3 }} {{ eq .Text `x` `y` }} {{ ne `a` `b` }}",
     "true true false true"),
    ("{{ lt 1 2 }}{{ le 2 2 }}{{ gt `b` `a` }}{{ ge 1.5 2.5 }}", "truetruetruefalse"),
    ("{{ eq .Missing nil }} {{ eq .Text nil }} {{ eq .Missing `x` }}", "true false false"),
    ("{{ len .List }} {{ len .Map }} {{ len .Text }} {{ len .Missing }}", "3 2 6 0"),
    ("{{ index .List 1 }} {{ index .Map `a` }} {{ index .People 0 `Name` }} {{ index `ab` 1 }}",
     "b x Ann 98"),
    ("{{ slice .List 1 }} {{ slice .List 0 2 }} {{ slice .Text 0 1 }} {{ slice .List 0 1 2 }}",
     "[b c] [a b] h [a]"),
    ("{{ range $i, $_ := .List }}{{ if eq (len (slice $.List $i)) 1 }}{{ . }}{{ end }}{{ end }}",
     "c"),
    ("{{ print 1 2 `a` `b` 3 }}|{{ println 1 `a` }}|", "1 2ab3|1 a\n|"),
    ('{{ printf "%s %d %v %q %t %5.1f|%-4s|%04d|%x %%" "a" 1 .List "b\\n" true 2.25 "c" 7 255 }}',
     'a 1 [a b c] "b\\n" true   2.2|c   |0007|ff %'),
    ('{{ printf "%d %s" "x" }} {{ printf "a" 1 }}', "%!d(string=x) %!s(MISSING) a%!(EXTRA int=1)"),
    ("{{ currentDate }} {{ yesterdayDate }} {{ currentDate `x` }}",
     "2024-03-01 2024-02-29 2024-03-01"),
    ('{{ toTypeScriptType .Missing }}', "any"),
]  # fmt: skip
BROKEN = [
    ("a\n{{ .Text", 2, "unclosed action"),
    ("{{ if .Text }}\n\nx", 3, "missing"),
    ("{{ end }}", 1, "unexpected {{end}}"),
    ("{{ else }}", 1, "unexpected {{else}}"),
    ("{{ if 1 }}{{ else }}{{ else }}{{ end }}", 1, "expected {{end}}"),
    ("{{}}", 1, "missing value"),
    ("{{ if }}x{{ end }}", 1, "missing value for if"),
    ("{{ nope }}", 1, "'nope' not defined"),
    ("{{ $x }}", 1, "undefined variable $x"),
    ("{{ range .List }}{{ $x := 1 }}{{ end }}{{ $x }}", 1, "undefined variable $x"),
    ('{{ "a }}', 1, "unterminated"),
    ("{{ ! }}", 1, "'! }}'"),
    ("{{ /* a */ }}", 1, "unexpected"),
    ("{{/* a }}", 1, "unclosed comment"),
    ("{{ (.Text }}", 1, "unexpected"),
    ("{{ .Text ) }}", 1, "unexpected"),
    ("{{ 12a }}", 1, "unexpected"),
    ("{{ 9223372036854775808 }}", 1, "overflow"),
    (r'{{ "\q" }}', 1, "escape"),
    ("{{ 1 | 2 }}", 1, "non executable"),
    ("{{ break }}", 1, "outside"),
    ("{{ if 1 }}{{ define `t` }}{{ end }}{{ end }}", 1, "unexpected {{define}}"),
    ("{{ define `t` }}1{{ end }}{{ define `t` }}2{{ end }}", 1, "multiple definition"),
    ("\n{{ template `t` }}", 2, "not defined"),
    ("{{ nil }}", 1, "nil is not a command"),
    ("{{ 1 2 }}", 1, "can't give arguments"),
    ("{{ .Text.Deeper }}", 1, "can't evaluate field Deeper in type string"),
    ("\n\n{{ index .List 9 }}", 3, "out of range"),
    ("{{ eq 1 `a` }}", 1, "incompatible"),
    ("{{ lt true false }}", 1, "invalid type"),
    ("{{ len 3 }}", 1, "len of type int"),
    ("{{ len }}", 1, "arguments for len"),
    ("{{ slice .List 2 1 }}", 1, "invalid slice index"),
    ("{{ range .Yes }}{{ end }}", 1, "can't iterate"),
    ("{{ printf `%[1]d` 1 }}", 1, "printf"),
    ("{{ .__class__ }}{{ .Text.__class__ }}", 1, "can't evaluate field"),
]
BOUNDLESS = {
    "a template that calls itself": '{{ define "t" }}{{ template "t" }}{{ end }}{{ template "t" }}',
    "many loops": "{{ range 1000000 }}{{ range 1000000 }}{{ end }}{{ end }}",
    "a growing text": '{{ $x := "0123456789" }}{{ range 60 }}{{ $x = print $x $x }}{{ end }}',
    "a long text": "{{ range 200 }}{{ printf `%1000000d` 1 }}{{ end }}",
    "deep parentheses": "{{" + "(" * 5000 + "1" + ")" * 5000 + "}}",
    "deep blocks": "{{ if 1 }}" * 5000 + "{{ end }}" * 5000,
}


def run(source: str) -> str:
    program = parse(source, FUNCTION_NAMES)
    started = Run(program, TODAY)
    started.execute(program.nodes, DATA)
    return started.text


@pytest.mark.parametrize(("source", "text"), LANGUAGE)
def test_language(source: str, text: str) -> None:
    assert run(source) == text


@pytest.mark.parametrize(("source", "line", "problem"), BROKEN)
def test_failures_name_line_and_problem(source: str, line: int, problem: str) -> None:
    with pytest.raises(TemplateFailed) as caught:
        run(source)
    assert f"at line {line}: " in str(caught.value)
    assert problem in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize("source", BOUNDLESS.values(), ids=BOUNDLESS)
def test_nothing_runs_for_ever(source: str) -> None:
    with pytest.raises(TemplateFailed):
        run(source)


def test_values_that_are_no_data_are_refused() -> None:
    with pytest.raises(TemplateFailed, match="type object"):
        render("{{ range .Tools }}{{ .Name }}{{ end }}{{ .Messages }}", [], tools=[object()])  # type: ignore[list-item]


_WORDS = (
    "{{ }} {{- -}} if else end range with define template block break . .Messages .Role $ $x := = ,"
    ' | ( ) "a" `b` 1 -2 2.5 nil true eq and or not len index slice print printf json "%5s" "%d"'
    " /* */ x é"
)
_PIECES = st.sampled_from(_WORDS.split())
_TEMPLATES = st.one_of(
    st.text(alphabet='{}-.$|()"`%/*:=, \nifendrange0é', max_size=60),
    st.lists(_PIECES, max_size=30).map(" ".join),
    st.lists(_PIECES, max_size=8).map(lambda pieces: "{{ " + " ".join(pieces) + " }}"),
)


@settings(max_examples=300, deadline=5000)
@given(_TEMPLATES)
@example("{{ printf `%c` -1 }}{{ .Response }}")
def test_any_text_renders_or_fails_in_words(source: str) -> None:
    try:
        text = render(source, [{"role": "user", "content": "hi"}], today=TODAY)
    except TemplateFailed as error:
        text = str(error)
        assert text.startswith("the template failed at line ")
    assert "{{" in source or text == source


CHAT = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "One?"},
    {"role": "assistant", "content": "1."},
    {"role": "user", "content": "Two?"},
]
LLAMA3 = """{{- if .System }}<|start_header_id|>system<|end_header_id|>

{{ .System }}<|eot_id|>
{{- end }}
{{- range $at, $message := .Messages }}
{{- $last := eq (len (slice $.Messages $at)) 1 }}
{{- if ne .Role "system" }}<|start_header_id|>{{ .Role }}<|end_header_id|>

{{ .Content }}<|eot_id|>
{{- end }}
{{- if and $last (ne .Role "assistant") }}<|start_header_id|>assistant<|end_header_id|>

{{ end }}
{{- end }}"""
CHATML = """{{- if or .System .Tools }}<|im_start|>system
{{- if .System }}
{{ .System }}
{{- end }}
{{- if .Tools }}
<tools>
{{- range .Tools }}
{"type": "function", "function": {{ .Function }}}
{{- end }}
</tools>
{{- end }}<|im_end|>
{{ end }}
{{- range .Messages }}
{{- if eq .Role "user" }}<|im_start|>user
{{ .Content }}<|im_end|>
{{ else if eq .Role "assistant" }}<|im_start|>assistant
{{ with .Thinking }}<think>{{ . }}</think>
{{ end }}{{ .Content }}{{ range .ToolCalls }}<tool_call>
{"name": "{{ .Function.Name }}", "arguments": {{ .Function.Arguments }}}
</tool_call>{{ end }}<|im_end|>
{{ else if eq .Role "tool" }}<|im_start|>user
<tool_response>{{ .ToolName }}: {{ .Content }}</tool_response><|im_end|>
{{ end }}
{{- end }}<|im_start|>assistant
{{ if and .IsThinkSet (not .Think) }}<think></think>
{{ end }}"""
GEMMA = """<start_of_turn>user
{{ if .System }}{{ .System }} {{ end }}{{ .Prompt }}<end_of_turn>
<start_of_turn>model
{{ .Response }}<end_of_turn>
"""
MISTRAL = "[INST] {{ if .System }}{{ .System }} {{ end }}{{ .Prompt }} [/INST]{{ .Response }}</s>"
PHI = (
    "{{ if .System }}<|system|>\n{{ .System }}<|end|>\n{{ end }}"
    "{{ if .Prompt }}<|user|>\n{{ .Prompt }}<|end|>\n{{ end }}<|assistant|>\n"
    "{{ if .Response }}{{ .Response }}<|end|>\n{{ end }}"
)
ALPACA = """{{ if .System }}{{ .System }}

{{ end }}{{ if .Prompt }}### Instruction:
{{ .Prompt }}

{{ end }}### Response:
"""
RENDERED = {
    "llama3": (
        LLAMA3,
        "<|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
        "<|start_header_id|>user<|end_header_id|>\n\nOne?<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\n1.<|eot_id|>"
        "<|start_header_id|>user<|end_header_id|>\n\nTwo?<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\n",
    ),
    "chatml": (
        CHATML,
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nOne?<|im_end|>\n"
        "<|im_start|>assistant\n1.<|im_end|>\n<|im_start|>user\nTwo?<|im_end|>\n"
        "<|im_start|>assistant\n",
    ),
    "gemma": (
        GEMMA,
        "<start_of_turn>user\nBe brief. One?<end_of_turn>\n<start_of_turn>model\n1.<end_of_turn>\n"
        "<start_of_turn>user\nTwo?<end_of_turn>\n<start_of_turn>model\n",
    ),
    "mistral": (MISTRAL, "[INST] Be brief. One? [/INST]1.</s>[INST] Two? [/INST]"),
    "phi": (
        PHI,
        "<|system|>\nBe brief.<|end|>\n<|user|>\nOne?<|end|>\n<|assistant|>\n1.<|end|>\n"
        "<|user|>\nTwo?<|end|>\n<|assistant|>\n",
    ),
    "alpaca": (
        ALPACA,
        "Be brief.\n\n### Instruction:\nOne?\n\n### Response:\n1.### Instruction:\nTwo?\n\n"
        "### Response:\n",
    ),
    "no action": ("Once upon a time", "Once upon a time1.Once upon a time"),
    "only the prompt": ("{{ .Prompt }}", "One?1.Two?"),
}


@pytest.mark.parametrize(("source", "text"), RENDERED.values(), ids=RENDERED)
def test_conversations(source: str, text: str) -> None:
    assert render(source, CHAT) == text


@pytest.mark.parametrize("source", [PHI, GEMMA, MISTRAL])
def test_an_assistant_s_last_words_are_continued(source: str) -> None:
    begun = [*CHAT, {"role": "assistant", "content": "It is"}]
    assert render(source, begun) == render(source, CHAT) + "It is"


def test_neighbours_of_one_role_are_merged() -> None:
    messages = [
        {"role": "system", "content": "A"},
        {"role": "user", "content": "1"},
        {"role": "user", "content": "2"},
        {"role": "tool", "content": "x"},
        {"role": "tool", "content": "y"},
        {"role": "system", "content": "B"},
    ]
    source = "{{ .System }}{{ range .Messages }}|{{ .Role }}:{{ .Content }}{{ end }}"
    assert render(source, messages) == "A\n\nB|system:A|user:1\n\n2|tool:x|tool:y|system:B"
    assert messages[1]["content"] == "1"


def test_tools_and_thoughts() -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}}
    tool = {"type": "function", "function": {"name": "weather", "parameters": schema}}
    call = {"function": {"name": "weather", "arguments": {"city": "Zürich", "at": 7}}}
    messages: list[dict[str, Any]] = [
        {"role": "user", "content": "Rain?"},
        {"role": "assistant", "content": "", "thinking": "Look.", "tool_calls": [call]},
        {"role": "tool", "content": "No.", "tool_name": "weather"},
    ]
    assert render(CHATML, messages, tools=[tool], think=False) == (
        '<|im_start|>system\n<tools>\n{"type": "function", "function": {"name":"weather",'
        '"parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}\n'
        "</tools><|im_end|>\n<|im_start|>user\nRain?<|im_end|>\n<|im_start|>assistant\n"
        "<think>Look.</think>\n<tool_call>\n"
        '{"name": "weather", "arguments": {"city":"Zürich","at":7}}\n</tool_call><|im_end|>\n'
        "<|im_start|>user\n<tool_response>weather: No.</tool_response><|im_end|>\n"
        "<|im_start|>assistant\n<think></think>\n"
    )
    names = (
        "{{ range .Tools }}{{ range $name, $of := .Function.Parameters.Properties }}{{ $name }}:"
        "{{ toTypeScriptType $of }}{{ end }}{{ end }}{{ len .Messages }}"
    )
    assert render(names, [], tools=[tool]) == "city:string0"


@pytest.mark.parametrize(
    ("think", "text"),
    [
        (None, "false  false"),
        (False, "false  true"),
        (True, "true medium true"),
        ("high", "true high true"),
    ],
)
def test_think(think: bool | str | None, text: str) -> None:
    source = "{{ .Think }} {{ .ThinkLevel }} {{ .IsThinkSet }}{{ .Response }}"
    assert render(source, [], think=think) == text


def test_a_suffix_is_given_to_the_template_as_it_is() -> None:
    source = (
        "{{ if .Suffix }}<pre>{{ .Prompt }}<suf>{{ .Suffix }}<mid>{{ else }}{{ .Prompt }}{{ end }}"
    )
    messages = [{"role": "user", "content": "def f("}]
    assert render(source, messages, suffix="return 1") == "<pre>def f(<suf>return 1<mid>"
    assert render(source, messages) == "def f("
