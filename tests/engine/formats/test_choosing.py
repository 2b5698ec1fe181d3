"""Which format a template leads to."""

import pytest

from desktop.core.errors import RequestInvalid
from desktop.engine.formats.choosing import choose
from desktop.engine.formats.families import THINKING, Thinking
from desktop.engine.formats.go_marks import call_prefix, thinking_tags
from desktop.engine.formats.harmony import Harmony
from desktop.engine.formats.marked import Marked
from desktop.engine.formats.plain import Plain
from desktop.engine.formats.required import RequiredCall, call_schema
from desktop.models.facts import template_thinks
from tests.engine.formats.recorded import (
    GO_THINKS,
    GO_TOOLS,
    GRANITE,
    HARMONY,
    HERMES,
    LLAMA,
    MAGISTRAL,
    NAMES,
    QWEN3,
    TOOLS,
    Case,
)


@pytest.mark.parametrize("template", ["", "{{ messages[0].content }}", "{{ .Prompt }}"])
def test_a_template_without_marks(template: str) -> None:
    format_ = choose(template, "llama")
    assert isinstance(format_, Plain)
    assert (format_.markers, format_.thinking) == ((), ("", ""))


@pytest.mark.parametrize(("template", "architecture"), [(HARMONY, ""), ("", "gpt-oss")])
def test_harmony(template: str, architecture: str) -> None:
    format_ = choose(template, architecture)
    assert isinstance(format_, Harmony)
    assert "<|channel|>" in format_.markers


@pytest.mark.parametrize(
    ("template", "thinking"),
    [
        (QWEN3, ("<think>", "</think>")),
        (MAGISTRAL, ("[THINK]", "[/THINK]")),
        (GO_THINKS, ("<reason>", "</reason>")),
        (HERMES, ("", "")),
    ],
)
def test_thinking(template: str, thinking: tuple[str, str]) -> None:
    assert choose(template, "").thinking == thinking


@pytest.mark.parametrize("row", THINKING, ids=lambda row: row.sign)
def test_whoever_thinks_is_known_for_it(row: Thinking) -> None:
    assert template_thinks(f"{row.sign}{row.opening}{row.closing}")


def test_every_mark_has_to_be_seen() -> None:
    assert choose(QWEN3, "").markers == (
        "<think>",
        "</think>",
        "<tool_call>",
        "<function=",
        "</tool_call>",
    )
    assert "<|python_tag|>" in choose(LLAMA, "").markers
    assert {"<|tool_call|>", "</response>"} <= set(choose(GRANITE, "").markers)


def test_the_same_template_is_looked_at_once() -> None:
    assert choose(QWEN3, "") is choose(QWEN3, "")
    assert isinstance(choose(QWEN3, ""), Marked)


def test_what_go_tells() -> None:
    assert thinking_tags(GO_THINKS) == ("<reason>", "</reason>")
    assert thinking_tags("{{ .Thinking }}{{ .Content }}") == ("", "")
    assert thinking_tags("a{{- $message.Thinking -}}b") == ("a", "b")
    assert call_prefix(GO_TOOLS) == "<toolcall>"
    assert call_prefix("{{ if .ToolCalls }}{{ range .ToolCalls }}[{{ .Name }}]{{ end }}") == ""
    assert call_prefix("{{ if .Tools }}some tools{{ end }}") == ""


@pytest.mark.parametrize("template", [QWEN3, "</think>", HARMONY, LLAMA])
@pytest.mark.parametrize("asked", ['{"name": "now", "arguments": {"a": 1}}'])
def test_a_call_that_must_be_made(template: str, asked: str) -> None:
    before = "<think>Hm</think>" if "</think>" in template else ""
    parser = RequiredCall(choose(template, "")).parser(
        Case(template=template, answer="", tools=TOOLS).situation
    )
    pieces = [*parser.feed(before + asked[:9]), *parser.feed(asked[9:]), *parser.finish()]
    assert "".join(piece.thinking for piece in pieces) == ("Hm" if before else "")
    assert "".join(piece.text for piece in pieces) == ""
    (call,) = [call for piece in pieces for call in piece.calls]
    assert (call.name, call.arguments) == ("now", {"a": 1})


def test_a_call_that_must_be_made_and_was_cut_off() -> None:
    parser = RequiredCall(choose("", "")).parser(Case(template="", answer="").situation)
    assert not parser.feed('{"name": "no')
    assert [piece.text for piece in parser.finish()] == ['{"name": "no']


def test_the_schema_of_a_call() -> None:
    schema = call_schema(TOOLS, "now")
    assert schema["properties"] == {"name": {"const": "now"}, "arguments": {"type": "object"}}
    any_call = call_schema(TOOLS, "")["anyOf"]
    assert [each["properties"]["name"]["const"] for each in any_call] == list(NAMES)
    with pytest.raises(RequestInvalid, match='"other"'):
        call_schema(TOOLS, "other")
