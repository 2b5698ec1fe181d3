"""Texts to vectors in a real worker: the same ones whoever shares the batch, within limits."""

import asyncio
import base64
import json
import math
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desktop.core.errors import NotSupported, OutOfMemory, PromptTooLong, RequestInvalid
from desktop.engine.process import WorkerProcess
from desktop.worker.messages import Embed, Embedded
from tests import tiny_bert, tiny_gguf
from tests.vectors import cosine, numbers
from tests.workers import ask, ask_each, worker

pytestmark = pytest.mark.slow

TEXTS = ["why is the sky blue?", "hello", "", "the big " * 150]
LAST = 3  # llama_pooling_type
MANY = ["why is the grass green " * 20] * 256


async def embed(process: WorkerProcess, *texts: str, **fields: Any) -> Embedded:
    found = await process.call(Embed(id=0, texts=list(texts), **fields))
    assert isinstance(found, Embedded)
    return found


async def vectors(process: WorkerProcess, *texts: str, **fields: Any) -> list[list[float]]:
    return [numbers(each) for each in (await embed(process, *texts, **fields)).vectors]


def alike(some: list[list[float]], others: list[list[float]]) -> bool:
    return all(cosine(one, other) > 0.9999 for one, other in zip(some, others, strict=True))


def with_worker(
    path: Path, test: Callable[[WorkerProcess], Coroutine[Any, Any, None]], **load: Any
) -> None:
    async def run() -> None:
        async with worker(path, **load) as process:
            await test(process)

    asyncio.run(run())


def write_pooled(path: Path) -> None:
    tiny_gguf.write_random_model(path, extra={"llama.pooling_type": LAST})


KINDS = [
    tiny_bert.write_bert_model,
    tiny_gguf.write_random_model,
    tiny_gguf.write_swa_model,
    tiny_gguf.write_recurrent_model,
    write_pooled,
]


@pytest.mark.parametrize("write", KINDS)
def test_vectors_depend_on_the_text_alone(tmp_path: Path, write: Callable[[Path], None]) -> None:
    write(tmp_path / "m.gguf")

    async def test(process: WorkerProcess) -> None:
        together = await vectors(process, *TEXTS)
        assert all(abs(math.hypot(*vector) - 1) < 1e-5 for vector in together)
        assert all(cosine(together[0], other) < 0.99 for other in together[1:])
        alone = [(await vectors(process, text))[0] for text in TEXTS]
        assert alike(together, alone)

    with_worker(tmp_path / "m.gguf", test)


@pytest.mark.parametrize("write", KINDS)
def test_a_text_longer_than_a_batch_is_read_all_the_same(
    tmp_path: Path, write: Callable[[Path], None]
) -> None:
    write(tmp_path / "m.gguf")
    found: list[list[list[float]]] = []

    async def test(process: WorkerProcess) -> None:
        found.append(await vectors(process, *reversed(TEXTS)))

    for size in (32, 1024):
        with_worker(tmp_path / "m.gguf", test, batch_tokens=size, context_tokens=1024)
    assert alike(*found)


@pytest.mark.parametrize("batch_tokens", [33, 100])
@pytest.mark.parametrize("write", [tiny_bert.write_bert_model, tiny_gguf.write_random_model])
def test_batches_of_any_size_will_do(
    tmp_path: Path, write: Callable[[Path], None], batch_tokens: int
) -> None:
    write(tmp_path / "m.gguf")

    async def test(process: WorkerProcess) -> None:
        async with worker(tmp_path / "m.gguf", context_tokens=333) as usual:
            assert alike(await vectors(process, *TEXTS[:3]), await vectors(usual, *TEXTS[:3]))
        (vector,) = await vectors(process, "why is the grass green? " * 90)
        assert vector

    with_worker(tmp_path / "m.gguf", test, batch_tokens=batch_tokens, context_tokens=333)


def test_the_model_of_the_library_agrees_with_sentence_transformers(minilm_model: Path) -> None:
    known = json.loads((Path(__file__).parent / "all-MiniLM-L6-v2.json").read_bytes())["texts"]
    expected = [np.frombuffer(base64.b64decode(each["vector"]), "<f2").tolist() for each in known]

    async def test(process: WorkerProcess) -> None:
        texts = [each["text"] for each in known]
        found = await embed(process, *texts, context_tokens=256)
        assert found.tokens == [8, 12, 11, 14, 12, 256]
        assert (found.cut_inputs, found.dropped_tokens) == (1, 302 - 256)
        for vector, wanted in zip(found.vectors, expected, strict=True):
            assert cosine(numbers(vector), wanted) > 0.9999

    with_worker(minilm_model, test)


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bert") / "bert.gguf"
    tiny_bert.write_bert_model(path)
    return path


