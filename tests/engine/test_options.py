"""Options: the three layers, the types, and the texts of Ollama's errors."""

from typing import Any

import pytest

from desktop.core.errors import OptionInvalid, RequestInvalid
from desktop.engine.options import LoadOptions, merge


def test_defaults_are_ollamas() -> None:
    options = merge({}, {})
    sampling = options.sampling
    assert (sampling.temperature, sampling.top_k, sampling.top_p, sampling.min_p) == (
        0.8,
        40,
        0.9,
        0.0,
    )
    assert (sampling.typical_p, sampling.repeat_last_n, sampling.repeat_penalty) == (1.0, 64, 1.0)
    assert (sampling.presence_penalty, sampling.frequency_penalty, sampling.seed) == (0.0, 0.0, -1)
    assert (options.num_predict, options.num_keep, options.stop) == (-1, 4, ())
    assert options.load == LoadOptions()


def test_the_request_wins_over_the_model_and_null_over_nothing() -> None:
    model = {"temperature": 0.1, "top_k": 5, "stop": ["a", "b"]}
    options = merge(model, {"temperature": 0.2, "top_k": None, "stop": ["c"]})
    assert (options.sampling.temperature, options.sampling.top_k) == (0.2, 5)
    assert options.stop == ("c",)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"num_ctx": "4096"}, 'option "num_ctx" must be of type integer'),
        ({"num_ctx": True}, 'option "num_ctx" must be of type integer'),
        ({"temperature": "hot"}, 'option "temperature" must be of type float32'),
        ({"use_mmap": 1}, 'option "use_mmap" must be of type boolean'),
        ({"stop": 5}, 'option "stop" must be of type array'),
    ],
)
def test_wrong_types_are_named(options: dict[str, Any], text: str) -> None:
    with pytest.raises(OptionInvalid) as error:
        merge({}, options)
    assert str(error.value) == text
    assert error.value.status == 400


def test_a_penalty_that_cannot_work_is_refused() -> None:
    with pytest.raises(RequestInvalid, match="greater than 0"):
        merge({}, {"repeat_penalty": 0})


def test_lenient_where_ollama_is() -> None:
    options = merge(
        {}, {"num_predict": 7.9, "stop": "x", "mirostat": 2, "num_ctx": 1, "top_k": 1e9}
    )
    assert (options.num_predict, options.stop, options.load.num_ctx) == (7, ("x",), 4)
    assert merge({}, {"top_k": 10**30}).sampling.top_k == 2**31 - 1
