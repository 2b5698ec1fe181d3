"""`options`: whose value counts, what is read leniently, and when a model is loaded anew."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.conftest import Shelf
from tests.api.served import Json, Served, children, has_ended, serving
from tests.api.test_generate import turn

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def loading(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service whose loads can be watched."""
    with serving(tmp_path_factory.mktemp("home"), shelf.root, context_tokens=256) as served:
        yield served


def answer(puna: Served, model: str = "script", **options: Any) -> str:
    body = {"model": model, "prompt": "x", "options": options}
    return str(puna.whole("/api/generate", body)["response"])


def test_the_request_s_values_replace_the_model_s(puna: Served) -> None:
    assert puna.generate("layered", "x")["eval_count"] == 3  # the model's `num_predict`
    assert puna.generate("layered", "x", options={"num_predict": 5})["eval_count"] == 5
    assert puna.generate("layered", "x", options={"num_predict": None})["eval_count"] == 3


def test_the_model_s_values_replace_the_defaults(puna: Served) -> None:
    assert answer(puna, "layered") == answer(puna, "layered")  # its temperature is 0
    hot = {"temperature": 1.5, "num_predict": 20}
    assert answer(puna, "layered", **hot) != answer(puna, "layered", **hot)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"stop": ["big"]}, "Hello "),
        ({"stop": "big"}, "Hello "),
        ({"stop": ["o w", "wor"]}, "Hello big "),
        ({"stop": []}, "Hello big world"),
        ({"stop": [""]}, "Hello big world"),
        ({"num_predict": 0}, ""),
        ({"num_predict": 2}, "Hello big"),
        ({"num_predict": 2.9}, "Hello big"),
        ({"num_predict": -2}, "Hello big world"),
        ({"num_predict": 1e18}, "Hello big world"),
        ({"temperature": 1, "seed": 2**70, "top_k": 5.0}, "Hello big world"),
        ({"Num_Predict": 1}, "Hello big world"),  # these keys are matched exactly
        ({"mirostat": 2, "num_gqa": "x", "low_vram": [], "": {}}, "Hello big world"),
        ({"repeat_last_n": 2**31, "repeat_penalty": 1.01, "temperature": 0}, "Hello big world"),
        ({"use_mmap": None, "num_ctx": None, "stop": None}, "Hello big world"),
    ],
)
def test_options_that_work(puna: Served, options: Json, text: str) -> None:
    assert answer(puna, **options) == text


def test_the_reason_of_the_end(puna: Served) -> None:
    for options, reason in (({"num_predict": 2}, "length"), ({"stop": ["big"]}, "stop")):
        assert puna.generate("script", "x", options=options)["done_reason"] == reason


def test_a_stop_list_of_the_request_replaces_the_model_s(shelf: Shelf, puna: Served) -> None:
    shelf.add("stopping", "script", stop=["big"])
    assert answer(puna, "stopping") == "Hello "
    assert answer(puna, "stopping", stop=["world"]) == "Hello big "
    assert answer(puna, "stopping", stop=[]) == "Hello big world"


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        *((name, "1", "integer") for name in ("num_ctx", "seed", "top_k", "num_gpu", "main_gpu")),
        ("num_predict", True, "integer"),
        ("num_keep", [], "integer"),
        *((name, "0.1", "float32") for name in ("temperature", "top_p", "min_p", "typical_p")),
        ("repeat_penalty", False, "float32"),
        ("use_mmap", 1, "boolean"),
        ("stop", 1, "array"),
        ("stop", {"a": 1}, "array"),
    ],
)
def test_wrong_types(puna: Served, name: str, value: Any, kind: str) -> None:
    body = {"model": "script", "prompt": "x", "options": {name: value}}
    assert puna.refusal("/api/generate", body) == (400, f'option "{name}" must be of type {kind}')


def test_a_list_of_other_things_than_texts(puna: Served) -> None:
    body = {"model": "script", "prompt": "x", "options": {"stop": ["a", 1]}}
    text = 'option "stop" must be of an array of strings'
    assert puna.refusal("/api/generate", body) == (400, text)


def test_wrong_types_in_the_model_s_own_parameters(shelf: Shelf, puna: Served) -> None:
    shelf.add("misfit", "script", temperature="warm")
    text = 'option "temperature" must be of type float32'
    assert puna.refusal("/api/generate", {"model": "misfit", "prompt": "x"}) == (400, text)


