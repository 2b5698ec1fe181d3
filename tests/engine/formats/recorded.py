"""Answers as models of each family give them, and what must come out of them.

A template is only as much of one as tells the family.
"""

from dataclasses import dataclass
from typing import Any

from desktop.engine.formats.choosing import choose
from desktop.engine.formats.format import Situation

TOOLS: tuple[dict[str, Any], ...] = (
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
            },
        },
    },
    {
        "type": "function",
        "function": {
            "name": "write_file",
            "parameters": {
                "type": "object",
                "properties": {
                    "path": {"type": "string"},
                    "content": {"type": "string"},
                    "options": {"type": "object"},
                    "tags": {"type": ["array", "null"]},
                    "mode": {"enum": ["a", "w"]},
                    "force": {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
                },
            },
        },
    },
    {"type": "function", "function": {"name": "now"}},
)
NAMES = ("get_weather", "write_file", "now")
BERN = ("get_weather", {"city": "Bern", "days": 2})

HERMES = "{% if tools %}<tool_call>{% endif %}"
QWEN3 = HERMES + "<think></think>"
CODER = "{% if tools %}<tool_call><function=x><parameter=y>{% endif %}"
LLAMA = "<|start_header_id|>{% if tools %}{% endif %}<|python_tag|>"
MISTRAL = "[TOOL_CALLS]{{ tools }}"
MAGISTRAL = "[TOOL_CALLS][ARGS]{{ tools }}[THINK][/THINK]"
GEMMA4 = "<|tool_call>call: <|channel>thought"
FUNCTION_GEMMA = "<start_function_call>call:"
GEMMA3 = "```tool_code {{ tools }}"
HARMONY = "<|start|><|channel|><|message|>"
DEEPSEEK = "<｜tool▁call▁begin｜></think>"
DSML = "{% set d = '｜DSML｜' %}<think></think>"
GRANITE = "<|start_of_role|>{{ tools }}<think></think><response></response>"
GRANITE_32 = "<|start_of_role|>{{ tools }}Here is my response:"
COMMAND_R = "Action: ```json tool_name"
COMMAND_A = "<|START_ACTION|><|START_THINKING|>"
PHI = "<|tool|>{{ tools }}"
FUNCTOOLS = "functools[{{ tools }}"
GLM = "<tool_call>{{ tools }}<arg_key><think></think>"
LFM = "<|tool_list_start|><think></think>"
KIMI = "<|tool_calls_section_begin|><|tool_call_begin|><|tool_call_argument_begin|></think>"
MINIMAX = "<minimax:tool_call><think></think>"
NEMOTRON = "<TOOLCALL>{{ tools }}</think>"
APRIEL = "<tool_calls>{{ tools }}[BEGIN FINAL RESPONSE]"
APERTUS = "<|tools_prefix|><|inner_prefix|>"
SEED = "<seed:tool_call><seed:think>"
SOLAR = "<|tool_call:begin|>"
GIGACHAT = "<|role_sep|>{{ tools }}<|function_call|>"
MINICPM = '{{ tools }}<function name="<param name="</think>'
FUNCTIONARY = "<function={{ tools }}"
OTHER = "{{ tools }}"
GO_TOOLS = (
    "{{ .Tools }}{{ if .ToolCalls }}<toolcall> {{ range .ToolCalls }}{{ .Function }}{{ end }}"
)
GO_THINKS = "{{ if .Thinking }}<reason>{{ .Thinking }}</reason>{{ end }}"


@dataclass(frozen=True, kw_only=True)
class Case:
    template: str
    answer: str
    text: str = ""
    thinking: str = ""
    calls: tuple[tuple[str, dict[str, Any]], ...] = ()
    prompt_end: str = ""
    tools: tuple[dict[str, Any], ...] = TOOLS

    @property
    def situation(self) -> Situation:
        names = tuple(tool["function"]["name"] for tool in self.tools)
        return Situation(self.prompt_end, None, names, self.tools)


@dataclass(frozen=True)
class Read:
    """An answer taken apart."""

    text: str
    thinking: str
    calls: tuple[tuple[str, dict[str, Any]], ...]


def expected(case: Case) -> Read:
    return Read(case.text, case.thinking, case.calls)


def read(case: Case, pieces: list[str]) -> Read:
    """The answer as it comes out if it comes in these pieces."""
    parser = choose(case.template, "").parser(case.situation)
    found = [each for piece in pieces for each in parser.feed(piece)]
    found += parser.finish()
    return Read(
        "".join(piece.text for piece in found),
        "".join(piece.thinking for piece in found),
        tuple((call.name, call.arguments) for piece in found for call in piece.calls),
    )
