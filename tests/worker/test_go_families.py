"""Conversations with tools and thoughts in templates of the kind that Ollama's library has."""

import datetime
from typing import Any

import pytest

from desktop.engine.formats.choosing import choose
from desktop.engine.formats.harmony import Harmony
from desktop.engine.formats.marked import Marked
from desktop.worker.go_template import render

TODAY = datetime.date(2024, 3, 1)
TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "Tells it.",
        "parameters": {
            "type": "object",
            "required": ["city"],
            "properties": {
                "city": {"type": "string", "description": "Where"},
                "unit": {"type": "string", "enum": ["C", "F"]},
            },
        },
    },
}
CALL = {"id": "call_1", "function": {"name": "weather", "arguments": {"city": "Bern", "at": 7}}}
TALK: list[dict[str, Any]] = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Rain?"},
    {"role": "assistant", "content": "", "thinking": "Look.", "tool_calls": [CALL]},
    {"role": "tool", "content": "No.", "tool_name": "weather", "tool_call_id": "call_1"},
]

QWEN3 = """{{- $last := -1 }}{{ range $at, $m := .Messages }}
{{- if eq $m.Role "user" }}{{ $last = $at }}{{ end }}{{ end }}
{{- if or .System .Tools }}<|im_start|>system
{{ .System }}
{{- if .Tools }}
<tools>
{{- range .Tools }}
{"type": "function", "function": {{ .Function }}}
{{- end }}
</tools>
{{- end }}<|im_end|>
{{ end }}
{{- range $i, $_ := .Messages }}
{{- $final := eq (len (slice $.Messages $i)) 1 }}
{{- if eq .Role "user" }}<|im_start|>user
{{ .Content }}
{{- if and $.IsThinkSet (eq $i $last) }}{{ if $.Think }}{{ " " }}/think{{ else }}{{ " " }}/no_think
{{- end }}{{ end }}<|im_end|>
{{ else if eq .Role "assistant" }}<|im_start|>assistant
{{ if and .Thinking (gt $i $last) }}<think>
{{ .Thinking }}
</think>
{{ end }}{{ .Content }}{{ if .ToolCalls }}<tool_call>
{{ range .ToolCalls }}{"name": "{{ .Function.Name }}", "arguments": {{ .Function.Arguments }}}
{{ end }}</tool_call>{{ end }}{{ if not $final }}<|im_end|>
{{ end }}{{ else if eq .Role "tool" }}<|im_start|>user
<tool_response>
{{ .Content }}
</tool_response><|im_end|>
{{ end }}{{ if and (ne .Role "assistant") $final }}<|im_start|>assistant
{{ if and $.IsThinkSet (not $.Think) }}<think>

</think>

{{ end }}{{ end }}{{ end }}"""
LLAMA = """<|start_header_id|>system<|end_header_id|>
{{ if .System }}
{{ .System }}{{ end }}{{ if .Tools }} Tools are there.{{ end }}<|eot_id|>
{{- range $i, $_ := .Messages }}{{ $last := eq (len (slice $.Messages $i)) 1 }}
{{- if eq .Role "user" }}<|start_header_id|>user<|end_header_id|>
{{ range $.Tools }}
{{ . }}{{ end }}

{{ .Content }}<|eot_id|>{{ else if eq .Role "assistant" }}<|start_header_id|>
{{- "assistant<|end_header_id|>" }}
{{ if .ToolCalls }}{{ range .ToolCalls }}
{"name": "{{ .Function.Name }}", "parameters": {{ .Function.Arguments }}}{{ end }}{{ else }}

{{ .Content }}{{ end }}{{ if not $last }}<|eot_id|>{{ end }}
{{- else if eq .Role "tool" }}<|start_header_id|>ipython<|end_header_id|>

{{ .Content }}<|eot_id|>{{ end }}
{{- if and $last (ne .Role "assistant") }}<|start_header_id|>assistant<|end_header_id|>

{{ end }}{{ end }}"""
MISTRAL = """{{- range $index, $_ := .Messages }}
{{- if eq .Role "user" }}
{{- if and (le (len (slice $.Messages $index)) 3) $.Tools }}[AVAILABLE_TOOLS] {{ $.Tools }}
{{- "[/AVAILABLE_TOOLS]" }}{{ end }}[INST] {{ if $.System }}{{ $.System }}

{{ end }}{{ .Content }}[/INST]
{{- else if eq .Role "assistant" }}
{{- if .Content }} {{ .Content }}</s>
{{- else if .ToolCalls }}[TOOL_CALLS] [
{{- range .ToolCalls }}{"name": "{{ .Function.Name }}", "arguments": {{ json .Function.Arguments }}}
{{- end }}]</s>
{{- end }}
{{- else if eq .Role "tool" }}[TOOL_RESULTS] {"content": {{ .Content }}}[/TOOL_RESULTS]
{{- end }}{{ end }}"""
GPT_OSS = """<|start|>system<|message|>Today: {{ currentDate }}
Reasoning: {{ if .ThinkLevel }}{{ .ThinkLevel }}{{ else }}medium{{ end }}<|end|>
{{- if or .Tools .System }}<|start|>developer<|message|>{{ .System }}
{{- if .Tools }}
namespace functions {
{{- range .Tools }}
{{- if .Function.Description }}
// {{ .Function.Description }}
{{- end }}
type {{ .Function.Name }} = (_: {
{{- range $name, $prop := .Function.Parameters.Properties }}
{{- if $prop.Description }}
// {{ $prop.Description }}
{{- end }}
{{ $name }}: {{ if gt (len $prop.Enum) 0 }}{{ range $i, $each := $prop.Enum }}
{{- if $i }} | {{ end }}"{{ $each }}"{{ end }}{{ else }}{{ toTypeScriptType $prop }}{{ end }},
{{- end }}
}) => any;
{{- end }}
}
{{- end }}<|end|>{{ end }}
{{- $name := "" }}
{{- range $i, $m := .Messages }}
{{- if eq $m.Role "user" }}<|start|>user<|message|>{{ $m.Content }}<|end|>
{{- else if eq $m.Role "assistant" }}
{{- if $m.Thinking }}<|start|>assistant<|channel|>analysis<|message|>
{{- $m.Thinking }}<|end|>{{ end }}
{{- range $j, $call := $m.ToolCalls }}{{ $name = (index $m.ToolCalls $j).Function.Name }}
{{- "<|start|>assistant<|channel|>commentary to=functions." }}{{ $call.Function.Name }}
{{- " <|constrain|>json<|message|>" }}{{ $call.Function.Arguments }}<|call|>{{ end }}
{{- else if eq $m.Role "tool" }}<|start|>functions.{{ or $m.ToolName $name }} to=assistant
{{- "<|message|>" }}{{ printf "%q" $m.Content }}<|end|>
{{- end }}{{ end }}<|start|>assistant"""
DEEPSEEK = """{{- if .System }}{{ .System }}{{ end }}
{{- range $i, $_ := .Messages }}
{{- if eq .Role "user" }}<｜User｜>{{ .Content }}
{{- else if eq .Role "assistant" }}<｜Assistant｜>
{{- if and $.IsThinkSet (and $.Think .Thinking) }}<think>
{{ .Thinking }}
</think>
{{- end }}{{ .Content }}<｜end▁of▁sentence｜>
{{- end }}
{{- if and (eq (len (slice $.Messages $i)) 1) (ne .Role "assistant") }}<｜Assistant｜>
{{- if and $.IsThinkSet (not $.Think) }}<think>

</think>

{{ end }}{{ end }}{{ end }}"""
GRANITE = """{{- if and (len .Messages) (eq (index .Messages 0).Role "system") -}}
<|start_of_role|>system<|end_of_role|>{{ (index .Messages 0).Content }}<|end_of_text|>
{{ end }}
{{- if .Tools }}<|start_of_role|>tools<|end_of_role|>{{ json .Tools }}<|end_of_text|>
{{ end }}
{{- range $index, $_ := .Messages }}
{{- if eq .Role "system" }}{{ continue }}{{ end -}}
<|start_of_role|>{{ .Role }}<|end_of_role|>
{{- if .ToolCalls }}<|tool_call|>{{ range .ToolCalls }}
{{- "{" }}"name": "{{ .Function.Name }}", "arguments": {{ .Function.Arguments }}}
{{- end }}{{ else }}{{ .Content }}{{ end }}<|end_of_text|>
{{ end }}<|start_of_role|>assistant<|end_of_role|>"""

