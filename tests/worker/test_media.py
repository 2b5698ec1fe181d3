"""Images and sounds in prompts: where they go, what they count, what is refused."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest

from desktop.core.errors import (
    AppError,
    MediaInvalid,
    NotSupported,
    PromptTooLong,
    TemplateFailed,
    WorkerFailed,
)
from desktop.engine.process import WorkerProcess
from desktop.worker.messages import Finished, Generate, Prepared, Text
from tests import tiny_gguf, tiny_projector
from tests.tiny_projector import IMAGE_TOKENS, SOUND_TOKENS, picture, sound
from tests.workers import GREEDY, Answer, ask, worker

pytestmark = pytest.mark.slow

RED, BLUE = picture(1), picture(2)
BOS = 1
Result = TypeVar("Result")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with models, and projectors for them."""
    folder = tmp_path_factory.mktemp("files")
    tiny_gguf.write_random_model(folder / "random")
    tiny_gguf.write_script_model(folder / "script", "a b c", eos=False)
    tiny_gguf.write_swa_model(folder / "window")
    tiny_projector.write_grid_model(folder / "grid")
    tiny_projector.write_llava_projector(folder / "eyes")
    tiny_projector.write_llava_projector(folder / "other eyes", width=32)
    tiny_projector.write_gemma_projector(folder / "window eyes")
    tiny_projector.write_grid_projector(folder / "grid eyes")
    tiny_projector.write_sound_projector(folder / "ears")
    (folder / "garbage").write_bytes(b"GGUF\x03\0\0\0" + b"\xff" * 64)
    return folder


def with_worker(
    files: Path,
    doing: Callable[[WorkerProcess], Coroutine[Any, Any, Result]],
    model: str = "random",
    projector: str = "eyes",
    **load: Any,
) -> Result:
    """What `doing` returns, with a worker of its own."""

    async def run() -> Result:
        path = str(files / projector) if projector else ""
        async with worker(files / model, projector=path, **load) as process:
            return await doing(process)

    return asyncio.run(run())


def said(text: str, *media: int, role: str = "user") -> dict[str, Any]:
    return {"role": role, "content": text} | ({"media": list(media)} if media else {})


def asked(
    files: Path,
    text: str = "[img]",
    media: tuple[bytes, ...] = (RED,),
    *,
    load: dict[str, Any] | None = None,
    **fields: Any,
) -> Answer:
    """One answer to a plain prompt."""
    fields = {"predict_tokens": 8} | fields

    async def doing(process: WorkerProcess) -> Answer:
        return await ask(process, text, media=list(media), **fields)

    return with_worker(files, doing, **(load or {}))


def prepared(process: WorkerProcess, **fields: Any) -> Coroutine[Any, Any, Prepared]:
    """What is told of a prompt that is only made."""

    async def run() -> Prepared:
        order = Generate(id=0, sampling=GREEDY, **fields)
        async with contextlib.aclosing(process.answer(order)) as reports:
            async for report in reports:
                if isinstance(report, Prepared):
                    return report
        raise AssertionError("nothing was told")

    return run()


@pytest.mark.parametrize(
    ("projector", "media", "tokens"),
    [
        ("eyes", (RED,), IMAGE_TOKENS),
        ("eyes", (RED, BLUE), 2 * IMAGE_TOKENS),
        ("ears", (sound(),), SOUND_TOKENS),
        ("ears", (sound(seconds=31),), 2 * SOUND_TOKENS),
    ],
    ids=["image", "two images", "sound", "long sound"],
)
def test_each_counts_what_it_takes(
    files: Path, projector: str, media: tuple[bytes, ...], tokens: int
) -> None:
    found = asked(files, "[img]" * len(media), media, load={"projector": projector})
    assert found.end.prompt_tokens == BOS + tokens
    assert found.end.output_tokens == 8


