"""Puna's own routes about how the machine and the models are doing, described."""

from typing import Annotated, Any

from msgspec import UNSET, Struct, UnsetType

from desktop.api.description.ollama_answers import PlanShown
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
    physical_cores: int | UnsetType = UNSET
    performance_cores: Annotated[int, about("Those made for speed.")] | UnsetType = UNSET
    name: str | UnsetType = UNSET
    features: Annotated[list[str], about("Instruction sets, such as AVX2.")] | UnsetType = UNSET
    load_percent: float | UnsetType = UNSET
    workers_percent: float | UnsetType = UNSET
    reason: Annotated[str, about("No load: first_look.")] | UnsetType = UNSET


class GpuSeen(Struct):
    name: str
    maker: Annotated[str, about("nvidia, amd, intel or apple.")] | UnsetType = UNSET
    id: Annotated[str, about("Its place on the bus, such as 0000:01:00.0.")] | UnsetType = UNSET
    device: Annotated[str, about("llama.cpp's name, if it computes there.")] | UnsetType = UNSET
    shares_memory: Annotated[bool, about("Its memory is part of main memory.")] | UnsetType = UNSET
    load_percent: int | UnsetType = UNSET
    workers_percent: Annotated[int, about("Of the models' processes.")] | UnsetType = UNSET
    memory_total_bytes: int | UnsetType = UNSET
    memory_used_bytes: int | UnsetType = UNSET
    workers_bytes: Annotated[int, about("Of the models' processes.")] | UnsetType = UNSET
    reason: (
        Annotated[str, about("No figures: no_driver, not_told, first_look, asleep or lost.")]
        | UnsetType
    ) = UNSET


class GpusSeen(Struct):
    cards: list[GpuSeen] | UnsetType = UNSET
    reason: Annotated[str, about("There are no cards: none_found or not_readable.")] | UnsetType = (
        UNSET
    )


class ComputeDevice(Struct):
    index: Annotated[int, about("For main_gpu.")]
    name: Annotated[str, about("Such as CUDA0 or Vulkan1.")]
    total_bytes: int
    description: str | UnsetType = UNSET
    kind: Annotated[str, about("igpu: its memory is part of main memory.")] | UnsetType = UNSET
    id: str | UnsetType = UNSET


class ComputeSeen(Struct):
    """What llama.cpp can compute on."""

    devices: Annotated[list[ComputeDevice], about("None: the processor only.")] | UnsetType = UNSET
    backends: Annotated[list[str], about("CPU, Vulkan, CUDA, Metal.")] | UnsetType = UNSET
    cpu_features: (
        Annotated[list[str], about("Instruction sets that this build uses.")] | UnsetType
    ) = UNSET
    reason: Annotated[str, about("It is not known: not_asked_yet or failed.")] | UnsetType = UNSET


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
    plan: PlanShown
    kept: Annotated[bool, about("It stays until somebody unloads it.")]
    pinned: Annotated[bool, about("It is always ready: loaded at the start, too.")]
    expires_at: Annotated[float, about("Seconds since 1970.")] | UnsetType = UNSET
    keep_alive_s: float | UnsetType = UNSET
    load_percent: int | UnsetType = UNSET
    memory: ModelMemory | UnsetType = UNSET
    devices: list[DeviceShare] | UnsetType = UNSET
    gpu_bytes: int | UnsetType = UNSET
    resident_bytes: int | UnsetType = UNSET
    tokens_per_s: Annotated[float, about("Of all answers together.")] | UnsetType = UNSET
    last_tokens_per_s: Annotated[float, about("Of the last answer.")] | UnsetType = UNSET


class ProblemSeen(Struct):
    """Something that its user should do something about."""

    code: Annotated[str, about("Such as settings_restored, models_missing, gpu_lost.")]
    text: Annotated[str, about("What happened, in a sentence.")]
    remedy: Annotated[str, about("What to do, in a sentence; may be empty.")]
    file: Annotated[str, about("Path that it is about; may be empty.")]


class StatusAnswer(Struct):
    at: Annotated[float, about("Seconds since 1970.")]
    keep_alive: Annotated[Any, about("The setting.")]
    memory: MemorySeen
    processor: ProcessorSeen
    gpus: GpusSeen
    compute: ComputeSeen
    power: PowerSeen
    disk: DiskSeen
    models: list[ModelSeen]
    requests: Annotated[list[RequestShown], about("Those that run or wait.")]
    problems: Annotated[list[ProblemSeen], about("Of this run of Puna, and of its folders now.")]


class KeepRequest(Struct):
    keep_alive: (
        Annotated[float | str, about('Seconds or "5m"; negative: for ever; 0: unload it.')]
        | UnsetType
    ) = UNSET


class KeepAnswer(Struct):
    name: str
    kept: bool
    pinned: bool
    expires_at: float | UnsetType = UNSET
    keep_alive_s: float | UnsetType = UNSET


class PinRequest(Struct):
    pinned: bool


class PinAnswer(Struct):
    name: str
    pinned: bool


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
    Operation(
        method="POST",
        path=f"{_PATH}/models/{{name}}/pin",
        summary="Whether a model is always ready",
        note=(
            "It is loaded in the background, at each start too, never makes room for another, and"
            " does not expire. A `keep_alive` of apps changes nothing about that."
        ),
        parameters=(Parameter("name", "Of an installed model.", "llama3.2:1b", type=Slashed),),
        body=PinRequest,
        answer=PinAnswer,
        errors=(400, 403, 404),
        example={"pinned": True},
    ),
)
