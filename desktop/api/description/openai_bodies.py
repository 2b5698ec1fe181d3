"""What OpenAI's routes take."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from desktop.api.description.operation import about

Model = Annotated[str, about("Name of an installed model, or an alias.", "llama3.2")]
Stop = Annotated[str | list[str] | None, about("Texts that end the answer.")]
Bias = Annotated[float, msgspec.Meta(ge=-100, le=100)]
TokenId = Annotated[str, msgspec.Meta(pattern="^[0-9]{1,9}$")]
LogitBias = Annotated[
    dict[TokenId, Bias] | None, about("Added to the logits of tokens, by their ids; -100 to 100.")
]
Effort = Annotated[
    Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None,
    about("How much to think."),
]
Options = Annotated[dict[str, Any] | None, about("Ollama's options, beyond OpenAI's fields.")]
KeepAlive = Annotated[float | str | None, about("As in Ollama's routes.")]
TopLogprobs = Annotated[int, msgspec.Meta(ge=0, le=20)]
Choices = Annotated[
    Annotated[int, msgspec.Meta(ge=1, le=8)] | None, about("Answers to give, 1 to 8.")
]


class StreamOptions(Struct):
    include_usage: Annotated[bool | None, about("A last chunk with the usage.")] = False


class ChatMessageGiven(Struct):
    """One message of a conversation."""

    role: Annotated[
        Literal["system", "developer", "user", "assistant", "tool"], about("Who says it.", "user")
    ]
    content: Annotated[
        str | list[dict[str, Any]] | None,
        about("A text, or parts: text, image_url (a data URL), input_audio.", "Hello"),
    ] = None
    name: str | None = None
    reasoning: Annotated[str | None, about("What the assistant thought.")] = None
    tool_calls: Annotated[list[dict[str, Any]] | None, about("What the assistant called.")] = None
    tool_call_id: Annotated[str | None, about("With role tool: the call it answers.")] = None


class FunctionGiven(Struct):
    name: str
    description: str | None = None
    parameters: Annotated[dict[str, Any] | None, about("A JSON schema.")] = None


class ChatToolGiven(Struct):
    function: FunctionGiven
    type: Annotated[str | None, about('"function".')] = "function"


class JsonSchemaGiven(Struct):
    schema: dict[str, Any]
    name: str | None = None


class ResponseFormat(Struct):
    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchemaGiven | None = None


class Sampled(Struct, kw_only=True):
    """Fields that all of the routes share."""

    model: Model
    stream: Annotated[bool | None, about("Events as they come.")] = False
    temperature: Annotated[float | None, about("0: always the likeliest token.")] = 1.0
    top_p: float | None = 1.0
    reasoning_effort: Effort = None
    options: Options = None
    keep_alive: KeepAlive = None


class ChatCompletionRequest(Sampled, kw_only=True):
    messages: Annotated[list[ChatMessageGiven], about("The conversation, oldest first.")]
    max_completion_tokens: Annotated[int | None, about("Tokens to answer at most.")] = None
    max_tokens: Annotated[int | None, about("The older name of the same.")] = None
    stop: Stop = None
    seed: int | None = None
    n: Choices = 1
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    logprobs: Annotated[bool | None, about("Tell each token's log-probability.")] = False
    top_logprobs: Annotated[TopLogprobs | None, about("And the likeliest ones', 0 to 20.")] = 0
    logit_bias: LogitBias = None
    response_format: Annotated[ResponseFormat | None, about("What the answer looks like.")] = None
    tools: Annotated[list[ChatToolGiven] | None, about("Functions that may be called.")] = None
    tool_choice: Annotated[
        str | dict[str, Any] | None, about("none, auto, required, or an object naming a function.")
    ] = None
    parallel_tool_calls: Annotated[bool | None, about("False: one call at most.")] = True
    stream_options: StreamOptions | None = None


class CompletionRequest(Sampled, kw_only=True):
    prompt: Annotated[str | list[str] | None, about("One text, or up to 32.", "Once")] = None
    suffix: Annotated[str | None, about("What comes after the text to be written.")] = None
    max_tokens: int | None = None
    stop: Stop = None
    seed: int | None = None
    n: Choices = 1
    best_of: Annotated[int | None, about("Only as many as `n`.")] = None
    echo: Annotated[bool | None, about("Put the prompt in front.")] = False
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    logprobs: Annotated[TopLogprobs | None, about("How many of the likeliest tokens to tell.")] = (
        None
    )
    logit_bias: LogitBias = None
    stream_options: StreamOptions | None = None


class Reasoning(Struct):
    effort: Effort = None
    summary: str | None = None


class ResponsesText(Struct):
    format: Annotated[
        dict[str, Any] | None, about("`{type: text | json_object | json_schema, schema?}`.")
    ] = None


class ResponsesRequest(Struct, kw_only=True):
    model: Model
    input: Annotated[
        str | list[dict[str, Any]], about("A text, or items of a conversation.", "Hello")
    ]
    instructions: Annotated[str | None, about("The system text.")] = None
    previous_response_id: Annotated[str | None, about("Go on from this one.")] = None
    store: Annotated[bool | None, about("Keep it, in memory, to go on from.")] = True
    stream: Annotated[bool | None, about("Events as they come.")] = False
    background: Annotated[
        bool | None, about("Repeated in the answer, which comes when it is whole.")
    ] = False
    max_output_tokens: int | None = None
    temperature: float | None = 1.0
    top_p: float | None = None
    reasoning: Reasoning | None = None
    text: ResponsesText | None = None
    tools: Annotated[list[dict[str, Any]] | None, about("Functions; others are left out.")] = None
    tool_choice: str | dict[str, Any] | None = None
    parallel_tool_calls: bool | None = True
    include: Annotated[
        list[str] | None, about("`message.output_text.logprobs` for log-probabilities.")
    ] = None
    top_logprobs: TopLogprobs | None = 0
    truncation: Annotated[str | None, about("auto, or disabled: too long is an error.")] = None
    metadata: dict[str, Any] | None = None


class EmbeddingRequest(Struct, kw_only=True):
    model: Model
    input: Annotated[str | list[str], about("One text or several.", ["first text", "second text"])]
    dimensions: Annotated[int | None, about("Keep so many values of each vector.")] = None
    encoding_format: Annotated[str | None, about("float, or base64.")] = "float"


class TranscriptionForm(Struct, kw_only=True):
    """Parts of a form."""

    model: Annotated[str, about("One that can hear.", "gemma3n")]
    file: Annotated[
        str, msgspec.Meta(description="A sound.", extra_json_schema={"format": "binary"})
    ]
    language: Annotated[str, about("In which it is spoken.")] | UnsetType = UNSET
    prompt: Annotated[str, about("What the model should know beforehand.")] | UnsetType = UNSET
    response_format: Annotated[str, about("json or text.")] | UnsetType = UNSET
    temperature: Annotated[str, about("A number.")] | UnsetType = UNSET