def test_images_with_rows_count_cells_and_not_positions(files: Path) -> None:
    load = {"model": "grid", "projector": "grid eyes"}
    square = asked(files, media=(picture(size=(168, 168)),), load=load)
    wide = asked(files, media=(picture(size=(168, 224)),), load=load)
    assert wide.end.prompt_tokens - square.end.prompt_tokens == 6 * 8 - 6 * 6


def test_the_answer_depends_on_the_image_and_its_place(files: Path) -> None:
    async def doing(process: WorkerProcess) -> list[Answer]:
        prompts = ["[img] and [img]", "[img] [img] and"]
        asks = [(text, media) for text in prompts for media in ([RED, BLUE], [BLUE, RED])]
        return [await ask(process, text, media=m, predict_tokens=16) for text, m in asks]

    found = with_worker(files, doing)
    assert len({answer.text for answer in found}) == 4


@pytest.mark.parametrize("cells", [2048, 8 * 512])  # one pool; each its own
@pytest.mark.parametrize(
    ("model", "projector"),
    [("random", "eyes"), ("window", "window eyes"), ("grid", "grid eyes"), ("random", "ears")],
)
def test_the_same_beginning_is_not_read_again(
    files: Path, model: str, projector: str, cells: int
) -> None:
    one, other = (sound(1), sound(2)) if projector == "ears" else (RED, BLUE)

    async def doing(process: WorkerProcess) -> list[Answer]:
        talk = [said("What is this?", 0)]
        first = await ask(process, talk, media=[one], predict_tokens=8)
        talk += [said(first.text, role="assistant"), said("And now?")]
        second = await ask(process, talk, media=[one], predict_tokens=8)
        third = await ask(process, talk, media=[other], predict_tokens=8)
        return [first, second, third]

    first, second, third = with_worker(files, doing, model, projector, cells=cells)
    fresh = with_worker(
        files,
        lambda process: ask(
            process,
            [
                said("What is this?", 0),
                said(first.text, role="assistant"),
                said("And now?"),
            ],
            media=[other],
            predict_tokens=8,
        ),
        model,
        projector,
        cells=cells,
    )
    assert second.end.cached_tokens >= first.end.prompt_tokens - 20
    assert third.end.cached_tokens < first.end.prompt_tokens - 20
    assert third.text == fresh.text


def test_placeholders_take_images_from_left_to_right(files: Path) -> None:
    async def doing(process: WorkerProcess) -> list[str]:
        texts = []
        for text, count in [("a [img] b [img-9]", 2), ("a", 2), ("a [img]", 1), ("[img] b", 2)]:
            talk = [said(text, *range(count))]
            found = await prepared(process, messages=talk, media=[RED, BLUE], only="render")
            texts.append(found.text)
        return texts

    found = with_worker(files, doing)
    contents = [text.split("user\n")[1].split("<|im_end|>")[0] for text in found]
    assert contents == ["a [img-0] b [img-1]", "[img-0][img-1]a", "a [img-0]", "[img-1][img-0] b"]


def test_rendering_needs_no_projector(files: Path) -> None:
    async def doing(process: WorkerProcess) -> Prepared:
        talk = [said("one", 0), said("two", 1)]
        return await prepared(process, messages=talk, media=[RED, BLUE], only="render")

    assert "[img-0]one" in with_worker(files, doing, projector="").text
    assert "[img-1]two" in with_worker(files, doing, projector="").text


def test_what_users_write_is_no_mark(files: Path) -> None:
    async def doing(process: WorkerProcess) -> list[str]:
        texts = []
        for media in ([RED], []):
            found = await prepared(process, prompt="<__media__>[img-3]", media=media, only="render")
            texts.append(found.text)
        return texts

    assert with_worker(files, doing) == ["<__media__>[img-0]", "<__media__>[img-3]"]


def test_old_messages_with_images_are_dropped_to_fit(files: Path) -> None:
    async def doing(process: WorkerProcess) -> Answer:
        talk = [said("old " * 20, 0), said("yes", role="assistant"), said("What?", 1)]
        return await ask(process, talk, media=[RED, BLUE], context_tokens=120, predict_tokens=4)

    found = with_worker(files, doing)
    assert found.end.dropped_messages > 0
    assert found.end.prompt_tokens < 120


