"""How fast a model writes: what one answer showed, and where the model lay while it did."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from desktop.engine.asks import Ask
from desktop.engine.events import Finished
from desktop.engine.runner import Runner
from desktop.models.machine_memory import MachineMemory
from desktop.models.verdict import Placement

CPU = "cpu"
PARTLY = "partly"
LEAST_TOKENS = 32  # of an answer; fewer say little about the next one
LEAST_READ_TOKENS = 256  # of a prompt


class Trial(msgspec.Struct, frozen=True, array_like=True):
    """What one answer showed, in tokens per second."""

    written: float
    alone: bool
    """Nothing else was asked of any model meanwhile, nor were other programs busy."""
    read: float | None = None
    """How fast the prompt was read; None: it was too short to tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How fast a model is here, or would be; tokens per second."""

    kind: Literal["measured", "expected"]
    written: float
    place: str
    by: str
    """The model that it was measured with."""
    answers: int = 0
    """How many a measured figure is the median of."""
    alone: bool = True
    """It had the machine for itself."""
    read: float | None = None
    """How fast prompts are read; only measured, as it follows another law."""


def trial_of(ask: Ask, finished: Finished, *, alone: bool) -> Trial | None:
    """None if the answer says nothing about how fast others will be."""
    seconds, tokens = finished.output_ns / 1e9, finished.output_tokens - 1  # from the first one on
    is_plain = ask.schema is None and ask.logprobs < 0 and not ask.logit_bias
    if tokens < LEAST_TOKENS - 1 or seconds <= 0 or not is_plain:
        return None
    fresh, reading_s = finished.prompt_tokens - finished.cached_tokens, finished.prompt_ns / 1e9
    is_long = fresh >= LEAST_READ_TOKENS and reading_s > 0 and not ask.media
    return Trial(tokens / seconds, alone, fresh / reading_s if is_long else None)


def written_in(trials: Iterable[Trial]) -> tuple[float, list[Trial]]:
    """The median, and the answers that it is of: those that had the machine for themselves, or
    else all. There is at least one."""
    trials = list(trials)
    counted = [each for each in trials if each.alone] or trials
    return median([each.written for each in counted]), counted


def read_in(trials: Iterable[Trial]) -> float | None:
    """The median; None if no prompt was long enough."""
    rates = [each.read for each in trials if each.read is not None]
    return median(rates) if rates else None


def median(values: Sequence[float]) -> float:
    """Of at least one. The library's own takes ten milliseconds to import.

    >>> median([3, 1, 2]), median([4, 1, 3, 2])
    (2, 2.5)
    """
    ordered, middle = sorted(values), len(values) // 2
    return ordered[middle] if len(values) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def place_of(runner: Runner, lookup_bytes: int) -> str:
    """Where a loaded model lies: `cpu`, `partly`, or `gpu` with the names of the cards.

    Args:
        lookup_bytes: What is always in main memory.
    """
    loaded = runner.process.loaded
    weights = [each for each in runner.process.buffers if each.kind == "weights"]
    in_memory = sum(each.size_bytes for each in weights if each.device.startswith("CPU"))
    total = sum(each.size_bytes for each in weights)
    if loaded is None or not loaded.devices or in_memory == total:
        return CPU
    spare = 0.05 * (total - lookup_bytes)  # less than a layer of most models
    return PARTLY if in_memory > lookup_bytes + spare else _cards(loaded.devices)


def place_in(placement: Placement, machine: MachineMemory) -> str | None:
    """Where a model would lie, in the same words; None if it does not run at all."""
    if placement.verdict == "too_large":
        return None
    if not placement.gpu_layers:
        return CPU
    if placement.gpu_layers < placement.message.numbers["layers"]:
        return PARTLY
    return _cards([gpu.name for gpu in machine.gpus])


def _cards(names: Iterable[str]) -> str:
    return f"gpu {', '.join(sorted(set(names)))}"
