"""What Ollama's routes answer. Fields that may be missing have `UNSET` as their default."""

from typing import Annotated, Any

from msgspec import UNSET, Struct, UnsetType

from desktop.api.description.operation import about

Moment = Annotated[str, about("RFC 3339.", "2026-11-23T16:43:19.123456789Z")]


class OllamaError(Struct):
    """Figures that help stand beside the text."""

    error: Annotated[str, about("One sentence.", "model 'none' not found")]
    code: Annotated[str, about("For programs.", "model_not_found")]
    reason: str | UnsetType = UNSET


class Truncated(Struct):
    messages: int
    tokens: int


class PunaFigures(Struct):
    cached_tokens: Annotated[int, about("Of the prompt: not read again.")]
    truncated: Annotated[Truncated, about("Cut from the prompt to make it fit.")] | UnsetType = (
        UNSET
    )


class TokenChance(Struct):
    token: str
    logprob: float
    bytes: list[int]


class Logprob(TokenChance):
    top_logprobs: list[TokenChance] | UnsetType = UNSET


class FunctionCalled(Struct):
    index: int
    name: str
    arguments: dict[str, Any]


class CallMade(Struct):
    id: str
    function: FunctionCalled


class Debug(Struct):
    rendered_template: str
    image_count: int | UnsetType = UNSET


class Figures(Struct):
    """On the last line, or in the one object. Durations are nanoseconds."""

    model: Annotated[str, about("As the request named it.")]
    created_at: Moment
    done: Annotated[bool, about("True: this is the last line.")]
    done_reason: Annotated[str, about("stop, length, load or unload.", "stop")] | UnsetType = UNSET
    total_duration: int | UnsetType = UNSET
    load_duration: int | UnsetType = UNSET
    prompt_eval_count: Annotated[int, about("Tokens of the prompt.")] | UnsetType = UNSET
    prompt_eval_duration: int | UnsetType = UNSET
    eval_count: Annotated[int, about("Tokens of the answer.")] | UnsetType = UNSET
    eval_duration: int | UnsetType = UNSET
    logprobs: list[Logprob] | UnsetType = UNSET
    puna: PunaFigures | UnsetType = UNSET
    _debug_info: Debug | UnsetType = UNSET


class MessageSaid(Struct):
    role: str
    content: str
    thinking: str | UnsetType = UNSET
    tool_calls: list[CallMade] | UnsetType = UNSET


class ChatAnswer(Figures, kw_only=True):
    message: MessageSaid


class GenerateAnswer(Figures, kw_only=True):
    response: str
    thinking: str | UnsetType = UNSET
    context: Annotated[list[int], about("Prompt and answer as tokens.")] | UnsetType = UNSET


class EmbedAnswer(Struct):
    model: str
    embeddings: Annotated[list[list[float]], about("One vector of length 1 for each input.")]
    total_duration: int | UnsetType = UNSET
    load_duration: int | UnsetType = UNSET
    prompt_eval_count: int | UnsetType = UNSET


class EmbeddingsAnswer(Struct):
    embedding: list[float]


class Details(Struct):
    parent_model: str
    format: str
    family: str
    families: list[str] | None
    parameter_size: str
    quantization_level: str
    context_length: int | UnsetType = UNSET
    embedding_length: int | UnsetType = UNSET


class Tag(Struct):
    name: str
    model: str
    modified_at: Moment
    size: Annotated[int, about("Bytes on the disk.")]
    digest: Annotated[str, about("64 hexadecimal digits.")]
    details: Details
    capabilities: Annotated[list[str], about("completion, tools, thinking, vision, embedding…")]


class Tags(Struct):
    models: list[Tag]


class StepTaken(Struct):
    code: Annotated[
        str,
        about(
            "leave, kv_q8_0, context, pool, parallel, projector, gpu_layers, cpu or swap.",
            "kv_q8_0",
        ),
    ]
    text: Annotated[str, about("One sentence.")]
    numbers: Annotated[dict[str, int], about("Bytes, tokens or layers, by name.")]


class PlanShown(Struct):
    """How a model was loaded."""

    context_tokens: Annotated[int, about("Of each request.")]
    parallel: Annotated[int, about("Requests at the same time.")]
    cells: Annotated[int, about("Tokens that the cache holds for all requests together.")]
    kv_cache_type: Annotated[str, about("Of the cache.", "f16")]
    threads: int
    steps: Annotated[list[StepTaken], about("What was done without, as memory was short.")]
    gpu_layers: (
        Annotated[int, about("On graphics cards, the output counts as one.")] | UnsetType
    ) = UNSET


class LoadedFigures(Struct):
    plan: PlanShown


class Loaded(Struct):
    name: str
    model: str
    size: Annotated[int, about("Bytes of memory in all.")]
    digest: str
    details: Details
    expires_at: Moment
    size_vram: Annotated[int, about("Of them on GPUs.")]
    context_length: int
    puna: LoadedFigures


class LoadedModels(Struct):
    models: list[Loaded]


class TensorInfo(Struct):
    name: str
    type: str
    shape: list[int]


class ModelShown(Struct):
    details: Details
    model_info: Annotated[dict[str, Any], about("The file's header.")]
    tensors: list[TensorInfo]
    capabilities: list[str]
    modified_at: Moment
    license: str | UnsetType = UNSET
    modelfile: str | UnsetType = UNSET
    parameters: str | UnsetType = UNSET
    template: str | UnsetType = UNSET
    system: str | UnsetType = UNSET
    messages: list[dict[str, Any]] | UnsetType = UNSET
    requires: str | UnsetType = UNSET
    projector_info: dict[str, Any] | UnsetType = UNSET


class Version(Struct):
    version: Annotated[str, about("Of Ollama's API.")]
    puna: Annotated[str, about("Of Puna.")]


class ProgressLine(Struct):
    """The last one says `success`, or has an `error`."""

    status: Annotated[str, about("What is being done.")] | UnsetType = UNSET
    digest: str | UnsetType = UNSET
    total: Annotated[int, about("Bytes.")] | UnsetType = UNSET
    completed: Annotated[int, about("Bytes so far.")] | UnsetType = UNSET
    error: str | UnsetType = UNSET
    code: str | UnsetType = UNSET


class TokenPiece(Struct):
    id: int
    piece: Annotated[str | list[int], about("Its text, or its bytes where it is part of one.")]


class TokenizeAnswer(Struct):
    model: str
    tokens: list[int | TokenPiece]
    total_duration: int
    load_duration: int


class DetokenizeAnswer(Struct):
    model: str
    content: str
    text: str
    total_duration: int
    load_duration: int