def test_seeds(puna: Served) -> None:
    hot = {"temperature": 2, "top_k": 0, "top_p": 1, "num_predict": 30}
    first, same, other = (answer(puna, "random", seed=seed, **hot) for seed in (7, 7, 8))
    assert first == same
    assert first != other


def test_num_predict_is_exact(puna: Served) -> None:
    for count in (1, 7, 33):
        found = puna.generate("endless", "x", options={"num_predict": count})
        assert (found["eval_count"], found["done_reason"]) == (count, "length")


def test_a_smaller_context_is_kept_by_the_loaded_model_a_larger_one_loads_it_anew(
    loading: Served,
) -> None:
    worker = loading.load("endless")
    assert context_length(loading) == 256
    short = {"num_ctx": 64, "num_predict": 100}
    found = loading.generate("endless", "x", raw=True, shift=False, options=short)
    assert found["prompt_eval_count"] + found["eval_count"] == 64
    assert found["done_reason"] == "length"
    assert context_length(loading) == 256
    before = children()
    loading.generate("endless", "x", options={"num_ctx": 512, "num_predict": 1})
    assert has_ended(worker)
    assert len(children() - before) == 1
    assert context_length(loading) == 512
    again = children()
    loading.generate("endless", "x", options={"num_predict": 1, "num_thread": -1, "num_batch": 0})
    assert children() == again
    assert context_length(loading) == 512


def context_length(served: Served) -> int:
    (found,) = served.http.get("/api/ps").json()["models"]
    return int(found["context_length"])


def test_other_options_of_a_load_load_anew(loading: Served) -> None:
    with_options: Json = {"num_thread": 10**10, "num_batch": 16, "num_ctx": 10**12}
    found = loading.generate("script", "x", options=with_options)
    assert found["response"] == "Hello big world"
    (loaded,) = [each for each in loading.http.get("/api/ps").json()["models"]
                 if each["name"] == "script:latest"]  # fmt: skip
    assert loaded["context_length"] == 2048  # what it was trained for
    assert loading.running() == ["script:latest", "endless:latest"]


def test_a_context_that_is_clamped_counts_as_what_it_was_clamped_to(puna: Served) -> None:
    puna.generate("script", "x")
    before = children()
    puna.generate("script", "x", options={"num_ctx": 1})
    assert children() == before


def test_old_messages_are_dropped_and_told(puna: Served) -> None:
    said = [("system", "S"), *[("user", "u" * 50)] * 5]
    found = puna.chat("script", *said, options={"num_ctx": 250})
    assert found["message"]["content"] == "Hello big world"
    assert found["puna"]["truncated"] == {"messages": 3, "tokens": 0}
    *_, last = puna.lines("/api/generate", {"model": "script", "prompt": "x"})
    assert "truncated" not in last["puna"]


def test_a_long_prompt_is_cut_and_told(puna: Served) -> None:
    found = puna.generate("script", "x" * 300, options={"num_ctx": 64})
    read = found["prompt_eval_count"]
    assert read < 64
    whole = 300 + len((turn("user", "") + turn("assistant", "")).encode()) - len("<|im_end|>\n")
    assert found["puna"]["truncated"] == {"messages": 0, "tokens": whole - read}


@pytest.mark.parametrize("refusal", [{"truncate": False}, {"shift": False}])
@pytest.mark.parametrize("route", ["generate", "chat"])
def test_a_long_prompt_that_may_not_be_cut(puna: Served, route: str, refusal: Json) -> None:
    text = "x" * 300
    body = {"model": "script", "prompt": text, "messages": [{"role": "user", "content": text}]}
    status, found = puna.refusal(f"/api/{route}", body | refusal | {"options": {"num_ctx": 64}})
    assert status == 400
    assert "context" in found
    assert "exceed" in found or "longer" in found
    figures = puna.post(f"/api/{route}", body | refusal | {"options": {"num_ctx": 64}}).json()
    assert (figures["code"], figures["context_tokens"]) == ("context_exceeded", 64)
    assert figures["prompt_tokens"] > 300


def test_a_full_context_ends_the_answer_if_it_may_not_shift(puna: Served) -> None:
    options = {"num_ctx": 64, "num_predict": 200}
    fixed = puna.generate("endless", "x", raw=True, shift=False, options=options)
    assert (fixed["eval_count"], fixed["done_reason"]) == (63, "length")
    moving = puna.generate("endless", "x", raw=True, options=options)
    assert (moving["eval_count"], moving["done_reason"]) == (200, "length")
    assert moving["puna"]["truncated"]["tokens"] > 0
