"""Models with a second chat template, for requests with tools: what the prompt looks like, and how
the answer is read."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from desktop.core.settings import Settings
from desktop.engine.asks import Ask, ToolChoice
from desktop.engine.engine import Engine
from desktop.engine.events import Prepared
from desktop.engine.formats.format import Format
from desktop.engine.formats.plain import Plain
from desktop.engine.machine import Machine
from desktop.engine.orders import order_of
from desktop.models.importing import import_gguf
from desktop.models.names import ModelName
from desktop.models.store import InstalledModel, ModelStore
from desktop.worker.messages import Loaded
from tests.engine.formats.recorded import TOOLS
from tests.tiny_gguf import write_random_model

pytestmark = pytest.mark.slow

PLAIN = "plain {{ messages[-1].content }}"
CALLING = "calling {{ messages[-1].content }}{% if tools %}<tool_call>{% endif %}"
NONE = ToolChoice("none")


@pytest.fixture
def model(tmp_path: Path) -> InstalledModel:
    extra = {"tokenizer.chat_template.tool_use": CALLING}
    write_random_model(tmp_path / "m.gguf", chat_template=PLAIN, extra=extra)
    return import_gguf(ModelStore(tmp_path / "models"), tmp_path / "m.gguf", ModelName.parse("m"))


def ask(model: InstalledModel, **fields: Any) -> Ask:
    said = [{"role": "user", "content": "Hi"}]
    told: dict[str, Any] = {"model": model, "messages": said, "tools": list(TOOLS)}
    return Ask(**told | fields)


def test_the_prompt(model: InstalledModel) -> None:
    assert "tools" in model.capabilities

    async def run(**fields: Any) -> str:
        engine = Engine(Settings(), Machine(threads=1, memory_bytes=2**33))
        try:
            events = [each async for each in engine.answer(ask(model, only="render", **fields))]
        finally:
            await engine.close()
        (text,) = [each.text for each in events if isinstance(each, Prepared)]
        return text

    assert asyncio.run(run()) == "calling Hi<tool_call>"
    assert asyncio.run(run(tools=[])) == "plain Hi"
    assert asyncio.run(run(template="own {{ messages[-1].content }}")) == "own Hi"


def test_the_answer_is_read_as_its_template_says(model: InstalledModel) -> None:
    loaded = Loaded(
        context_tokens=1,
        trained_tokens=1,
        vocabulary=1,
        cells=1,
        devices=[],
        buffers=[],
        template=PLAIN,
        tool_template=CALLING,
        memory="full",
    )

    def read(**fields: Any) -> Format:
        return order_of(ask(model, **fields), loaded)[1]

    assert not isinstance(read(), Plain)
    assert isinstance(read(tools=[]), Plain)
    assert isinstance(read(tool_choice=NONE), Plain)
