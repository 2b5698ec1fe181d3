"""What is read of images and sounds, beside what libmtmd itself makes of the same prompt."""

import asyncio
import ctypes
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.worker.library import llama, open_mtmd, start_backends
from tests import tiny_gguf, tiny_projector
from tests.tiny_projector import picture, sound
from tests.workers import ask, worker

pytestmark = pytest.mark.slow

STEPS = 12
Write = Callable[[Path], None]


def reference(model_file: Path, projector: Path, prompt: str, files: list[bytes]) -> list[bytes]:
    """The likeliest tokens, one after the other, by libmtmd's own helpers."""
    mtmd = open_mtmd()
    start_backends()
    model = llama.llama_model_load_from_file(
        os.fsencode(model_file), llama.llama_model_default_params()
    )
    params = llama.llama_context_default_params()
    params.n_ctx, params.n_batch, params.n_threads = 512, 512, 1
    context = llama.llama_init_from_model(model, params)
    options = mtmd.mtmd_context_params_default()
    options.n_threads, options.warmup = 1, False
    seer = mtmd.mtmd_init_from_file(os.fsencode(projector), model, options)
    bitmaps = [
        mtmd.mtmd_helper_bitmap_init_from_buf(
            seer, (ctypes.c_uint8 * len(file)).from_buffer_copy(file), len(file), False
        )
        for file in files
    ]
    chunks = mtmd.mtmd_input_chunks_init()
    raw = prompt.encode()
    text = mtmd.mtmd_input_text(raw, len(raw), True, True)
    array = (ctypes.c_void_p * len(bitmaps))(*bitmaps)
    assert not mtmd.mtmd_tokenize(seer, chunks, ctypes.byref(text), array, len(bitmaps))
    past = llama.llama_pos()
    code = mtmd.mtmd_helper_eval_chunks(seer, context, chunks, 0, 0, 512, True, ctypes.byref(past))
    assert code == 0
    found = _continue(model, context)
    mtmd.mtmd_input_chunks_free(chunks)
    for bitmap in bitmaps:
        mtmd.mtmd_bitmap_free(bitmap)
    mtmd.mtmd_free(seer)
    llama.llama_free(context)
    llama.llama_model_free(model)
    return found


def _continue(model: int, context: int) -> list[bytes]:
    vocabulary = llama.llama_model_get_vocab(model)
    size = llama.llama_vocab_n_tokens(vocabulary)
    found = []
    for _ in range(STEPS):
        logits = llama.llama_get_logits_ith(context, -1)[:size]
        token = max(range(size), key=logits.__getitem__)
        buffer = ctypes.create_string_buffer(64)
        length = llama.llama_token_to_piece(vocabulary, token, buffer, 64, 0, False)
        found.append(buffer.raw[:length])
        one = (llama.llama_token * 1)(token)
        assert llama.llama_decode(context, llama.llama_batch_get_one(one, 1)) == 0
    return found


@pytest.mark.parametrize(
    ("write_model", "write_projector", "files"),
    [
        (
            tiny_gguf.write_random_model,
            tiny_projector.write_llava_projector,
            [picture(1), picture(2)],
        ),
        (tiny_gguf.write_swa_model, tiny_projector.write_gemma_projector, [picture(1), picture(2)]),
        (
            tiny_projector.write_grid_model,
            tiny_projector.write_grid_projector,
            [picture(1, size=(160, 60)), picture(2, size=(60, 220))],
        ),
        (tiny_gguf.write_random_model, tiny_projector.write_sound_projector, [sound(1), sound(2)]),
    ],
    ids=["in order", "in one piece", "rows and columns", "sound"],
)
def test_the_answer_is_that_of_the_reference(
    write_model: Write, write_projector: Write, files: list[bytes], tmp_path: Path
) -> None:
    model, projector = tmp_path / "model.gguf", tmp_path / "projector.gguf"
    write_model(model)
    write_projector(projector)
    marker = "<__media__>"
    expected = reference(model, projector, f"Here: {marker} and here: {marker} so what", files)

    async def run() -> tuple[str, str]:
        async with worker(model, projector=str(projector)) as process:
            prompt = "Here: [img] and here: [img] so what"
            first = await ask(process, prompt, media=files, predict_tokens=STEPS)
            again = await ask(process, prompt, media=files, predict_tokens=STEPS)
        return first.text, again.text

    first, again = asyncio.run(run())
    assert first == b"".join(expected).decode()
    assert again == first
