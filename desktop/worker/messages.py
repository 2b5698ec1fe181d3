"""What parent and worker say to each other. The parent imports this module and
`errand_messages.py`; they import nothing else of ours.

Frames are msgpack maps with a `type` tag. Token ids are llama.cpp's; times are nanoseconds.
"""

from typing import Any

import msgspec

from desktop.worker.errand_messages import Done, Errand, Finding


class Load(msgspec.Struct, tag="load", tag_field="type", kw_only=True):
    """First message: the one model this worker will ever hold."""

    path: str
    """GGUF file; of a split model, its first part."""
    more_parts: tuple[str, ...] = ()
    """Second and later files of a split model, in order. If there are none, llama.cpp looks for
    them by name."""
    context_tokens: int
    """Longest sequence, in tokens, before it is clamped to what the model was trained for."""
    cells: int
    """Length of the KV cache, in tokens; at least `context_tokens`. With `parallel` contexts, each
    request has one of its own; with fewer, all share a pool."""
    parallel: int
    """Requests that run at the same time."""
    batch_tokens: int = 512
    """Most tokens in one decode."""
    gpu_layers: int = -1
    """Layers to put on the GPU; negative: all of them."""
    main_gpu: int | None = None
    """Put everything on this GPU; negative: use none; None: llama.cpp spreads over all."""
    use_mmap: bool | None = None
    """Map the file instead of reading it; None: llama.cpp decides."""
    threads: int = 1
    adapters: tuple[str, ...] = ()
    """LoRA files, applied at scale 1."""
    projector: str = ""
    """GGUF file that turns images and sounds into what the model reads; empty: it has none."""
    projector_on_gpu: bool = True
    """On the first graphics card, where there are layers on cards."""
    image_tokens: int = 0
    """The least that an image is to take: a smaller one is enlarged; 0: as the projector says."""
    flash_attention: bool | None = None
    """None: llama.cpp decides."""
    kv_cache_type: str = "f16"
    """Of both keys and values, in llama.cpp's words."""
    shelf_bytes: int = 2**29
    """Of main memory, for conversations that have left the KV cache; at most."""


class Sampling(msgspec.Struct, kw_only=True):
    """Names, defaults and meaning are Ollama's (`options`)."""

    temperature: float = 0.8
    top_k: int = 40
    top_p: float = 0.9
    min_p: float = 0.0
    typical_p: float = 1.0
    repeat_last_n: int = 64
    repeat_penalty: float = 1.0
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    seed: int = -1


