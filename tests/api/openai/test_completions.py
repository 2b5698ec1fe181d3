"""`POST /v1/completions`: prompts in, texts out."""

import re
from typing import Any

import pytest

from tests.api.openai.asking import ANSWER, COMPLETIONS, chunks, whole
from tests.api.served import Json, Served

pytestmark = pytest.mark.slow

NOTHING = {
    "prompt_tokens": 0,
    "completion_tokens": 0,
    "total_tokens": 0,
    "prompt_tokens_details": {"cached_tokens": 0},
}


def complete(puna: Served, **body: Any) -> Json:
    return whole(puna, COMPLETIONS, **{"prompt": "x"} | body)


def test_a_whole_answer(puna: Served) -> None:
    found = complete(puna)
    assert re.fullmatch(r"cmpl-[0-9a-f]{24}", found.pop("id"))
    assert found.pop("created") > 1_700_000_000
    assert found.pop("usage")["completion_tokens"] == 4
    assert found == {
        "object": "text_completion",
        "model": "script",
        "system_fingerprint": "fp_ollama",
        "choices": [{"text": ANSWER, "index": 0, "finish_reason": "stop"}],
    }


def test_the_chunks_of_a_stream(puna: Served) -> None:
    found = chunks(puna, COMPLETIONS, prompt="x")
    texts = [(each["choices"][0]["text"], each["choices"][0]["finish_reason"]) for each in found]
    assert texts == [("Hello", None), (" big", None), (" world", None), ("", "stop")]
    assert all(each["object"] == "text_completion" for each in found)
    assert not any("usage" in each for each in found)


def test_every_chunk_has_a_usage_where_it_is_asked_for(puna: Served) -> None:
    *found, last = chunks(puna, COMPLETIONS, prompt="x", stream_options={"include_usage": True})
    assert all(each["usage"] == NOTHING for each in found)
    assert (last["choices"], last["usage"]["completion_tokens"]) == ([], 4)


def test_prompts_go_through_the_template(puna: Served) -> None:
    found = complete(puna, model="random", max_tokens=6, temperature=0)
    native = puna.generate("random", "x", options={"num_predict": 6, "top_p": 1.0})
    assert found["choices"][0]["text"] == native["response"]
    assert found["usage"]["prompt_tokens"] == native["prompt_eval_count"]
    debug = complete(puna, _debug_render_only=True)
    assert "<|im_start|>user\nx<|im_end|>" in debug["_debug_info"]["rendered_template"]


def test_several_prompts_and_answers(puna: Served) -> None:
    found = complete(puna, prompt=["a", "b"], n=2, best_of=2, echo=True)
    assert [(each["index"], each["text"]) for each in found["choices"]] == [
        (0, "a" + ANSWER),
        (1, "a" + ANSWER),
        (2, "b" + ANSWER),
        (3, "b" + ANSWER),
    ]
    one = complete(puna)["usage"]["prompt_tokens"]
    assert found["usage"]["prompt_tokens"] == 2 * one
    assert found["usage"]["completion_tokens"] == 16
    streamed = [""] * 4
    for each in chunks(puna, COMPLETIONS, prompt=["a", "b"], n=2, echo=True):
        streamed[each["choices"][0]["index"]] += each["choices"][0]["text"]
    assert streamed == [each["text"] for each in found["choices"]]


def test_log_probabilities(puna: Served) -> None:
    found = complete(puna, logprobs=2, echo=True)["choices"][0]["logprobs"]
    assert found["tokens"] == ["Hello", " big", " world"]
    assert found["text_offset"] == [1, 6, 10]
    assert all(each <= 0 for each in found["token_logprobs"])
    assert [len(each) for each in found["top_logprobs"]] == [2, 2, 2]
    assert complete(puna, logprobs=0)["choices"][0]["logprobs"]["top_logprobs"] is None
    streamed = [
        each["choices"][0]["logprobs"]["text_offset"]
        for each in chunks(puna, COMPLETIONS, prompt="x", logprobs=0)
        if "logprobs" in each["choices"][0]
    ]
    assert streamed == [[0], [5], [9]]


def test_limits_and_stops(puna: Served) -> None:
    choice = complete(puna, max_tokens=1)["choices"][0]
    assert (choice["text"], choice["finish_reason"]) == ("Hello", "length")
    for stop in (" world", [" world"]):
        assert complete(puna, stop=stop)["choices"][0]["text"] == "Hello big"
    assert complete(puna, top_p=0)["choices"][0]["text"] == ANSWER


def test_thoughts_are_left_out(puna: Served) -> None:
    found = complete(puna, model="caller")["choices"][0]["text"]
    assert "Paris, then" not in found
    assert "I look." in found


@pytest.mark.parametrize("prompt", ["", None, [""]])
def test_no_prompt_loads(puna: Served, prompt: Any) -> None:
    found = complete(puna, prompt=prompt, stream=True)
    assert found["choices"] == [{"text": "", "index": 0, "finish_reason": "stop"}]
    assert found["usage"] == NOTHING
    assert "script:latest" in puna.running()
