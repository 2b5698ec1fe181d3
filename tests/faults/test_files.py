"""Model files that change under a loaded model."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from desktop.core.errors import ModelLoadFailed, WorkerDied
from desktop.engine.asks import Ask
from desktop.engine.engine import Engine
from desktop.engine.events import Piece
from desktop.engine.options import merge
from desktop.models.store import InstalledModel
from tests.api.served import serving
from tests.engine.models import install_script
from tests.faults.engines import DEADLINE_S, pid_of, running, say, until
from tests.tiny_gguf import write_script_model

pytestmark = pytest.mark.slow

Test = Callable[[Engine, InstalledModel], Awaitable[None]]


def run(tmp_path: Path, test: Test) -> None:
    """With a model whose file is mapped into its worker."""

    async def main() -> None:
        async with running(context_tokens=30_000) as engine:
            model = install_script(tmp_path, "a", "hello you", context=32_768, eos=False)
            assert (await say(engine, model, num_predict=2, use_mmap=True)) == "hello you"
            await asyncio.wait_for(test(engine, model), DEADLINE_S)

    asyncio.run(main())


def other(tmp_path: Path) -> Path:
    """Another model of the same name."""
    write_script_model(tmp_path / "other.gguf", "something else", eos=False, context=32_768)
    return tmp_path / "other.gguf"


async def cut_short_in_mid_answer(engine: Engine, model: InstalledModel) -> None:
    """The file loses its end while the model speaks."""
    ask = Ask(model=model, prompt="x", options=merge({}, {}))
    cut = False
    async for event in engine.answer(ask):
        if isinstance(event, Piece) and not cut:
            os.truncate(model.weights, 1000)
            cut = True


def test_a_file_cut_short_while_the_model_speaks_is_told(tmp_path: Path) -> None:
    async def test(engine: Engine, model: InstalledModel) -> None:
        with pytest.raises(WorkerDied, match="a file of the model was cut short") as error:
            await cut_short_in_mid_answer(engine, model)
        assert "memory" not in str(error.value)
        with pytest.raises(ModelLoadFailed) as refusal:
            await say(engine, model)
        assert refusal.value.reason == "damaged_file"

    run(tmp_path, test)


def test_a_file_cut_short_between_two_requests_is_told(tmp_path: Path) -> None:
    async def test(engine: Engine, model: InstalledModel) -> None:
        os.truncate(model.weights, 1000)
        with pytest.raises(ModelLoadFailed) as refusal:
            await say(engine, model)
        assert refusal.value.reason == "damaged_file"

    run(tmp_path, test)


def test_a_replaced_file_is_what_the_next_request_meets(tmp_path: Path) -> None:
    async def test(engine: Engine, model: InstalledModel) -> None:
        speaking = asyncio.create_task(say(engine, model, num_predict=300))
        await until(lambda: engine.runners[0].in_use)
        old = pid_of(engine)
        other(tmp_path).replace(model.weights)
        assert (await speaking).startswith("hello you")  # the old file, to the end
        assert (await say(engine, model, num_predict=2)) == "something else"
        assert pid_of(engine) != old

    run(tmp_path, test)


def test_a_file_written_over_is_what_the_next_request_meets(tmp_path: Path) -> None:
    async def test(engine: Engine, model: InstalledModel) -> None:
        with model.weights.open("r+b") as file:
            file.write(other(tmp_path).read_bytes())
            file.truncate()
        assert (await say(engine, model, num_predict=2)) == "something else"

    run(tmp_path, test)


def test_a_deleted_file_is_told_and_the_answer_goes_on(tmp_path: Path) -> None:
    async def test(engine: Engine, model: InstalledModel) -> None:
        speaking = asyncio.create_task(say(engine, model, num_predict=300))
        await until(lambda: engine.runners[0].in_use)
        model.weights.unlink()
        assert (await speaking).startswith("hello you")
        with pytest.raises(ModelLoadFailed, match="does not exist") as refusal:
            await say(engine, model)
        assert refusal.value.reason == "file_not_found"

    run(tmp_path, test)


def test_a_deleted_file_is_told_by_the_service_too(tmp_path: Path) -> None:
    model = install_script(tmp_path, "a", "hello you")
    with serving(tmp_path / "home", tmp_path / "models") as served:
        assert served.generate("a", "x")["response"] == "hello you"
        model.weights.unlink()
        reply = served.post("/api/generate", {"model": "a", "prompt": "x"})
        assert reply.status_code == 500
        assert reply.json()["code"] == "file_damaged"
        assert "lacks its file" in reply.json()["error"]
        assert served.http.get("/api/tags").json()["models"] == []
