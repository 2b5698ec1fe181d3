"""One request at a time: text, stop strings, limits, seeds, templates."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from desktop.core.errors import PromptTooLong, RequestInvalid, TemplateFailed
from desktop.worker.frames import MAX_FRAME_BYTES
from desktop.worker.messages import Sampling
from tests.tiny_gguf import single_bytes, write_random_model, write_script_model
from tests.workers import Answer, ask, worker

pytestmark = pytest.mark.slow


def answer(
    path: Path, prompt: Any = "x", *, load: dict[str, Any] | None = None, **ask_for: Any
) -> Answer:
    """One answer of a worker of its own."""

    async def run() -> Answer:
        async with worker(path, **(load or {})) as process:
            return await ask(process, prompt, **ask_for)

    return asyncio.run(run())


def test_script_is_played_back_to_its_end(tmp_path: Path) -> None:
    write_script_model(tmp_path / "m.gguf", "Hello big world")
    found = answer(tmp_path / "m.gguf")
    assert found.text == "Hello big world"
    assert found.pieces == ["Hello", " big", " world"]
    assert (found.end.reason, found.end.output_tokens) == ("stop", 4)


def test_characters_split_over_tokens_arrive_whole(tmp_path: Path) -> None:
    text = "né 日本 𝄞!"
    write_script_model(tmp_path / "m.gguf", single_bytes(text))
    found = answer(tmp_path / "m.gguf")
    assert found.pieces == list(text)


def test_stop_string_across_pieces_is_cut_off(tmp_path: Path) -> None:
    write_script_model(tmp_path / "m.gguf", ["one ", "tw", "o EN", "D of", " it"])
    found = answer(tmp_path / "m.gguf", stop=["END"])
    assert found.text == "one two "
    assert (found.end.reason, found.end.output_tokens) == ("stop", 4)


def test_almost_a_stop_string_is_sent(tmp_path: Path) -> None:
    write_script_model(tmp_path / "m.gguf", ["a", " EN", "Q", " EN"])
    assert answer(tmp_path / "m.gguf", stop=["END"]).text == "a ENQ EN"


@pytest.mark.parametrize("limit", [0, 1, 7])
def test_num_predict_is_exact(tmp_path: Path, limit: int) -> None:
    write_script_model(tmp_path / "m.gguf", "a b c", eos=False)
    found = answer(tmp_path / "m.gguf", predict_tokens=limit)
    assert (found.end.reason, found.end.output_tokens) == ("length", limit)
    assert found.text == "a b ca b ca"[: {0: 0, 1: 1, 7: 11}[limit]]


def test_context_without_shift_ends_with_length(tmp_path: Path) -> None:
    write_script_model(tmp_path / "m.gguf", "a b c", eos=False)
    found = answer(tmp_path / "m.gguf", "0123456789", load={"context_tokens": 40}, shift=False)
    assert found.end.reason == "length"
    assert found.end.prompt_tokens + found.end.output_tokens == 40


def test_context_with_shift_goes_on(tmp_path: Path) -> None:
    write_script_model(tmp_path / "m.gguf", "a b c", eos=False)
    found = answer(tmp_path / "m.gguf", load={"context_tokens": 32}, predict_tokens=100)
    assert (found.end.reason, found.end.output_tokens) == ("length", 100)
    assert found.text == ("a b c" * 40)[: len(found.text)]
    assert found.end.dropped_tokens > 0


def test_an_answer_without_limit_is_bounded_to_ten_contexts(tmp_path: Path) -> None:
    write_script_model(tmp_path / "m.gguf", "a b c", eos=False)
    found = answer(tmp_path / "m.gguf", load={"context_tokens": 16})
    assert (found.end.reason, found.end.output_tokens) == ("length", 160)


def test_a_request_may_ask_for_less_context_than_is_loaded(tmp_path: Path) -> None:
    write_script_model(tmp_path / "m.gguf", "a b c", eos=False)
    found = answer(tmp_path / "m.gguf", context_tokens=24, shift=False)
    assert found.end.prompt_tokens + found.end.output_tokens == 24


def test_seed_reproduces_and_matters(tmp_path: Path) -> None:
    write_random_model(tmp_path / "m.gguf")

    async def run() -> list[str]:
        async with worker(tmp_path / "m.gguf") as process:
            hot = [Sampling(temperature=1.5, top_k=0, top_p=1, seed=seed) for seed in (7, 7, 8)]
            return [
                (await ask(process, "the cat", sampling=each, predict_tokens=40)).text
                for each in hot
            ]

    first, same, other = asyncio.run(run())
    assert first == same
    assert first != other


def test_penalties_change_the_text(tmp_path: Path) -> None:
    write_script_model(tmp_path / "m.gguf", "a b c", eos=False)
    plain = answer(tmp_path / "m.gguf", predict_tokens=12)
    strict = Sampling(temperature=0, frequency_penalty=1000.0, repeat_last_n=-1)
    assert answer(tmp_path / "m.gguf", predict_tokens=12, sampling=strict).text != plain.text


def test_long_prompt_is_cut_in_the_middle(tmp_path: Path) -> None:
    write_script_model(tmp_path / "m.gguf", "ok")
    found = answer(tmp_path / "m.gguf", "x" * 300, load={"context_tokens": 64})
    assert found.text == "ok"
    assert found.end.prompt_tokens < 64
    assert found.end.dropped_tokens == 300 - found.end.prompt_tokens


@pytest.mark.parametrize("refusal", [{"truncate": False}, {"shift": False}])
def test_long_prompt_is_refused_if_it_may_not_be_cut(tmp_path: Path, refusal: Any) -> None:
    write_script_model(tmp_path / "m.gguf", "ok")
    with pytest.raises(PromptTooLong, match=r"context.*(exceed|longer)|exceeds.*context|longer"):
        answer(tmp_path / "m.gguf", "x" * 300, load={"context_tokens": 64}, **refusal)


def test_old_messages_are_dropped_before_the_last_is_cut(tmp_path: Path) -> None:
    write_script_model(tmp_path / "m.gguf", "ok")
    messages = [{"role": "system", "content": "S" * 20}]
    messages += [{"role": "user", "content": "u" * 50}] * 5
    found = answer(tmp_path / "m.gguf", messages, load={"context_tokens": 250})
    assert found.text == "ok"
    assert (found.end.dropped_messages, found.end.dropped_tokens) == (3, 0)


def test_template_refuses_in_its_own_words(tmp_path: Path) -> None:
    template = "{{ raise_exception('roles must alternate') }}"
    write_script_model(tmp_path / "m.gguf", "ok", chat_template=template)
    with pytest.raises(TemplateFailed, match="roles must alternate"):
        answer(tmp_path / "m.gguf", [{"role": "user", "content": "x"}])


def test_empty_prompt_of_a_model_without_beginning_is_refused(tmp_path: Path) -> None:
    write_script_model(tmp_path / "m.gguf", "ok")
    with pytest.raises(RequestInvalid, match="empty"):
        answer(tmp_path / "m.gguf", "")


def test_tokens_of_another_model_are_refused_and_disturb_nobody(tmp_path: Path) -> None:
    write_random_model(tmp_path / "m.gguf")

    async def run() -> None:
        async with worker(tmp_path / "m.gguf") as process:
            beside = asyncio.create_task(ask(process, "the cat", predict_tokens=200))
            for token in (-1, 512, 2**31 - 1):
                with pytest.raises(RequestInvalid, match="context"):
                    await ask(process, "x", prefix=[token])
            assert (await beside).end.output_tokens == 200

    asyncio.run(run())


def test_a_request_too_large_for_a_frame_is_refused(tmp_path: Path) -> None:
    write_script_model(tmp_path / "m.gguf", "ok")

    async def run() -> None:
        async with worker(tmp_path / "m.gguf") as process:
            with pytest.raises(RequestInvalid, match="at most"):
                await ask(process, "x" * (MAX_FRAME_BYTES + 1))
            assert (await ask(process, "x")).text == "ok"

    asyncio.run(run())


def test_tokens_come_back_and_go_in_front(tmp_path: Path) -> None:
    write_random_model(tmp_path / "m.gguf")

    async def run() -> None:
        async with worker(tmp_path / "m.gguf") as process:
            first = await ask(process, "the cat", predict_tokens=5, want_tokens=True)
            assert len(first.end.tokens) == first.end.prompt_tokens + 5
            more = await ask(process, " and", prefix=first.end.tokens, predict_tokens=1)
            assert more.end.prompt_tokens > len(first.end.tokens)
            assert more.end.cached_tokens >= len(first.end.tokens) - 1

    asyncio.run(run())
