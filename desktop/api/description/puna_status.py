"""Puna's own routes about how the machine and the models are doing, described."""

from typing import Annotated, Any

from msgspec import UNSET, Struct, UnsetType

from desktop.api.description.operation import LINES, Operation, Parameter, Slashed, about
from desktop.api.description.puna_callers import RequestShown

_PATH = "/api/puna"
_MODEL = Parameter("name", "Of a model that is in memory.", "llama3.2:1b", type=Slashed)


class MemorySeen(Struct):
    total_bytes: int
    available_bytes: int
    workers_bytes: Annotated[int, about("Of the models' processes, with mapped files.")]
    swap_total_bytes: int | UnsetType = UNSET
    swap_used_bytes: int | UnsetType = UNSET
    swap_bytes_per_s: Annotated[int, about("Between the last two looks.")] | UnsetType = UNSET


class ProcessorSeen(Struct):
    """All cores together are 100 percent."""

    cores: int
    threads: Annotated[int, about("What models compute with.")]
    load_percent: float | UnsetType = UNSET
    workers_percent: float | UnsetType = UNSET
    reason: Annotated[str, about("No load: first_look.")] | UnsetType = UNSET


class GpuSeen(Struct):
    name: str
    maker: Annotated[str, about("nvidia, amd or intel.")]
    load_percent: int | UnsetType = UNSET
    memory_total_bytes: int | UnsetType = UNSET
    memory_used_bytes: int | UnsetType = UNSET
    reason: (
        Annotated[str, about("Figures are missing: no_driver, not_told or asleep.")] | UnsetType
    ) = UNSET


class GpusSeen(Struct):
    cards: list[GpuSeen] | UnsetType = UNSET
    reason: Annotated[str, about("There are no cards: none_found or not_readable.")] | UnsetType = (
        UNSET
    )


class PowerSeen(Struct):
    percent: Annotated[int, about("Of the battery.")] | UnsetType = UNSET
    plugged: bool | UnsetType = UNSET
    profile: Annotated[str, about("low-power, balanced or performance.")] | UnsetType = UNSET
    reason: Annotated[str, about("No battery: none_found.")] | UnsetType = UNSET


class DiskSeen(Struct):
    path: Annotated[str, about("Of the models.")]
    total_bytes: int | UnsetType = UNSET
    free_bytes: int | UnsetType = UNSET
    reason: Annotated[str, about("No figures: unreadable.")] | UnsetType = UNSET


class ModelMemory(Struct):
    weights_bytes: int
    context_bytes: int
    compute_bytes: int


class DeviceShare(Struct):
    name: Annotated[str, about("CPU is main memory; others in llama.cpp's words.")]
    bytes: int


class ModelSeen(Struct):
    """A model in memory, or on its way there."""

    name: str
    state: Annotated[str, about("loading, ready or leaving.")]
    running: int
    waiting: int
    context_tokens: int
    parallel: int
    kept: Annotated[bool, about("It stays until somebody unloads it.")]
    expires_at: Annotated[float, about("Seconds since 1970.")] | UnsetType = UNSET
    keep_alive_s: float | UnsetType = UNSET
    load_percent: int | UnsetType = UNSET
    memory: ModelMemory | UnsetType = UNSET
    devices: list[DeviceShare] | UnsetType = UNSET
    gpu_bytes: int | UnsetType = UNSET
    resident_bytes: int | UnsetType = UNSET
    tokens_per_s: Annotated[float, about("Of all answers together.")] | UnsetType = UNSET
    last_tokens_per_s: Annotated[float, about("Of the last answer.")] | UnsetType = UNSET


class StatusAnswer(Struct):
    at: Annotated[float, about("Seconds since 1970.")]
    keep_alive: Annotated[Any, about("The setting.")]
    memory: MemorySeen
    processor: ProcessorSeen
    gpus: GpusSeen
    power: PowerSeen
    disk: DiskSeen
    models: list[ModelSeen]
    requests: Annotated[list[RequestShown], about("Those that run or wait.")]


class KeepRequest(Struct):
    keep_alive: (
        Annotated[float | str, about('Seconds or "5m"; negative: for ever; 0: unload it.')]
        | UnsetType
    ) = UNSET


class KeepAnswer(Struct):
    name: str
    kept: bool
    expires_at: float | UnsetType = UNSET
    keep_alive_s: float | UnsetType = UNSET


STATUS = (
    Operation(
        method="GET",
        path=f"{_PATH}/status",
        summary="How the machine and the models are doing",
        note="What is not known is not there, and `reason` says why.",
        answer=StatusAnswer,
        errors=(403,),
    ),
    Operation(
        method="GET",
        path=f"{_PATH}/status/events",
        summary="The same as a line of JSON once a second",
        answer=StatusAnswer,
        answer_type=LINES,
        errors=(403,),
    ),
    Operation(
        method="POST",
        path=f"{_PATH}/models/{{name}}/keep",
        summary="How long a model stays in memory",
        note=(
            "Without `keep_alive`, as the settings say, or five minutes if they say for ever. It is"
            " never loaded for this."
        ),
        parameters=(_MODEL,),
        body=KeepRequest,
        answer=KeepAnswer,
        errors=(400, 403, 404),
        example={"keep_alive": -1},
    ),
)
