"""Answers with thoughts and calls from real workers, control tokens and all."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from desktop.core.settings import Settings
from desktop.engine.asks import Ask, ToolChoice
from desktop.engine.engine import Engine
from desktop.engine.events import Finished, Piece
from desktop.engine.machine import Machine
from desktop.engine.options import merge
from desktop.models.importing import import_gguf
from desktop.models.names import ModelName
from desktop.models.store import ModelStore
from tests.engine.formats.recorded import BERN, GEMMA4, HARMONY, MAGISTRAL, QWEN3, TOOLS
from tests.tiny_gguf import write_script_model

pytestmark = pytest.mark.slow

SAY = "{{ messages[-1].content }}"


def asked(
    folder: Path,
    template: str,
    script: Sequence[str],
    control: Sequence[str] = (),
    *,
    eos: bool = True,
    **fields: Any,
) -> tuple[list[Piece], Finished]:
    """The pieces of the scripted answer to a question with tools, and its end."""
    file = folder / "m.gguf"
    source = f"{SAY}{{# {template.replace('{', '').replace('}', '').replace('%', '')} tools #}}"
    write_script_model(file, list(script), eos=eos, control=control, chat_template=source)
    model = import_gguf(ModelStore(folder / "models"), file, ModelName.parse("m"))
    told: dict[str, Any] = {
        "model": model,
        "messages": [{"role": "user", "content": "Hi"}],
        "tools": list(TOOLS),
        "options": merge({}, {"temperature": 0}),
    }

    async def run() -> list[Any]:
        engine = Engine(Settings(), Machine(threads=1, memory_bytes=2**33))
        try:
            return [event async for event in engine.answer(Ask(**told | fields))]
        finally:
            await engine.close()

    events = asyncio.run(run())
    assert isinstance(events[-1], Finished)
    return [event for event in events if isinstance(event, Piece)], events[-1]


def read(pieces: list[Piece]) -> tuple[str, str, list[tuple[str, dict[str, Any]]]]:
    calls = [(call.name, call.arguments) for piece in pieces for call in piece.calls]
    return (
        "".join(piece.thinking for piece in pieces),
        "".join(piece.text for piece in pieces),
        calls,
    )


def test_marks_that_are_ordinary_text(tmp_path: Path) -> None:
    script = ["<thi", "nk>\n", "Hm", ".\n", "</think>", "\n\n", "I look.\n", "<tool", "_call>\n"]
    script += ['{"name": "get_weather", ', '"arguments": {"city": "Be', 'rn", "days": 2}}', "\n"]
    pieces, end = asked(tmp_path, QWEN3, [*script, "</tool_call>"])
    assert read(pieces) == ("Hm.", "I look.", [BERN])
    assert end.reason == "stop"


def test_marks_that_are_control_tokens(tmp_path: Path) -> None:
    script = ["[THINK]", "Hm", "[/THINK]", "So", "[TOOL_CALLS]", "get_", "weather", "[ARGS]"]
    script += ['{"city": "Bern", ', '"days": 2}', "[TOOL_CALLS]", "now", "[ARGS]", "{}"]
    control = ["[THINK]", "[/THINK]", "[TOOL_CALLS]", "[ARGS]"]
    pieces, _ = asked(tmp_path, MAGISTRAL, script, control)
    assert read(pieces) == ("Hm", "So", [BERN, ("now", {})])


def test_one_call_is_enough(tmp_path: Path) -> None:
    script = ["[TOOL_CALLS]", "now", "[ARGS]", "{}"]  # for ever
    control = ["[TOOL_CALLS]", "[ARGS]"]
    pieces, end = asked(tmp_path, MAGISTRAL, script, control, eos=False, parallel_calls=False)
    assert read(pieces) == ("", "", [("now", {})])
    assert end.reason == "stop"


def test_thoughts_that_nobody_asked_for(tmp_path: Path) -> None:
    control = ["<|channel>", "<channel|>", "<|tool_call>", "<tool_call|>", '<|"|>']
    script = ["<|channel>", "thought\n", "Hm", "<channel|>", "<|tool_call>", "call:get_weather{"]
    script += ["city:", '<|"|>', "Bern", '<|"|>', ",days:2}", "<tool_call|>"]
    pieces, _ = asked(tmp_path, GEMMA4, script, control, think=False)
    assert read(pieces) == ("", "", [BERN])


def test_harmony_without_tools(tmp_path: Path) -> None:
    control = ["<|channel|>", "<|message|>", "<|end|>", "<|start|>"]
    script = ["<|channel|>", "analysis", "<|message|>", "Hm", "<|end|>", "<|start|>", "assistant"]
    script += ["<|channel|>", "final", "<|message|>", "Yes", "."]
    pieces, _ = asked(tmp_path, HARMONY, script, control, tools=[])
    assert read(pieces) == ("Hm", "Yes.", [])


def test_tools_that_must_not_be_used(tmp_path: Path) -> None:
    script = ["[TOOL_CALLS]", "now", "[ARGS]", "{}"]
    choice = ToolChoice("none")
    pieces, _ = asked(tmp_path, MAGISTRAL, script, ["[TOOL_CALLS]", "[ARGS]"], tool_choice=choice)
    assert read(pieces) == ("", "now{}", [])
