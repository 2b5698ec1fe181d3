"""OpenAI's routes, described."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Struct, UnsetType

from desktop.api.description import openai_bodies as bodies
from desktop.api.description.operation import (
    EVENTS,
    REFUSED,
    TEXT,
    WORKING,
    Dialect,
    Operation,
    Parameter,
    Slashed,
    about,
)


class OpenAIErrorBody(Struct):
    message: Annotated[str, about("One sentence.")]
    type: Annotated[str, about("OpenAI's word for it.", "not_found_error")]
    param: str | None
    code: Annotated[str | None, about("For programs.", "model_not_found")]


class OpenAIError(Struct):
    error: OpenAIErrorBody


class Model(Struct):
    id: str
    object: Literal["model"]
    created: Annotated[int, about("Seconds since 1970.")]
    owned_by: str


class ModelList(Struct):
    """With the header `anthropic-version` it is in Anthropic's words."""

    object: Literal["list"]
    data: list[Model]


class CachedTokens(Struct):
    cached_tokens: int


class OpenAIUsage(Struct):
    prompt_tokens: int
    total_tokens: int
    completion_tokens: int | UnsetType = UNSET
    prompt_tokens_details: CachedTokens | UnsetType = UNSET


class ChatMessageSaid(Struct):
    role: Literal["assistant"] | UnsetType = UNSET
    content: str | UnsetType | None = UNSET
    reasoning: Annotated[str, about("What the model thought.")] | UnsetType = UNSET
    tool_calls: list[dict[str, Any]] | UnsetType = UNSET


class ChatChoice(Struct):
    index: int
    finish_reason: Annotated[str | None, about("stop, length or tool_calls.")]
    message: ChatMessageSaid | UnsetType = UNSET
    delta: Annotated[ChatMessageSaid, about("In a stream.")] | UnsetType = UNSET
    logprobs: dict[str, Any] | UnsetType | None = UNSET


class ChatCompletion(Struct):
    """Or one chunk of it."""

    id: str
    object: Literal["chat.completion", "chat.completion.chunk"]
    created: int
    model: str
    system_fingerprint: str
    choices: list[ChatChoice]
    usage: OpenAIUsage | UnsetType = UNSET
    puna: Annotated[dict[str, Any], about("What was cut from the prompt.")] | UnsetType = UNSET


class CompletionChoice(Struct):
    index: int
    text: str
    finish_reason: str | None
    logprobs: dict[str, Any] | UnsetType | None = UNSET


class Completion(Struct):
    id: str
    object: Literal["text_completion"]
    created: int
    model: str
    system_fingerprint: str
    choices: list[CompletionChoice]
    usage: OpenAIUsage | UnsetType = UNSET
    puna: dict[str, Any] | UnsetType = UNSET


class ResponseSaid(Struct):
    """Fields of the request are repeated in it."""

    id: str
    object: Literal["response"]
    created_at: int
    status: Annotated[str, about("completed, incomplete, in_progress or failed.")]
    model: str
    output: Annotated[list[dict[str, Any]], about("Items: reasoning, message, function_call.")]
    usage: dict[str, Any] | None
    error: dict[str, Any] | None


class ResponseEvent(Struct):
    type: Annotated[str, about("Its name.", "response.output_text.delta")]
    sequence_number: int


class ResponseDeleted(Struct):
    id: str
    object: Literal["response"]
    deleted: bool


class Transcription(Struct):
    text: str


class EmbeddingSaid(Struct):
    object: Literal["embedding"]
    index: int
    embedding: Annotated[list[float] | str, about("Base64 of 32-bit floats, if asked for.")]


class EmbeddingList(Struct):
    object: Literal["list"]
    model: str
    data: list[EmbeddingSaid]
    usage: OpenAIUsage


_HELLO = [{"role": "user", "content": "Why is the sky blue?"}]
_READING = (*WORKING, 413, 415)
_ID = Parameter("id", "Id of a response that is kept.", "resp_0123456789abcdef01234567")

OPENAI = Dialect(
    name="OpenAI",
    text="For programs written for OpenAI. Their base address is this server's, and `/v1`.",
    error=OpenAIError,
    operations=(
        Operation(
            method="GET",
            path="/v1/models",
            summary="Installed models",
            answer=ModelList,
        ),
        Operation(
            method="GET",
            path="/v1/models/{model}",
            summary="One model",
            parameters=(
                Parameter("model", "Its name; slashes may be in it.", "llama3.2", type=Slashed),
            ),
            answer=Model,
            errors=REFUSED,
        ),
        Operation(
            method="POST",
            path="/v1/chat/completions",
            summary="The next message of a conversation",
            body=bodies.ChatCompletionRequest,
            answer=ChatCompletion,
            stream=ChatCompletion,
            stream_type=EVENTS,
            errors=_READING,
            example={"model": "llama3.2", "messages": _HELLO},
        ),
        Operation(
            method="POST",
            path="/v1/completions",
            summary="A completion of a prompt",
            body=bodies.CompletionRequest,
            answer=Completion,
            stream=Completion,
            stream_type=EVENTS,
            errors=_READING,
            example={"model": "llama3.2", "prompt": "Once upon a time", "max_tokens": 50},
        ),
        Operation(
            method="POST",
            path="/v1/embeddings",
            summary="Vectors of texts",
            body=bodies.EmbeddingRequest,
            answer=EmbeddingList,
            errors=_READING,
            example={"model": "all-minilm", "input": ["first text", "second text"]},
        ),
        Operation(
            method="POST",
            path="/v1/audio/transcriptions",
            summary="What is said in a sound",
            body=bodies.TranscriptionForm,
            body_type="multipart/form-data",
            answer=Transcription,
            stream=str,
            stream_type=TEXT,
            errors=_READING,
        ),
        Operation(
            method="POST",
            path="/v1/responses",
            summary="A response, alone or going on from an earlier one",
            body=bodies.ResponsesRequest,
            answer=ResponseSaid,
            stream=ResponseEvent,
            stream_type=EVENTS,
            errors=_READING,
            example={"model": "llama3.2", "input": "Why is the sky blue?"},
        ),
        Operation(
            method="GET",
            path="/v1/responses/{id}",
            summary="A response that is kept",
            parameters=(_ID,),
            answer=ResponseSaid,
            errors=(401, 403, 404),
        ),
        Operation(
            method="DELETE",
            path="/v1/responses/{id}",
            summary="Forget a response",
            parameters=(_ID,),
            answer=ResponseDeleted,
            errors=(401, 403, 404),
        ),
    ),
)
