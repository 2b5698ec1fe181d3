"""What Ollama's routes take. Names of fields may be written in any case; null counts as absent."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Struct, field

from desktop.api.description.operation import about

Model = Annotated[str, about("Name of an installed model, or an alias.", "llama3.2")]
KeepAlive = Annotated[
    float | str | None,
    about('How long the model stays loaded: seconds or "5m"; 0: unload now; negative: for ever.'),
]
Format = Annotated[
    Literal["json", ""] | dict[str, Any] | None,
    about('"json" for any JSON object, or a JSON schema that the answer must follow.'),
]
Think = Annotated[
    bool | Literal["low", "medium", "high", "max"] | None,
    about("Whether, or how much, to think first. Models that can do it unless told otherwise."),
]
TopLogprobs = Annotated[
    Annotated[int, msgspec.Meta(ge=0, le=20)] | None,
    about("With logprobs: how many of the likeliest tokens to tell, 0 to 20."),
]


Token = Annotated[int, msgspec.Meta(ge=0, lt=2**31)]


class Options(Struct):
    """How the model samples and is loaded. Others of Ollama's names are ignored."""

    num_ctx: Annotated[int | None, about("Context length in tokens.", 8192)] = None
    num_predict: Annotated[int | None, about("Tokens to answer at most; -1: no limit.")] = -1
    num_keep: Annotated[int | None, about("Tokens at the front that a cut spares.")] = 4
    temperature: Annotated[float | None, about("0: always the likeliest token.")] = 0.8
    top_k: Annotated[int | None, about("Choose among so many tokens; 0: all.")] = 40
    top_p: Annotated[float | None, about("Choose among the tokens that make up this much.")] = 0.9
    min_p: Annotated[float | None, about("Least chance, relative to the likeliest token's.")] = 0.0
    typical_p: Annotated[float | None, about("Locally typical sampling; 1: off.")] = 1.0
    seed: Annotated[int | None, about("Same seed, same answer; -1: random.")] = -1
    repeat_penalty: Annotated[float | None, about("More than 0; 1: off.")] = 1.0
    repeat_last_n: Annotated[int | None, about("How far back repetition is looked for.")] = 64
    presence_penalty: Annotated[float | None, about("Against what is there already.")] = 0.0
    frequency_penalty: Annotated[float | None, about("Against what is there often.")] = 0.0
    stop: Annotated[
        str | list[str] | None, about("Texts that end the answer; they are not in it.")
    ] = None
    num_gpu: Annotated[int | None, about("Layers on the GPU; -1: as many as fit.")] = -1
    main_gpu: Annotated[int | None, about("GPU to use, where there are several.")] = None
    num_batch: Annotated[int | None, about("Tokens decoded in one step.")] = None
    num_thread: Annotated[int | None, about("Threads; 0: as many as there are cores.")] = 0
    use_mmap: Annotated[bool | None, about("Map the file instead of reading it.")] = None


class CalledFunction(Struct):
    name: str
    arguments: Annotated[dict[str, Any] | None, about("An object, never a text.")] = None


class CallGiven(Struct):
    """A call in the history of a conversation."""

    function: CalledFunction
    id: str | None = None


class Message(Struct):
    """One message of a conversation."""

    role: Annotated[str, about("system, user, assistant or tool.", "user")]
    content: Annotated[str | None, about("Its text.", "Why is the sky blue?")] = None
    thinking: Annotated[str | None, about("What the assistant thought.")] = None
    images: Annotated[
        list[str] | None, about("Images, or WAV and MP3 sounds, as base64 without a prefix.")
    ] = None
    tool_calls: Annotated[list[CallGiven] | None, about("What the assistant called.")] = None
    tool_name: Annotated[str | None, about("With role tool: the function that answered.")] = None
    tool_call_id: Annotated[str | None, about("With role tool: the call it answers.")] = None


class FunctionOffered(Struct):
    name: str
    description: str | None = None
    parameters: Annotated[dict[str, Any] | None, about("A JSON schema.")] = None


class Tool(Struct):
    """A function that the model may call."""

    function: FunctionOffered
    type: Annotated[str | None, about('"function".')] = None


class ChatRequest(Struct):
    """Without messages the model is only loaded; with keep_alive 0 unloaded."""

    model: Model
    messages: Annotated[list[Message] | None, about("The conversation, oldest first.")] = None
    tools: Annotated[list[Tool] | None, about("Functions that the model may call.")] = None
    stream: Annotated[bool | None, about("One line per piece; false: one object.")] = True
    format: Format = None
    options: Annotated[Options | None, about("How to sample and load.")] = None
    think: Think = None
    keep_alive: KeepAlive = None
    truncate: Annotated[bool | None, about("Drop old messages to fit the context.")] = True
    shift: Annotated[bool | None, about("Full context: forget the oldest half.")] = True
    logprobs: Annotated[bool | None, about("Tell each token's log-probability.")] = False
    top_logprobs: TopLogprobs = 0
    _debug_render_only: Annotated[bool | None, about("Only show the prompt.")] = False