def test_an_image_is_never_cut(files: Path) -> None:
    with pytest.raises(PromptTooLong) as caught:
        asked(files, "word " * 40 + "[img]", context_tokens=64)
    assert "64" in str(caught.value)


def test_shifts_spare_the_image(files: Path) -> None:
    found = asked(files, context_tokens=64, predict_tokens=120)
    assert found.end.output_tokens == 120
    assert found.end.dropped_tokens > 0
    full = asked(files, "[img]" * 3, (RED,) * 3, context_tokens=50, predict_tokens=120)
    assert full.end.output_tokens < 10
    assert full.end.reason == "length"


def test_context_numbers_leave_images_out(files: Path) -> None:
    found = asked(files, "Hi [img] you", want_tokens=True)
    assert found.end.tokens
    assert all(0 <= token < 512 for token in found.end.tokens)


@pytest.mark.parametrize(
    ("load", "media", "error", "words"),
    [
        ({"projector": ""}, RED, NotSupported, "cannot read images"),
        ({"projector": ""}, sound(), NotSupported, "cannot hear sounds"),
        ({"projector": "ears"}, RED, NotSupported, "cannot read images"),
        ({}, sound(), NotSupported, "cannot hear sounds"),
        ({}, b"", MediaInvalid, "damaged"),
        ({}, b"hello", MediaInvalid, "damaged"),
        ({}, RED[:60], MediaInvalid, "damaged"),
        ({"projector": "ears"}, sound(seconds=0), MediaInvalid, "damaged|nothing to hear"),
        ({"projector": "ears"}, sound(seconds=1 / 16000), MediaInvalid, "nothing to hear"),
        ({"projector": "garbage"}, RED, WorkerFailed, "could not be loaded"),
        ({"projector": "other eyes"}, RED, WorkerFailed, "could not be loaded"),
        ({"projector": "no such file"}, RED, WorkerFailed, "does not exist"),
        (
            {"model": "window", "projector": "window eyes", "batch_tokens": 8},
            RED,
            NotSupported,
            "num_batch",
        ),
    ],
    ids=lambda value: "" if isinstance(value, bytes | dict) else None,
)
def test_what_cannot_be_read_is_refused_and_text_still_works(
    files: Path, load: dict[str, Any], media: bytes, error: type[AppError], words: str
) -> None:
    async def doing(process: WorkerProcess) -> Answer:
        with pytest.raises(error, match=words):
            await ask(process, "[img]", media=[media])
        return await ask(process, "Hello", predict_tokens=4)

    assert with_worker(files, doing, **({"parallel": 1} | load)).end.output_tokens == 4


def test_a_template_without_a_place_for_it_is_told(files: Path) -> None:
    async def doing(process: WorkerProcess) -> None:
        with pytest.raises(TemplateFailed, match="leaves out"):
            await ask(process, [said("x", 0)], media=[RED], template="{{ messages[0].role }}")

    with_worker(files, doing)


def test_go_templates_see_images(files: Path) -> None:
    template = "{{ range .Messages }}{{ if .Images }}LOOK {{ end }}{{ .Content }}{{ end }}"

    async def doing(process: WorkerProcess) -> Prepared:
        return await prepared(
            process, messages=[said("x", 0)], media=[RED], template=template, only="render"
        )

    assert with_worker(files, doing).text == "LOOK [img-0]x"


