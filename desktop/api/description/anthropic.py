"""Anthropic's routes, described."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from desktop.api.description.operation import EVENTS, WORKING, Dialect, Operation, about


class AnthropicErrorBody(Struct):
    """Figures that help stand beside the text."""

    type: Annotated[str, about("Anthropic's word for it.", "not_found_error")]
    message: Annotated[str, about("One sentence.")]
    code: Annotated[str, about("For programs.", "model_not_found")]


class AnthropicError(Struct):
    type: Literal["error"]
    error: AnthropicErrorBody
    request_id: str


class BlockGiven(Struct):
    """A content block; which fields it has depends on its `type`."""

    type: Annotated[
        str,
        about(
            "text, image, document, search_result, thinking, tool_use or tool_result; others are"
            " left out.",
            "text",
        ),
    ]
    text: Annotated[str | None, about("With text.", "Why is the sky blue?")] = None
    source: Annotated[
        dict[str, Any] | None,
        about("With image: `{type: base64, media_type, data}`; with document: its text."),
    ] = None
    title: Annotated[str | None, about("With document and search_result.")] = None
    thinking: Annotated[str | None, about("With thinking.")] = None
    id: Annotated[str | None, about("With tool_use.")] = None
    name: Annotated[str | None, about("With tool_use: the function.")] = None
    input: Annotated[dict[str, Any] | None, about("With tool_use: the arguments.")] = None
    tool_use_id: Annotated[str | None, about("With tool_result.")] = None
    content: Annotated[Any, about("With tool_result: a text, or blocks.")] = None
    is_error: Annotated[bool | None, about("With tool_result: the tool failed.")] = None
    cache_control: Annotated[Any, about("Ignored: everything is remembered.")] = None


class MessageGiven(Struct):
    role: Annotated[Literal["user", "assistant", "system"], about("Who says it.", "user")]
    content: Annotated[str | list[BlockGiven] | None, about("A text, or blocks.", "Hello")]


class ToolGiven(Struct):
    name: str
    description: str | None = None
    input_schema: Annotated[dict[str, Any] | None, about("A JSON schema.")] = None
    type: Annotated[Literal["custom", ""] | None, about("Only `custom`.")] = None


class ToolChoiceGiven(Struct):
    type: Literal["auto", "any", "tool", "none"]
    name: Annotated[str | None, about("With tool: this one.")] = None
    disable_parallel_tool_use: Annotated[bool | None, about("One call at most.")] = None


class ThinkingGiven(Struct):
    type: Annotated[str, about("enabled or disabled; anything else leaves it to the model.")]
    budget_tokens: Annotated[int | None, about("Ignored.")] = None


class OutputFormat(Struct):
    type: Literal["json_schema"]
    schema: dict[str, Any]


class OutputConfig(Struct):
    effort: Annotated[str | None, about("low, medium, high, xhigh or max.")] = None
    format: Annotated[OutputFormat | None, about("What the answer must look like.")] = None


class CountRequest(Struct):
    model: Annotated[str, about("Name of an installed model, or an alias.", "llama3.2")]
    messages: Annotated[list[MessageGiven], about("The conversation, oldest first.")]
    system: Annotated[str | list[BlockGiven] | None, about("A text, or text blocks.")] = None
    tools: Annotated[list[ToolGiven] | None, about("Functions that may be called.")] = None
    tool_choice: ToolChoiceGiven | None = None
    thinking: ThinkingGiven | None = None
    output_config: OutputConfig | None = None


class MessagesRequest(CountRequest, kw_only=True):
    max_tokens: Annotated[
        Annotated[int, msgspec.Meta(ge=1)], about("Tokens to answer at most.", 1024)
    ]
    stream: Annotated[bool | None, about("Events as they come.")] = False
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    stop_sequences: Annotated[list[str] | None, about("Texts that end the answer.")] = None
    metadata: Annotated[Any, about("Ignored.")] = None


class Usage(Struct):
    """The prompt is the sum of the first three."""

    input_tokens: Annotated[int, about("Tokens of the prompt that were read.")]
    cache_creation_input_tokens: Annotated[int, about("Always 0.")]
    cache_read_input_tokens: Annotated[int, about("Tokens of the prompt that were remembered.")]
    output_tokens: int


class BlockSaid(Struct):
    type: Literal["text", "thinking", "tool_use"]
    text: str | UnsetType = UNSET
    thinking: str | UnsetType = UNSET
    signature: Annotated[str, about("Always empty.")] | UnsetType = UNSET
    id: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    input: dict[str, Any] | UnsetType = UNSET


class MessageAnswer(Struct):
    id: str
    type: Literal["message"]
    role: Literal["assistant"]
    model: Annotated[str, about("As the request named it.")]
    content: list[BlockSaid]
    stop_reason: Annotated[str | None, about("end_turn, max_tokens, stop_sequence or tool_use.")]
    stop_sequence: Annotated[str | None, about("The one that ended it.")]
    usage: Usage
    puna: (
        Annotated[dict[str, Any], about("`truncated`: what was cut from the prompt, in counts.")]
        | UnsetType
    ) = UNSET


class MessageEvent(Struct):
    """`message_start`, `ping`, `content_block_start`, `content_block_delta`, `content_block_stop`,
    `message_delta`, `message_stop` or `error`."""

    type: str
    index: Annotated[int, about("Of the block.")] | UnsetType = UNSET
    message: MessageAnswer | UnsetType = UNSET
    content_block: BlockSaid | UnsetType = UNSET
    delta: dict[str, Any] | UnsetType = UNSET
    usage: Usage | UnsetType = UNSET
    error: AnthropicErrorBody | UnsetType = UNSET


class TokenCount(Struct):
    input_tokens: int


_HELLO = [{"role": "user", "content": "Why is the sky blue?"}]

ANTHROPIC = Dialect(
    name="Anthropic",
    text=(
        "For programs written for Anthropic's Messages API. Their base address is this server's;"
        " `anthropic-version` and the key may be left out."
    ),
    error=AnthropicError,
    operations=(
        Operation(
            method="POST",
            path="/v1/messages",
            summary="The next message of a conversation, in blocks",
            body=MessagesRequest,
            answer=MessageAnswer,
            stream=MessageEvent,
            stream_type=EVENTS,
            errors=(*WORKING, 413, 415),
            example={"model": "llama3.2", "max_tokens": 1024, "messages": _HELLO},
        ),
        Operation(
            method="POST",
            path="/v1/messages/count_tokens",
            summary="How long a prompt is for the model",
            note="The true number: the prompt is made as it would be, and nothing is cut.",
            body=CountRequest,
            answer=TokenCount,
            errors=(*WORKING, 413, 415),
            example={"model": "llama3.2", "messages": _HELLO},
        ),
    ),
)