def test_texts_are_cut_at_their_end_and_keep_their_marks(bert: Path) -> None:
    async def test(process: WorkerProcess) -> None:
        whole, cut = await vectors(process, "why"), await embed(process, TEXTS[0], context_tokens=3)
        assert alike(whole, [numbers(cut.vectors[0])])
        assert (cut.tokens, cut.cut_inputs, cut.dropped_tokens) == ([3], 1, 5)
        long = await embed(process, "hello " * 2000)
        assert (long.tokens, long.cut_inputs) == ([512], 1)
        fits = await embed(process, TEXTS[0], context_tokens=8, truncate=False)
        assert not fits.cut_inputs

    with_worker(bert, test, context_tokens=4096)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"context_tokens": 7, "truncate": False}, "the input length exceeds the context length"),
        ({"context_tokens": 1}, "input after truncation exceeds maximum context length"),
        ({"context_tokens": 2}, "input after truncation exceeds maximum context length"),
        ({"context_tokens": 0}, "cannot be truncated further"),
        ({"context_tokens": -4}, "cannot be truncated further"),
        ({"context_tokens": 0, "truncate": False}, "the input length exceeds the context length"),
    ],
)
def test_what_leaves_nothing_is_refused(bert: Path, fields: dict[str, Any], words: str) -> None:
    async def test(process: WorkerProcess) -> None:
        with pytest.raises(PromptTooLong, match=words):
            await embed(process, "hello", TEXTS[0], **fields)

    with_worker(bert, test)


def test_dimensions_cut_and_scale(bert: Path) -> None:
    async def test(process: WorkerProcess) -> None:
        (whole,) = await vectors(process, "hello")
        (cut,) = await vectors(process, "hello", dimensions=5)
        assert len(cut) == 5
        assert math.isclose(math.hypot(*cut), 1, rel_tol=1e-6)
        assert cosine(cut, whole[:5]) > 0.999999
        for more in (len(whole), 4096, -1):
            assert (await vectors(process, "hello", dimensions=more)) == [whole]

    with_worker(bert, test)


def test_tokens_are_embedded_as_they_are(bert: Path) -> None:
    async def by_tokens(process: WorkerProcess, *tokens: list[int]) -> Embedded:
        found = await process.call(Embed(id=0, tokens=list(tokens)))
        assert isinstance(found, Embedded)
        return found

    async def test(process: WorkerProcess) -> None:
        found = await by_tokens(process, [2, 3], [2, 20, 3])
        assert (len(found.vectors), found.tokens) == (2, [2, 3])
        assert alike([numbers(found.vectors[0])], await vectors(process, ""))
        assert not (await by_tokens(process)).vectors
        for tokens in ([2, 100_000, 3], [-1], []):
            with pytest.raises(RequestInvalid):
                await by_tokens(process, [2, 3], tokens)

    with_worker(bert, test)


def test_models_refuse_what_they_are_not_made_for(bert: Path, tmp_path: Path) -> None:
    tiny_bert.write_bert_model(tmp_path / "reranker.gguf", pooling=tiny_bert.RANK)
    tiny_bert.write_bert_model(tmp_path / "silent.gguf", pooling=None)

    async def no_answers(process: WorkerProcess) -> None:
        assert process.loaded
        assert process.loaded.memory == "none"
        assert process.loaded.context_tokens == 512
        with pytest.raises(NotSupported, match="makes embeddings; it cannot answer"):
            await ask(process, "hello")
        assert await vectors(process, "hello")

    async def no_vectors(process: WorkerProcess) -> None:
        with pytest.raises(NotSupported, match="a reranker"):
            await embed(process, "hello")

    with_worker(bert, no_answers)
    with_worker(tmp_path / "silent.gguf", no_answers)
    with_worker(tmp_path / "reranker.gguf", no_vectors)


def test_a_chat_model_answers_and_embeds_at_once(tmp_path: Path) -> None:
    tiny_gguf.write_script_model(tmp_path / "m.gguf", "Hello big world")

    async def test(process: WorkerProcess) -> None:
        (before,) = await vectors(process, "some text")
        embedding = [asyncio.create_task(vectors(process, "some text", "more")) for _ in range(8)]
        answers = await ask_each(process, [f"question {at}" for at in range(8)])
        assert {answer.text for answer in answers} == {"Hello big world"}
        for task in embedding:
            assert alike([before], (await task)[:1])

    with_worker(tmp_path / "m.gguf", test)


