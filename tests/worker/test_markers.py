"""Control tokens: invisible, unless the answer's reader wants to see them."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.tiny_gguf import write_script_model
from tests.workers import Answer, ask, worker

pytestmark = pytest.mark.slow

CONTROL = ("<|channel|>", "<|message|>", "<|start|>", "<|odd|>")
SCRIPT = ["<|channel|>", "final", "<|message|>", "Hello", "<|odd|>", "!"]


def answers(tmp_path: Path, *asks: dict[str, Any]) -> list[Answer]:
    write_script_model(tmp_path / "m.gguf", SCRIPT, control=CONTROL, eos="<|call|>")

    async def run() -> list[Answer]:
        async with worker(tmp_path / "m.gguf") as process:
            return [await ask(process, "x", **each) for each in asks]

    return asyncio.run(run())


def test_wanted_ones_come_as_text_and_the_others_do_not(tmp_path: Path) -> None:
    none, some, spanning = answers(
        tmp_path,
        {},
        {"markers": ["<|channel|>", "<|message|>"]},
        {"markers": ["<|start|>assistant<|channel|>"]},
    )
    assert none.pieces == ["final", "Hello", "!"]
    assert some.pieces == ["<|channel|>", "final", "<|message|>", "Hello", "!"]
    assert spanning.pieces == ["<|channel|>", "final", "Hello", "!"]


def test_a_wanted_one_that_ends_the_answer_is_sent_first(tmp_path: Path) -> None:
    (found,) = answers(tmp_path, {"markers": ["<|call|>"], "logprobs": 0})
    assert found.pieces == ["final", "Hello", "!", "<|call|>"]
    assert (found.end.reason, found.end.output_tokens) == ("stop", 7)
    assert [each.piece.decode() for each in found.logprobs] == SCRIPT


def test_stop_strings_see_what_is_seen(tmp_path: Path) -> None:
    hidden, seen, across = answers(
        tmp_path,
        {"stop": ["<|message|>"]},
        {"stop": ["<|message|>"], "markers": ["<|message|>"]},
        {"stop": ["lHello"]},
    )
    assert (hidden.text, hidden.end.stop_text) == ("finalHello!", "")
    assert (seen.text, seen.end.stop_text) == ("final", "<|message|>")
    assert (across.text, across.end.stop_text) == ("fina", "lHello")
    assert [each.end.reason for each in (hidden, seen, across)] == ["stop"] * 3
