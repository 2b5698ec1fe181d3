"""`options` of a request, over the model's own parameters, over Ollama's defaults.

Names, types, defaults and the texts of errors are Ollama's. Unknown keys are ignored, as there.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from desktop.core.errors import OptionInvalid, RequestInvalid
from desktop.worker.messages import Sampling

MIN_CONTEXT_TOKENS = 4
_INT32 = 2**31 - 1
# More than llama.cpp has room for: it would allocate gigabytes for the first, abort for the second.
_CEILINGS = {"repeat_last_n": 2**20, "num_thread": 512}

_INTEGERS = {
    "num_keep", "seed", "num_predict", "top_k", "repeat_last_n", "num_ctx", "num_batch",
    "num_gpu", "main_gpu", "num_thread", "draft_num_predict",
}  # fmt: skip
_FLOATS = {
    "top_p", "min_p", "typical_p", "temperature", "repeat_penalty", "presence_penalty",
    "frequency_penalty",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOptions:
    """Options that belong to the loaded model. None (or 0, -1): not asked for."""

    num_ctx: int | None = None
    num_batch: int | None = None
    num_gpu: int = -1
    main_gpu: int | None = None
    use_mmap: bool | None = None
    num_thread: int = 0

    def over(self, earlier: "LoadOptions") -> "LoadOptions":
        """These, and what was asked for earlier where these name nothing: requests that want
        different things get one load that serves them all, instead of one load each. The longer
        context serves both."""
        batch, mmap, main = self.num_batch, self.use_mmap, self.main_gpu
        return LoadOptions(
            num_ctx=max(self.num_ctx or 0, earlier.num_ctx or 0) or None,
            num_batch=earlier.num_batch if batch is None else batch,
            num_gpu=self.num_gpu if self.num_gpu >= 0 else earlier.num_gpu,
            main_gpu=earlier.main_gpu if main is None else main,
            use_mmap=earlier.use_mmap if mmap is None else mmap,
            num_thread=self.num_thread or earlier.num_thread,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What one request asks for, checked."""

    load: LoadOptions = field(default_factory=LoadOptions)
    sampling: Sampling = field(default_factory=Sampling)
    num_predict: int = -1
    num_keep: int = 4
    stop: tuple[str, ...] = ()


def merge(model: Mapping[str, Any], request: Mapping[str, Any]) -> Options:
    """Options of a request to a model with its own parameters.

    Raises:
        OptionInvalid: a wrong type.
        RequestInvalid: a value that cannot work.
    """
    values: dict[str, Any] = {}
    for source in (model, request):
        for name, value in source.items():
            if value is not None and (checked := _check(name, value)) is not None:
                values[name] = checked
    sampling = {name: values[name] for name in Sampling.__struct_fields__ if name in values}
    load = {name: values[name] for name in LoadOptions.__slots__ if name in values}
    if "num_ctx" in load:
        load["num_ctx"] = max(load["num_ctx"], MIN_CONTEXT_TOKENS)
    if load.get("num_batch", 1) <= 0:
        del load["num_batch"]
    load["num_thread"] = max(load.get("num_thread", 0), 0)
    return Options(
        load=LoadOptions(**load),
        sampling=Sampling(**sampling),
        num_predict=values.get("num_predict", -1),
        num_keep=values.get("num_keep", 4),
        stop=tuple(values.get("stop", ())),
    )


def _check(name: str, value: Any) -> Any:
    """The value in its own type; None for a key that is not an option."""
    if name in _INTEGERS:
        return _integer(name, value)
    if name in _FLOATS:
        return _float(name, value)
    if name == "use_mmap":
        if not isinstance(value, bool):
            raise OptionInvalid(name, "type boolean")
        return value
    if name == "stop":
        return _strings(name, value)
    return None


def _integer(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not _finite(value):
        raise OptionInvalid(name, "type integer")
    number = int(value)
    if name == "seed":
        return number & 0xFFFFFFFF if number >= 0 else -1
    return max(-_INT32, min(number, _CEILINGS.get(name, _INT32)))


def _float(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not _finite(value):
        raise OptionInvalid(name, "type float32")
    number = float(value)
    if name == "repeat_penalty" and number <= 0:
        raise RequestInvalid('option "repeat_penalty" must be greater than 0; 1 switches it off')
    return number


def _finite(value: float) -> bool:
    """Whether it is a number that a float can hold."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _strings(name: str, value: Any) -> list[str]:
    """Ollama takes lists only; a lone string is common in the wild and harmless."""
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list):
        raise OptionInvalid(name, "type array")
    if not all(isinstance(item, str) for item in value):
        raise OptionInvalid(name, "an array of strings")
    return value