def test_what_embeddings_take_is_told_when_it_grows(bert: Path, tmp_path: Path) -> None:
    tiny_gguf.write_random_model(tmp_path / "m.gguf")

    async def test(process: WorkerProcess) -> None:
        first = sum(each.size_bytes for each in process.buffers)
        await vectors(process, "hello")
        assert process.loaded
        own = sum(each.size_bytes for each in process.loaded.buffers)
        some = sum(each.size_bytes for each in process.buffers)
        await vectors(process, "why is the sky blue? " * 80)
        more = sum(each.size_bytes for each in process.buffers)
        assert (some > first) == (process.loaded.memory != "none")
        assert own < some < more
        await vectors(process, "hello")
        assert sum(each.size_bytes for each in process.buffers) == more

    with_worker(bert, test, batch_tokens=32)
    with_worker(tmp_path / "m.gguf", test, batch_tokens=32)


def test_a_text_that_does_not_fit_into_memory_is_refused_with_figures(bert: Path) -> None:
    long = "why is the sky blue? " * 60

    async def test(process: WorkerProcess) -> None:
        assert process.loaded
        (size,) = (await embed(process, long)).tokens
        per_token = 4 * (process.loaded.vocabulary + tiny_bert.EMBED)
        needed = (math.ceil(size / 32) * 32 - 32) * per_token
        async with worker(bert, batch_tokens=32) as fresh:
            with pytest.raises(OutOfMemory, match="in one piece") as refused:
                await embed(fresh, long, free_bytes=needed - 1)
            assert refused.value.figures == {"needed_bytes": needed, "free_bytes": needed - 1}
            assert await vectors(fresh, "hello", free_bytes=0)
            assert await vectors(fresh, long, free_bytes=needed)
            assert await vectors(fresh, long, free_bytes=0)  # it has the room now

    with_worker(bert, test, batch_tokens=32)


def test_small_requests_do_not_wait_behind_large_ones(bert: Path) -> None:
    async def test(process: WorkerProcess) -> None:
        large = [asyncio.create_task(embed(process, *MANY, group="library")) for _ in range(3)]
        done = asyncio.create_task(embed(process, "hello", group="question"))
        await done
        assert not any(task.done() for task in large[1:])
        for task in large:
            assert len((await task).vectors) == len(MANY)

    with_worker(bert, test)


def test_the_users_own_windows_go_first(bert: Path) -> None:
    async def test(process: WorkerProcess) -> None:
        groups = [f"library {number}" for number in range(8)]
        large = [asyncio.create_task(embed(process, *MANY, group=group)) for group in groups]
        own = asyncio.create_task(embed(process, *MANY, group="puna", is_own=True))
        await own
        assert not any(task.done() for task in large)
        for task in large:
            task.cancel()
        await asyncio.gather(*large, return_exceptions=True)

    with_worker(bert, test)


def test_cancelling_stops_the_work_and_spares_the_others(bert: Path) -> None:
    async def test(process: WorkerProcess) -> None:
        kept = asyncio.create_task(embed(process, *MANY[:50], group="kept"))
        gone = [asyncio.create_task(embed(process, *MANY, group="gone")) for _ in range(20)]
        await embed(process, "hello", group="first")  # by then the others are being read
        for task in gone:
            task.cancel()
        await asyncio.gather(*gone, return_exceptions=True)
        assert all(task.cancelled() for task in gone)
        assert len((await kept).vectors) == 50
        last = await embed(process, "hello", group="last")
        assert alike([numbers(last.vectors[0])], await vectors(process, "hello"))

    with_worker(bert, test)


def test_a_cancelled_request_is_broken_off_at_once(tmp_path: Path) -> None:
    shape = tiny_gguf.Shape(layers=16, embed=256, context=8192)
    tiny_gguf.write_random_model(tmp_path / "m.gguf", shape=shape)

    async def test(process: WorkerProcess) -> None:
        await embed(process, "hello")
        long = asyncio.create_task(embed(process, *["the big " * 2000] * 8))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(long, 0.2)
        assert long.cancelled()
        await asyncio.wait_for(embed(process, "hello"), 5)  # the eight would take half a minute

    with_worker(tmp_path / "m.gguf", test, context_tokens=8192)