class Constraint(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer must look like, enforced token by token."""

    kind: str
    """`json_schema`, or `lark`: a grammar in llguidance's Lark dialect."""
    text: str
    """The schema as JSON, or the grammar."""
    opening: str = ""
    """If the answer (or the end of the prompt) begins with this text, the model thinks first."""
    after: str = ""
    """Thinking ends with this text; the constraint holds from there on. Empty: from the first token
    on. Without `opening`, everything before `after` is free."""


class Generate(msgspec.Struct, tag="generate", tag_field="type", kw_only=True):
    """One request. Exactly one of `prompt` and `messages` is given.

    A message has `role` and `content`, and where there are any `thinking` (text), `tool_calls` (a
    list of `{"id", "function": {"name", "arguments": {…}}}`), `tool_name` and `tool_call_id` (of a
    tool's answer), and `media` (a list of numbers: indices into the request's `media`).
    """

    id: int
    prompt: str | None = None
    """Passed to the model as it is (special tokens in it are recognised)."""
    messages: list[dict[str, Any]] | None = None
    """A conversation, rendered with the chat template."""
    chat: bool = True
    """False: a model without a chat template gets the plain texts instead of ChatML."""
    template: str | None = None
    """To use instead of the model's own; Jinja, or in Go's language."""
    manifest_template: str | None = None
    """The same, for a model whose GGUF has no template."""
    prefix: list[int] = []
    """Tokens put in front of the prompt: the `context` of an earlier answer."""
    suffix: str = ""
    """What comes after the text to be written; the last message is then the text before it."""
    tools: list[dict[str, Any]] = []
    """For the template: `{"type": "function", "function": {"name", "description",
    "parameters"}}`."""
    think: bool | str | None = None
    """For the template: whether to think, or how much; None: as the template likes."""
    media: list[bytes] = []
    """Images and sounds, as files."""
    markers: list[str] = []
    """Texts of control tokens that the answer's reader wants to see; the others have no text."""
    constraint: Constraint | None = None
    logprobs: int = -1
    """How many of the most likely tokens to tell at each step; 0: the chosen one only; negative:
    none."""
    logit_bias: dict[int, float] = {}
    """Added to the logits of these tokens."""
    only: str = ""
    """`render`: answer with the whole prompt as text; `count`: with its length. Nothing is
    generated then."""
    group: str = ""
    """Who asks. Where requests wait, groups take turns."""
    is_own: bool = False
    """The user's own windows ask; they go before all groups."""
    sampling: Sampling = msgspec.field(default_factory=Sampling)
    context_tokens: int = 0
    """This request's own limit; 0: the loaded one."""
    predict_tokens: int = -1
    """Tokens to answer at most; negative: until the model ends."""
    keep_tokens: int = 4
    """Tokens at the front that a shift or a cut spares; negative: the whole prompt."""
    stop: list[str] = []
    shift: bool = True
    """When the context is full, forget the oldest half and go on; else end with `length`."""
    truncate: bool = True
    """Cut a prompt that is too long; else it fails."""
    want_tokens: bool = False
    """Send prompt and answer as token ids in `Finished`."""


class Embed(msgspec.Struct, tag="embed", tag_field="type", kw_only=True):
    """Vectors for `texts`, or else for `tokens`; answered with one `Embedded`."""

    id: int
    texts: list[str] = []
    tokens: list[list[int]] = []
    """Texts as token ids; nothing is added to them."""
    truncate: bool = True
    """Cut what is longer than the context at its end; else the request fails."""
    context_tokens: int | None = None
    """This request's own limit for each text; None: the loaded one."""
    dimensions: int = 0
    """Keep only so many numbers of each vector; 0, or more than it has: all of them."""
    group: str = ""
    """Who asks. Where requests wait, groups take turns."""
    is_own: bool = False
    """The user's own windows ask: they go first."""
    free_bytes: int | None = None
    """Memory that may be taken for a long text; None: nobody knows."""


class Tokenize(msgspec.Struct, tag="tokenize", tag_field="type", kw_only=True):
    """Answered with `Tokens`."""

    id: int
    text: str
    add_special: bool = False
    """With the tokens that the model wants at the beginning and the end."""
    parse_special: bool = True
    """Markers such as `<|im_start|>` in the text become their special tokens."""
    with_pieces: bool = False


class Detokenize(msgspec.Struct, tag="detokenize", tag_field="type", kw_only=True):
    """Answered with `Detokenized`."""

    id: int
    tokens: list[int]


class Cancel(msgspec.Struct, tag="cancel", tag_field="type"):
    """Stop a request; it is answered with `Finished(reason="cancelled")`, unless it already
    ended."""

    id: int


class Ping(msgspec.Struct, tag="ping", tag_field="type"):
    """Asks for a `Pong` of the same number, from the thread that computes."""

    number: int


class Loading(msgspec.Struct, tag="loading", tag_field="type"):
    """The weights' progress, 0.0 to 1.0."""

    fraction: float


class Buffer(msgspec.Struct, frozen=True):
    """One buffer as llama.cpp reported it. `kind`: "weights", "kv" or "compute"."""

    device: str
    kind: str
    size_bytes: int


class Loaded(msgspec.Struct, tag="loaded", tag_field="type", kw_only=True):
    """The model answers from now on."""

    context_tokens: int
    """What a sequence may hold, after clamping to `trained_tokens`."""
    trained_tokens: int
    vocabulary: int
    cells: int
    devices: list[str]
    """GPUs in use; empty: the CPU alone."""
    buffers: list[Buffer]
    template: str
    """The chat template out of the file; empty if it has none."""
    tool_template: str = ""
    """Another one for requests with tools; empty: it is the same."""
    memory: str
    """How the past is kept: "full", "windowed" or "recurrent" (see `worker/memory.py`), or "none":
    the model makes embeddings and nothing else."""


class Held(msgspec.Struct, tag="held", tag_field="type", kw_only=True):
    """What a part of the worker holds that came after the model, or has grown; it replaces what
    was told of this part before."""

    part: str
    """`embedding` or `projector`."""
    buffers: list[Buffer]


class LoadFailed(msgspec.Struct, tag="load_failed", tag_field="type"):
    """The worker leaves after this. `reason` is one of `core.errors.ModelLoadFailed`'s."""

    reason: str
    message: str


class Prepared(msgspec.Struct, tag="prepared", tag_field="type", kw_only=True, omit_defaults=True):
    """First message of a request: its prompt is made, and waits to be read."""

    id: int
    tokens: int
    dropped_messages: int = 0
    dropped_tokens: int = 0
    """Cut from the prompt to make it fit."""
    text: str = ""
    """The end of the prompt, or all of it if that was asked for (`only`)."""


class Queued(msgspec.Struct, tag="queued", tag_field="type"):
    """Whether a request waits until others have ended; told after `Prepared`, and when it changes.
    `place` is 1 for who comes next, and 0 for who does not wait, or not any more."""

    id: int
    place: int


class Reading(msgspec.Struct, tag="reading", tag_field="type"):
    """How many tokens of a long prompt have been read."""

    id: int
    tokens: int


class Logprob(msgspec.Struct, frozen=True, array_like=True):
    """Of one token; natural logarithm, at most 0, before sampling options."""

    piece: bytes
    logprob: float
    tops: list[tuple[bytes, float]] = []
    """The most likely tokens at this place, best first."""


class Text(msgspec.Struct, tag="text", tag_field="type", omit_defaults=True):
    """The next piece of an answer; whole characters only, never empty but for `logprobs`."""

    id: int
    text: str
    logprobs: list[Logprob] = []


class Finished(msgspec.Struct, tag="finished", tag_field="type", kw_only=True):
    """Last message of a request that was answered."""

    id: int
    reason: str
    """`stop` (end token or stop string), `length`, or `cancelled`."""
    stop_text: str = ""
    """The stop string that ended it."""
    prompt_tokens: int = 0
    cached_tokens: int = 0
    """Part of `prompt_tokens` that did not have to be read again."""
    prompt_ns: int = 0
    output_tokens: int = 0
    output_ns: int = 0
    queue_ns: int = 0
    """Waiting for a free sequence."""
    dropped_messages: int = 0
    dropped_tokens: int = 0
    """Cut from the prompt to make it fit, and forgotten by context shifts."""
    tokens: list[int] = []


class Embedded(msgspec.Struct, tag="embedded", tag_field="type", kw_only=True):
    """One vector for each text, in order, all of length 1."""

    id: int
    vectors: list[bytes]
    """Little-endian float32."""
    tokens: list[int]
    """What was read of each text, special tokens included."""
    cut_inputs: int = 0
    dropped_tokens: int = 0
    """Cut from how many texts, and how many tokens in all, to make them fit."""


class Tokens(msgspec.Struct, tag="tokens", tag_field="type", kw_only=True):
    """A text in tokens."""

    id: int
    tokens: list[int]
    pieces: list[bytes] = []
    """What each stands for, if that was asked for; may be a part of a character."""


class Detokenized(msgspec.Struct, tag="detokenized", tag_field="type"):
    """Tokens as text; bytes that are no UTF-8 are replaced."""

    id: int
    text: str


class Pong(msgspec.Struct, tag="pong", tag_field="type"):
    """The answer to a `Ping`, given between two steps."""

    number: int


class Failed(msgspec.Struct, tag="failed", tag_field="type"):
    """Last message of a request that could not be answered. `code` and `figures` are an
    `AppError`'s."""

    id: int
    code: str
    message: str
    figures: dict[str, int] = {}
    at_decode: bool = False
    """In llama.cpp, in the middle of an answer or of reading its prompt."""


Order = Load | Generate | Embed | Tokenize | Detokenize | Cancel | Ping | Errand
Result = Embedded | Tokens | Detokenized
"""What orders that are answered once are answered with."""
Report = (
    Loading
    | Loaded
    | Held
    | LoadFailed
    | Prepared
    | Queued
    | Reading
    | Text
    | Finished
    | Result
    | Failed
    | Pong
    | Finding
    | Done
)