ARGUMENTS = '{"city":"Bern","at":7}'
FUNCTION = (
    '{"name":"weather","description":"Tells it.","parameters":{"type":"object","required":["city"],'
    '"properties":{"city":{"type":"string","description":"Where"},'
    '"unit":{"type":"string","enum":["C","F"]}}}}'
)
RENDERED = {
    "qwen3": (
        QWEN3,
        "<|im_start|>system\nBe brief.\n<tools>\n"
        f'{{"type": "function", "function": {FUNCTION}}}\n</tools><|im_end|>\n'
        "<|im_start|>user\nRain? /think<|im_end|>\n"
        "<|im_start|>assistant\n<think>\nLook.\n</think>\n"
        f'<tool_call>\n{{"name": "weather", "arguments": {ARGUMENTS}}}\n</tool_call><|im_end|>\n'
        "<|im_start|>user\n<tool_response>\nNo.\n</tool_response><|im_end|>\n"
        "<|im_start|>assistant\n",
    ),
    "llama": (
        LLAMA,
        "<|start_header_id|>system<|end_header_id|>\n\nBe brief. Tools are there.<|eot_id|>"
        "<|start_header_id|>user<|end_header_id|>\n\n"
        f'{{"type":"function","function":{FUNCTION}}}\n\nRain?<|eot_id|>'
        "<|start_header_id|>assistant<|end_header_id|>\n\n"
        f'{{"name": "weather", "parameters": {ARGUMENTS}}}<|eot_id|>'
        "<|start_header_id|>ipython<|end_header_id|>\n\nNo.<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\n",
    ),
    "mistral": (
        MISTRAL,
        f'[AVAILABLE_TOOLS] [{{"type":"function","function":{FUNCTION}}}][/AVAILABLE_TOOLS]'
        "[INST] Be brief.\n\nRain?[/INST]"
        f'[TOOL_CALLS] [{{"name": "weather", "arguments": {ARGUMENTS}}}]</s>'
        '[TOOL_RESULTS] {"content": No.}[/TOOL_RESULTS]',
    ),
    "gpt-oss": (
        GPT_OSS,
        "<|start|>system<|message|>Today: 2024-03-01\nReasoning: medium<|end|>"
        "<|start|>developer<|message|>Be brief.\nnamespace functions {\n// Tells it.\n"
        'type weather = (_: {\n// Where\ncity: string,\nunit: "C" | "F",\n}) => any;\n}<|end|>'
        "<|start|>user<|message|>Rain?<|end|>"
        "<|start|>assistant<|channel|>analysis<|message|>Look.<|end|>"
        "<|start|>assistant<|channel|>commentary to=functions.weather <|constrain|>json<|message|>"
        f"{ARGUMENTS}<|call|><|start|>functions.weather to=assistant<|message|>"
        '"No."<|end|><|start|>assistant',
    ),
    "deepseek": (
        DEEPSEEK,
        "Be brief.<｜User｜>Rain?<｜Assistant｜><think>\nLook.\n</think>"
        "<｜end▁of▁sentence｜><｜Assistant｜>",
    ),
    "granite": (
        GRANITE,
        "<|start_of_role|>system<|end_of_role|>Be brief.<|end_of_text|>\n"
        "<|start_of_role|>tools<|end_of_role|>"
        f'[{{"type":"function","function":{FUNCTION}}}]<|end_of_text|>\n'
        "<|start_of_role|>user<|end_of_role|>Rain?<|end_of_text|>\n"
        "<|start_of_role|>assistant<|end_of_role|>"
        f'<|tool_call|>{{"name": "weather", "arguments": {ARGUMENTS}}}<|end_of_text|>\n'
        "<|start_of_role|>tool<|end_of_role|>No.<|end_of_text|>\n"
        "<|start_of_role|>assistant<|end_of_role|>",
    ),
}
MARKS = {
    "qwen3": ("<think>", "<tool_call>"),
    "llama": ("", "<|python_tag|>"),
    "mistral": ("", "[TOOL_CALLS]"),
    "deepseek": ("<think>", None),
    "granite": ("", "<|tool_call|>"),
}


@pytest.mark.parametrize(("source", "text"), RENDERED.values(), ids=RENDERED)
def test_calls_and_their_answers(source: str, text: str) -> None:
    assert render(source, TALK, tools=[TOOL], think=True, today=TODAY) == text


@pytest.mark.parametrize("source", [QWEN3, DEEPSEEK])
def test_thinking_switched_off(source: str) -> None:
    text = render(source, TALK[:2], think=False)
    assert text.endswith("<think>\n\n</think>\n\n")
    assert not render(source, TALK[:2]).endswith("</think>\n\n")


def test_levels_of_thinking() -> None:
    assert "Reasoning: high<|end|>" in render(GPT_OSS, TALK, think="high")
    assert "Reasoning: medium<|end|>" in render(GPT_OSS, TALK)


@pytest.mark.parametrize("name", MARKS)
def test_marks_out_of_the_template(name: str) -> None:
    thinking, call = MARKS[name]
    format_ = choose(RENDERED[name][0], "")
    assert isinstance(format_, Marked)
    assert format_.thinking[0] == thinking
    assert (format_.openings[0].mark if format_.openings else None) == call


def test_harmony_s_marks() -> None:
    assert isinstance(choose(GPT_OSS, ""), Harmony)
