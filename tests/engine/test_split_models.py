"""Weights in several parts answer as whole ones do, whatever their blobs are called."""

import asyncio
from pathlib import Path

import pytest

from desktop.core.settings import Settings
from desktop.engine.asks import Ask
from desktop.engine.engine import Engine
from desktop.engine.events import Piece
from desktop.engine.machine import Machine
from desktop.engine.options import merge
from desktop.models.importing import import_gguf
from desktop.models.installed import InstalledModel
from desktop.models.names import ModelName
from desktop.models.store import ModelStore
from tests.models.split_gguf import split
from tests.tiny_gguf import write_script_model

pytestmark = pytest.mark.slow


async def say(model: InstalledModel) -> str:
    engine = Engine(Settings(), Machine(threads=1, memory_bytes=2**33))
    try:
        ask = Ask(model=model, prompt="x", keep_alive_s=None, options=merge({}, {}))
        answer = [event.text async for event in engine.answer(ask) if isinstance(event, Piece)]
        return "".join(answer)
    finally:
        await engine.close()


@pytest.mark.parametrize("tensors_per_part", [2, 7])
def test_a_split_model_answers(tmp_path: Path, tensors_per_part: int) -> None:
    write_script_model(tmp_path / "m.gguf", "in two parts, one answer")
    parts = split(tmp_path / "m.gguf", tmp_path, "part", tensors_per_part)
    model = import_gguf(ModelStore(tmp_path / "models"), parts[0], ModelName.parse("split"))
    assert len(model.weight_parts) == len(parts) > 1
    assert asyncio.run(say(model)) == "in two parts, one answer"
