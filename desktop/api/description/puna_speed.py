"""Puna's own routes about how fast models are here, described."""

from typing import Annotated

from msgspec import UNSET, Struct, UnsetType

from desktop.api.description.operation import Operation, about

_PATH = "/api/puna"


class SpeedShown(Struct):
    """How fast a model writes on this machine."""

    kind: Annotated[str, about("measured, expected or unknown.")]
    tokens_per_s: (
        Annotated[float, about("measured: the median of its last answers.")] | UnsetType
    ) = UNSET
    by: Annotated[str, about("The model that was measured.")] | UnsetType = UNSET
    place: Annotated[str, about("cpu, partly, or gpu with the names of the cards.")] | UnsetType = (
        UNSET
    )
    answers: Annotated[int, about("measured: how many it is the median of.")] | UnsetType = UNSET
    alone: (
        Annotated[bool, about("measured: those answers had the machine for themselves.")]
        | UnsetType
    ) = UNSET
    prompt_tokens_per_s: (
        Annotated[float, about("measured: how fast prompts are read.")] | UnsetType
    ) = UNSET
    reason: (
        Annotated[
            str,
            about("unknown: not_known, too_large, nothing_measured, or nothing_measured_there."),
        ]
        | UnsetType
    ) = UNSET


class ModelSpeed(Struct):
    name: str
    speed: SpeedShown


class SpeedsAnswer(Struct):
    probe: Annotated[str, about("idle, running, known, no_model, busy, low_battery or failed.")]
    models: Annotated[list[ModelSpeed], about("All that are installed and write.")]


class ProbeAnswer(Struct):
    probe: str


SPEED = (
    Operation(
        method="GET",
        path=f"{_PATH}/speed",
        summary="How fast models are here",
        note=(
            "Measured in answers of 32 tokens and more. What never ran here is judged by the"
            " largest model that did, in the same place: by the bytes of weights that one token"
            " needs."
        ),
        answer=SpeedsAnswer,
        errors=(403,),
    ),
    Operation(
        method="POST",
        path=f"{_PATH}/speed",
        summary="Measure this machine",
        note=(
            "Only if nothing was ever measured on it: the smallest installed model writes 48 tokens"
            " and is unloaded. Any request to a model ends that, and none waits for it. On battery"
            " with less than 20 percent it is not done."
        ),
        answer=ProbeAnswer,
        errors=(403,),
    ),
)
