"""What a new model's config blob says: taken from its file, its source, and what was asked for."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from desktop.core.sizes import human_parameters
from desktop.models.creating.order import CreateOrder, read_info
from desktop.models.gguf import GgufHeader
from desktop.models.manifests import Config


class Habits(NamedTuple):
    """How Ollama runs an architecture whose model names no renderer and no parser itself."""

    renderer: str
    parser: str
    stop: tuple[str, ...] = ()


_NEMOTRON = Habits("nemotron-3-nano", "nemotron-3-nano")
_HABITS: Mapping[str, Habits] = {
    "gemma4": Habits("gemma4", "gemma4", ("<turn|>",)),
    "laguna": Habits("laguna", "laguna"),
    "nemotron_h": _NEMOTRON,
    "nemotron_h_moe": _NEMOTRON,
    "nemotron_h_omni": _NEMOTRON,
}


def habits_of(header: GgufHeader, base: Config, order: CreateOrder) -> Habits | None:
    """None if the model is told how, or there is nothing special about it."""
    if order.renderer or order.parser or base.renderer or base.parser:
        return None
    return _HABITS.get(header.architecture)


def make_config(
    order: CreateOrder,
    base: Config,
    headers: Sequence[GgufHeader],
    projectors: Sequence[str],
) -> Config:
    """The config of a model.

    Args:
        base: The source's; empty if its weights are not used.
        headers: Of the weights, all parts of them.
        projectors: Architectures of those that came with this order.

    Raises:
        RequestInvalid: a field of `info` is of the wrong type.
    """
    first = headers[0]
    habits = habits_of(first, base, order) or Habits("", "")
    families = base.model_families or [first.architecture]
    families = [*families, *projectors]
    parameters = sum(header.parameter_count for header in headers)
    stated: dict[str, Any] = {
        "model_format": base.model_format or "gguf",
        "model_family": base.model_family or first.architecture,
        "model_families": list(dict.fromkeys(families)),
        "model_type": base.model_type or human_parameters(parameters),
        "file_type": base.file_type or first.quantization,
        "renderer": order.renderer or base.renderer or habits.renderer,
        "parser": order.parser or base.parser or habits.parser,
        "requires": order.requires or base.requires,
        "architecture": base.architecture or "amd64",  # what every config of Ollama says
        "os": base.os or "linux",
    }
    return msgspec.structs.replace(base, **(stated | read_info(order.info)))
