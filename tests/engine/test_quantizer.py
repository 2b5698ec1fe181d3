"""Quantizing in a process of its own; the files it makes really run."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from pathlib import Path

import psutil
import pytest

from desktop.core.errors import AppError, DiskFull, TemplateFailed, WorkerFailed
from desktop.engine import errand
from desktop.engine.quantizer import quantize
from desktop.models.creating import quantization
from desktop.models.creating.quantization import QuantizationRefused
from desktop.models.gguf import read_header
from tests.creation import (
    TOOLS,
    WIDE,
    create,
    left_in,
    library_in,
    lines_of,
    put,
    write_adapter,
    write_split_model,
)
from tests.tiny_gguf import Shape, write_random_model, write_unknown_architecture
from tests.workers import ask, worker

pytestmark = pytest.mark.slow

ROOM = 10**9


def plan(
    source: Path, kind: str, folder: Path, room_bytes: int = ROOM
) -> quantization.Quantization:
    target = folder / "target" / "q.gguf"
    target.parent.mkdir(exist_ok=True)
    return quantization.plan([read_header(source)], kind, target, room_bytes)


async def answer_of(path: Path, **load: object) -> str:
    async with worker(path, **load) as process:
        return (await ask(process, "the one", predict_tokens=8)).text


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("wide") / "m.gguf"
    write_random_model(path, shape=WIDE)
    return path


@pytest.mark.parametrize("kind", ["Q8_0", "Q4_K_M"])
def test_a_smaller_model_that_answers(wide: Path, tmp_path: Path, kind: str) -> None:
    library = library_in(tmp_path)
    files = {"m.gguf": put(library, wide)}
    lines = asyncio.run(lines_of(library, "small", files=files, quantize=kind.lower()))
    progress = [line for line in lines if line["status"] == f"quantizing F16 model to {kind}"]
    assert {line["digest"] for line in progress} == {"0000000000000000000"}
    total = sum(tensor.size_bytes or 0 for tensor in read_header(wide).tensors)
    assert {line["total"] for line in progress} == {total}
    assert "completed" not in progress[0]
    done = [line.get("completed", 0) for line in progress]
    assert done == sorted(done)
    assert done[-1] == total
    model = library.find("small")
    assert model.config.file_type == kind
    assert model.facts is not None
    assert model.facts.quantization == kind
    assert model.weights.stat().st_size < wide.stat().st_size * 0.6
    assert asyncio.run(answer_of(model.weights))
    assert left_in(tmp_path / "partial") == set()


def test_every_kind_we_offer_can_be_made(wide: Path, tmp_path: Path) -> None:
    async def make(kind: str) -> str:
        work = plan(wide, kind, tmp_path)
        async with aclosing(quantize(work, 1)) as steps:
            async for _ in steps:
                pass
        return read_header(work.target).quantization

    for kind in quantization.KINDS:
        assert asyncio.run(make(kind)) == kind


def test_split_weights_become_one_file(tmp_path: Path) -> None:
    library = library_in(tmp_path / "models")
    parts = write_split_model(tmp_path)
    files = {part.name: put(library, part) for part in parts}
    model = create(library, "one", files=files, quantize="Q8_0")
    assert len(model.weight_parts) == 1
    assert asyncio.run(answer_of(model.weights))


def test_a_split_model_answers(tmp_path: Path) -> None:
    library = library_in(tmp_path / "models")
    files = {part.name: put(library, part) for part in write_split_model(tmp_path)}
    first, second = create(library, "two", files=files).weight_parts
    assert asyncio.run(answer_of(first, more_parts=(str(second),)))


def test_a_model_with_an_adapter_answers_otherwise(wide: Path, tmp_path: Path) -> None:
    library = library_in(tmp_path / "models")
    create(library, "base", files={"m.gguf": put(library, wide)})
    write_adapter(tmp_path / "a.gguf", base=wide)
    adapted = create(
        library, "tuned", source="base", adapters={"a.gguf": put(library, tmp_path / "a.gguf")}
    )
    plain = asyncio.run(answer_of(adapted.weights))
    adapters = tuple(str(path) for path in adapted.adapters)
    assert asyncio.run(answer_of(adapted.weights, adapters=adapters)) != plain


def test_a_draft_is_quantized_by_itself(wide: Path, tmp_path: Path) -> None:
    library = library_in(tmp_path)
    digest = put(library, wide)
    model = create(
        library, "m", files={"m.gguf": digest}, drafts={"d.gguf": digest}, draft_quantize="q8_0"
    )
    assert model.weights == library.blob_path(digest)
    assert read_header(model.drafts[0]).quantization == "Q8_0"


def test_what_has_that_type_already_stays(wide: Path, tmp_path: Path) -> None:
    library = library_in(tmp_path)
    digest = put(library, wide)
    model = create(library, "same", files={"m.gguf": digest}, quantize="F16")
    assert model.weights == library.blob_path(digest)


def test_only_full_precision_is_quantized(wide: Path, tmp_path: Path) -> None:
    library = library_in(tmp_path)
    create(library, "small", files={"m.gguf": put(library, wide)}, quantize="Q8_0")
    with pytest.raises(QuantizationRefused) as caught:
        asyncio.run(lines_of(library, "smaller", source="small", quantize="Q4_K"))
    assert str(caught.value) == "quantization is only supported for F16, BF16 and F32 models"
    with pytest.raises(QuantizationRefused, match="unsupported quantization type Q9 - supported"):
        asyncio.run(lines_of(library, "smaller", source="small", quantize="Q9"))


async def steps_of(work: quantization.Quantization) -> list[tuple[int, int]]:
    async with aclosing(quantize(work, 1)) as steps:
        return [step async for step in steps]


def test_too_little_room(wide: Path, tmp_path: Path) -> None:
    work = plan(wide, "Q8_0", tmp_path, room_bytes=10**6)
    with pytest.raises(DiskFull, match=r"needed, 1\.0 MB are free"):
        asyncio.run(steps_of(work))
    assert not work.target.exists()


def test_llama_cpps_own_reason(tmp_path: Path) -> None:
    write_unknown_architecture(tmp_path / "m.gguf")
    with pytest.raises(WorkerFailed, match="unknown model architecture: 'marsupial'"):
        asyncio.run(steps_of(plan(tmp_path / "m.gguf", "Q8_0", tmp_path)))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Enough work to be killed in the middle of it."""
    path = tmp_path_factory.mktemp("large") / "m.gguf"
    write_random_model(path, shape=Shape(embed=512, layers=24, floats="F16"))
    return path