def test_streams_go_on_beside_images(files: Path) -> None:
    tiny_projector.write_llava_projector(files / "slow eyes", inner=512, layers=16)

    async def doing(process: WorkerProcess) -> tuple[int, Answer]:
        order = Generate(id=0, sampling=GREEDY, prompt="x", predict_tokens=100_000)
        async with contextlib.aclosing(process.answer(order)) as reports:
            async for report in reports:
                if isinstance(report, Text):
                    break
            looking = asyncio.create_task(
                ask(process, "[img]" * 3, media=[RED, BLUE, picture(3)], predict_tokens=2)
            )
            pieces = 0
            async for report in reports:
                pieces += isinstance(report, Text)
                if looking.done():
                    break
            return pieces, looking.result()

    pieces, answer = with_worker(files, doing, projector="slow eyes")
    assert answer.end.output_tokens == 2
    assert pieces > 3


def test_what_is_cancelled_while_it_is_encoded_makes_room(files: Path) -> None:
    tiny_projector.write_llava_projector(files / "slow eyes", inner=512, layers=16)

    async def doing(process: WorkerProcess) -> list[Answer]:
        media = [picture(seed) for seed in range(40)]
        order = Generate(id=0, sampling=GREEDY, prompt="[img]" * 40, media=media, predict_tokens=1)
        async with contextlib.aclosing(process.answer(order)) as reports:
            async for report in reports:
                assert isinstance(report, Prepared)
                process.cut(order)
                break
            ends = [report async for report in reports]
        assert [end.reason for end in ends if isinstance(end, Finished)] == ["cancelled"]
        return [await ask(process, "[img]", media=[RED], predict_tokens=2)]

    (answer,) = with_worker(files, doing, projector="slow eyes", context_tokens=1024, cells=1024)
    assert answer.end.output_tokens == 2


def test_many_at_once_are_the_same_as_one_by_one(files: Path) -> None:
    media = [picture(seed) for seed in range(6)]

    async def doing(process: WorkerProcess) -> tuple[list[str], list[str]]:
        def one(index: int) -> Coroutine[Any, Any, Answer]:
            return ask(process, f"{index} [img] x", media=[media[index]], predict_tokens=6)

        together = await asyncio.gather(*(one(index) for index in range(6)))
        apart = [await one(index) for index in range(6)]
        return [answer.text for answer in together], [answer.text for answer in apart]

    together, apart = with_worker(files, doing)
    assert together == apart


@pytest.mark.parametrize(
    ("model", "projector"), [("random", "eyes"), ("grid", "grid eyes"), ("random", "ears")]
)
def test_pieces_make_no_difference(files: Path, model: str, projector: str) -> None:
    media = [sound(1), sound(2)] if projector == "ears" else [RED, BLUE]

    async def doing(process: WorkerProcess) -> str:
        found = await ask(process, "a [img] b [img]", media=media, predict_tokens=12)
        return found.text

    whole = with_worker(files, doing, model, projector)
    assert with_worker(files, doing, model, projector, batch_tokens=8) == whole


@pytest.mark.parametrize("cells", [2048, 8 * 512])  # one pool; each its own
@pytest.mark.parametrize(("model", "projector"), [("random", "ears"), ("grid", "grid eyes")])
def test_what_is_cancelled_half_read_leaves_nothing_wrong(
    files: Path, model: str, projector: str, cells: int
) -> None:
    large = sound(3, seconds=90) if projector == "ears" else picture(3, size=(448, 448))
    fields: dict[str, Any] = {"media": [large], "predict_tokens": 8}

    async def doing(process: WorkerProcess) -> list[str]:
        order = Generate(id=0, sampling=GREEDY, prompt="x", predict_tokens=100_000)
        async with contextlib.aclosing(process.answer(order)) as stream:
            looking = asyncio.create_task(ask(process, "Well: [img]", **fields))
            pieces = 0
            async for report in stream:
                pieces += isinstance(report, Text)
                if pieces > 40:
                    break
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
            again = await ask(process, "Well: [img]", **fields)
        alone = await ask(process, "Well: [img]", **fields)
        return [again.text, alone.text]

    load = {"batch_tokens": 8, "cells": cells}
    found = with_worker(files, doing, model, projector, **load)
    fresh = with_worker(
        files, lambda process: ask(process, "Well: [img]", **fields), model, projector
    )
    assert found == [fresh.text] * 2