class GenerateRequest(Struct):
    """Without a prompt the model is only loaded; with keep_alive 0 unloaded."""

    model: Model
    prompt: Annotated[str | None, about("The question.", "Why is the sky blue?")] = None
    suffix: Annotated[str | None, about("What comes after the text to be written.")] = None
    system: Annotated[str | None, about("Instead of the model's own system text.")] = None
    template: Annotated[str | None, about("Instead of the model's: Go's language or Jinja.")] = None
    raw: Annotated[bool | None, about("The prompt goes in as it is, without template.")] = False
    context: Annotated[list[Token] | None, about("From an earlier answer: go on there.")] = None
    images: Annotated[
        list[str] | None, about("Images, or WAV and MP3 sounds, as base64 without a prefix.")
    ] = None
    stream: Annotated[bool | None, about("One line per piece; false: one object.")] = True
    format: Format = None
    options: Annotated[Options | None, about("How to sample and load.")] = None
    think: Think = None
    keep_alive: KeepAlive = None
    truncate: Annotated[bool | None, about("Cut a prompt that is too long.")] = True
    shift: Annotated[bool | None, about("Full context: forget the oldest half.")] = True
    logprobs: Annotated[bool | None, about("Tell each token's log-probability.")] = False
    top_logprobs: TopLogprobs = 0
    _debug_render_only: Annotated[bool | None, about("Only show the prompt.")] = False


class EmbedRequest(Struct):
    """All inputs become vectors, in their order."""

    model: Model
    input: Annotated[str | list[str] | None, about("One text or several.", "Why is it blue?")] = (
        None
    )
    truncate: Annotated[bool | None, about("Cut what is too long; false: an error.")] = True
    dimensions: Annotated[int | None, about("Keep so many values of each vector.")] = None
    keep_alive: KeepAlive = None
    options: Annotated[Options | None, about("How to load.")] = None


class EmbeddingsRequest(Struct):
    """The older form, for one text."""

    model: Model
    prompt: Annotated[str | None, about("The text.")] = None
    keep_alive: KeepAlive = None
    options: Annotated[Options | None, about("How to load.")] = None


class ShowRequest(Struct):
    model: Model
    verbose: Annotated[bool | None, about("Lists of the header too.")] = False
    system: Annotated[str | None, about("To show as the system text.")] = None


class PullRequest(Struct):
    model: Annotated[str, about("Name, or an address at Hugging Face.", "hf.co/user/repo:Q4_K_M")]
    insecure: Annotated[bool | None, about("Allow plain HTTP.")] = False
    stream: Annotated[bool | None, about("Lines of progress; false: only the last.")] = True


class PushRequest(Struct):
    model: Annotated[str, about("An installed model whose name says where.", "user/model")]
    insecure: Annotated[bool | None, about("Allow plain HTTP.")] = False
    stream: Annotated[bool | None, about("Lines of progress; false: only the last.")] = True


class CreateMessage(Struct):
    role: Literal["system", "user", "assistant", "tool"]
    content: str


class CreateRequest(Struct):
    """A model out of another one (`from`), or out of uploaded files."""

    model: Annotated[str, about("Name of the new model.", "mario")]
    from_: Annotated[str | None, about("A model; it is fetched if it is not here.")] = field(
        default=None, name="from"
    )
    files: Annotated[dict[str, str] | None, about("File name to digest of a blob.")] = None
    adapters: Annotated[dict[str, str] | None, about("The same for LoRA adapters.")] = None
    template: str | None = None
    system: str | None = None
    license: str | list[str] | None = None
    parameters: Annotated[dict[str, Any] | None, about("Default options.")] = None
    messages: list[CreateMessage] | None = None
    quantize: Annotated[str | None, about("Make it smaller on the way.", "q4_K_M")] = None
    stream: Annotated[bool | None, about("Lines of progress; false: only the last.")] = True


class CopyRequest(Struct):
    source: Annotated[str, about("An installed model.", "llama3.2")]
    destination: Annotated[str, about("Its second name.", "mine")]


class DeleteRequest(Struct):
    model: Annotated[str, about("An installed model.", "mine")]
    from_shared: Annotated[
        bool | None, about("Even out of the folder of an Ollama on this machine.")
    ] = False


class TokenizeRequest(Struct):
    model: Model
    content: Annotated[str | None, about("The text.", "Hello")] = None
    text: Annotated[str | None, about("Another name of the same.")] = None
    prompt: Annotated[str | None, about("Another name of the same.")] = None
    add_special: Annotated[bool | None, about("With what every prompt begins and ends with.")] = (
        False
    )
    parse_special: Annotated[bool | None, about("Control tokens in the text are such.")] = True
    with_pieces: Annotated[bool | None, about("Each token with its text.")] = False
    keep_alive: KeepAlive = None
    options: Annotated[Options | None, about("How to load.")] = None


class DetokenizeRequest(Struct):
    model: Model
    tokens: Annotated[list[Token] | None, about("Token ids.")] = None
    keep_alive: KeepAlive = None
    options: Annotated[Options | None, about("How to load.")] = None