def quantizers() -> list[psutil.Process]:
    """Those that run for us; other tests' models may be in memory as well."""
    found = []
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.Error):  # it has just ended
            found += [child] if "errand" in child.cmdline() else []
    return found


def test_kill_9_of_the_quantizer_is_told_and_leaves_nothing(large: Path, tmp_path: Path) -> None:
    library = library_in(tmp_path)
    files = {"m.gguf": put(library, large)}
    before = left_in(tmp_path)

    async def killed(work: quantization.Quantization) -> AsyncGenerator[tuple[int, int]]:
        async with aclosing(quantize(work, 1)) as steps:
            async for step in steps:
                yield step
                if 0 < step[0] < step[1]:  # some steps are still on their way afterwards
                    for child in quantizers():
                        child.kill()

    tools = type(TOOLS)(quantize=killed, check_template=TOOLS.check_template)
    with pytest.raises(WorkerFailed, match=r"quantized the model was killed \(SIGKILL"):
        asyncio.run(lines_of(library, "m", tools, files=files, quantize="IQ4_XS"))
    assert left_in(tmp_path) == before
    assert quantizers() == []


def test_giving_up_ends_the_process(large: Path, tmp_path: Path) -> None:
    async def give_up() -> psutil.Process:
        steps = quantize(plan(large, "IQ4_XS", tmp_path), 1)
        async for done, _total in steps:
            if done:
                break
        (child,) = quantizers()
        await steps.aclose()
        return child

    assert not asyncio.run(give_up()).is_running()


def test_templates_of_both_languages() -> None:
    for good in ("{{ .Prompt }}", "{% for m in messages %}{{ m.content }}{% endfor %}", "Hello"):
        asyncio.run(errand.check_template(good))
    for bad in ("{{ .Prompt", "{{ range }}{{ end }}", "{% if %}", "{{ if .A }}"):
        with pytest.raises(TemplateFailed):
            asyncio.run(errand.check_template(bad))


def test_a_broken_template_in_an_order(wide: Path, tmp_path: Path) -> None:
    library = library_in(tmp_path)
    making = partial(lines_of, library, "m", files={"m.gguf": put(library, wide)})
    with pytest.raises(AppError) as caught:
        asyncio.run(making(template="{{ if .System }}"))
    assert caught.value.status == 400
    assert str(caught.value).startswith("template error: ")
