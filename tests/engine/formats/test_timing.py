"""When things are told: calls as soon as they are whole, texts at once."""

import pytest

from desktop.engine.events import Piece
from desktop.engine.formats.choosing import choose
from tests.engine.formats.recorded import (
    CODER,
    COMMAND_A,
    DEEPSEEK,
    GEMMA4,
    GLM,
    HARMONY,
    HERMES,
    KIMI,
    LFM,
    LLAMA,
    MISTRAL,
    OTHER,
    PHI,
    QWEN3,
    Case,
)

SOON = {
    HERMES: '<tool_call>{"name": "now"}',
    CODER: "<tool_call><function=now></function></tool_call>",
    LLAMA: '{"name": "now", "parameters": {}}',
    MISTRAL: '[TOOL_CALLS][{"name": "now", "arguments": {}}',
    KIMI: "<|tool_call_begin|>functions.now:3<|tool_call_argument_begin|>{}",
    DEEPSEEK: "<｜tool▁call▁begin｜>now<｜tool▁sep｜>{}",
    GEMMA4: "<|tool_call>call:now{}<tool_call|>",
    GLM: "<tool_call>now</tool_call>",
    LFM: "<|tool_call_start|>[now()]<|tool_call_end|>",
    COMMAND_A: '<|START_ACTION|>[{"tool_name": "now", "parameters": {}}',
    HARMONY: "<|channel|>commentary to=functions.now<|message|>{}",
}
PROSE = ["It", " is", " 5", " <", " 6", ",", " {", "so", "}", " [", "1", "]", " and", ' "', 'x"']


def fed(template: str, *texts: str) -> list[Piece]:
    parser = choose(template, "").parser(Case(template=template, answer="").situation)
    return [piece for text in texts for piece in parser.feed(text)]


@pytest.mark.parametrize(("template", "answer"), SOON.items())
def test_a_call_is_told_with_its_last_character(template: str, answer: str) -> None:
    assert not any(piece.calls for piece in fed(template, answer[:-1]))
    (call,) = [call for piece in fed(template, *answer) for call in piece.calls]
    assert call.name == "now"
    assert call.id == "functions.now:3" if template == KIMI else call.id.startswith("call_")


@pytest.mark.parametrize("template", [HERMES, QWEN3, CODER, LLAMA, MISTRAL, GEMMA4, PHI, OTHER])
def test_text_waits_for_one_piece_at_most(template: str) -> None:
    for count in range(1, len(PROSE)):
        told = "".join(piece.text for piece in fed(template, *PROSE[:count]))
        assert told.startswith("".join(PROSE[: count - 1]).rstrip()), PROSE[:count]


def test_an_object_that_can_be_no_call_is_let_go_at_once() -> None:
    assert fed(LLAMA, '{"nam') == []
    assert fed(LLAMA, '{"na', "tion") == [Piece('{"nation')]
    assert fed(LLAMA, "[ 1") == [Piece("[ 1")]


def test_a_mark_that_nothing_follows_is_let_go_soon() -> None:
    told = "".join(piece.text for piece in fed(HERMES, "<tool_call>", " of the kind", " we know"))
    assert told == " of the kind we know".lstrip()
    assert fed(GEMMA4, "<|tool_call>", "Hello") == [Piece("Hello")]


def test_thoughts_are_told_as_they_come() -> None:
    assert fed(QWEN3, "<thi", "nk>\n", "One", " two") == [
        Piece(thinking="One"),
        Piece(thinking=" two"),
    ]
