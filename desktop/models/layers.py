"""What each layer of a model remembers, told by the header: all tokens, a window, or a state.

Follows llama.cpp's `load_hparams` (`src/llama-model.cpp`), the `load_arch_hparams` of each file in
`src/models/`, and `llama_model::create_memory`.
"""

from dataclasses import dataclass
from typing import NamedTuple

from desktop.models.gguf import GgufArray, GgufHeader

MAX_LAYERS = 512  # llama.cpp's own limit
MAX_NUMBER = 2**31  # more of anything is a damaged file

RECURRENT = frozenset({"mamba", "mamba2", "rwkv6", "rwkv6qwen2", "rwkv7", "arwkv7"})
# Of these, layers without KV heads keep a state instead.
_STATE_WHERE_NO_HEADS = frozenset(
    {"jamba", "plamo2", "granitehybrid", "lfm2", "lfm2moe", "kimi-linear", "kimi-k3"}
    | {"bailingmoe3", "glm5-next", "nemotron_h", "nemotron_h_moe"}
)
# Of these, every n-th layer looks at everything, the others keep a state.
_STATE_INTERVALS = {"qwen3next": 4, "qwen35": 4, "qwen35moe": 4, "qwen4exp": 4, "minimax-01": 8}
_INDEXED = frozenset(
    {"deepseek32", "glm-dsa", "hy_v4"}
)  # sparse attention finds tokens by an index
_NO_CACHE = frozenset(
    {"bert", "jina-bert-v2", "jina-bert-v3", "nomic-bert", "nomic-bert-moe", "neo-bert"}
    | {"eurobert", "modern-bert", "gemma-embedding", "wavtokenizer-dec"}
    | {"dream", "llada", "llada-moe", "rnd1"}
)


class Windowing(NamedTuple):
    """Which layers of an architecture see a window only.

    Of `every` layers one sees everything: the last, or the first with `dense_first`. `window` is
    what holds if the file does not say; `fixed`: whatever the file says. Files may also list the
    layers, and must where `every` is 0.
    """

    every: int
    dense_first: bool = False
    window: int = 0
    fixed: bool = False


_WINDOWED = {
    "afmoe": Windowing(4),
    "cohere2": Windowing(4),
    "cohere2moe": Windowing(4, dense_first=True),
    "exaone-moe": Windowing(4, window=128),
    "exaone4": Windowing(4, window=4096),  # the one with 64 layers
    "gemma2": Windowing(2, window=4096),
    "gemma3": Windowing(6),
    "gemma3n": Windowing(5),
    "gemma4": Windowing(0),
    "gpt-oss": Windowing(2),
    "granite_swa": Windowing(0),
    "laguna": Windowing(4, dense_first=True),
    "llama4": Windowing(4, window=8192, fixed=True),
    "maple": Windowing(0),
    "mellum": Windowing(4),
    "mimo2": Windowing(0),
    "muse-glimmer": Windowing(4),
    "olmo2": Windowing(4),
    "plamo3": Windowing(8),
    "smallthinker": Windowing(4, dense_first=True, window=4096, fixed=True),
    "spark2_5": Windowing(0),
    "step35": Windowing(0),
}


@dataclass(frozen=True, slots=True)
class LayerMemory:
    """One layer: how many values it keeps for each token, or of a whole sequence."""

    values_per_token: int = 0
    windowed: bool = False
    """Only the tokens of the last window are kept."""
    state_values: int = 0


def layers_of(header: GgufHeader) -> list[LayerMemory] | None:
    """Every layer in turn; None if the header does not say enough.

    Raises:
        ModelFileInvalid: a list of the header cannot be read any more.
    """
    count = header.block_count
    if not count or not 0 < count <= MAX_LAYERS:
        return None
    if header.architecture in _NO_CACHE:
        return [LayerMemory()] * count
    facts = _Facts(header, count)
    if facts.key_length is None or facts.value_length is None:
        return None
    return [facts.layer(number) for number in range(count)]


def count_of(header: GgufHeader, key: str) -> int | None:
    """The number `<architecture>.<key>`, made possible; None if the header does not say."""
    stated = header.number(key)
    return None if stated is None else min(max(stated, 0), MAX_NUMBER)


def window_of(header: GgufHeader) -> int:
    """Tokens of the sliding window; 0: there is none."""
    arch, stated = header.architecture, count_of(header, "attention.sliding_window")
    if arch in ("lfm2", "dots3note"):
        return stated or 0
    rule = _WINDOWED.get(arch)
    if rule is None or stated == 0 or (arch == "exaone4" and header.block_count != 64):
        return 0
    if arch == "smallthinker" and stated is None:
        return 0
    return rule.window if rule.fixed else stated or rule.window


class _Facts:
    """A header's figures about attention, per layer."""

    def __init__(self, header: GgufHeader, count: int) -> None:
        self._header, self._arch = header, header.architecture
        self._trunk = count - min(self._read("nextn_predict_layers") or 0, count - 1)
        heads = self._each("attention.head_count", count, 0)
        self._heads = heads[0]
        self._kv_heads = self._each("attention.head_count_kv", count, heads)
        self.key_length = self._length("key_length")
        self.value_length = self._length("value_length")
        self._window_layers = self._windowed(count)
        self._state_layers = self._with_state(count)
        self._kv_layers = self._with_kv(count)

    def layer(self, number: int) -> LayerMemory:
        windowed = self._window_layers[number]
        return LayerMemory(
            self._values(number, windowed) if self._kv_layers[number] else 0,
            windowed,
            self._state_values() if self._state_layers[number] else 0,
        )

    def _values(self, number: int, windowed: bool) -> int:
        read, suffix = self._read, "_swa" if windowed else ""
        key = read(f"attention.key_length{suffix}") or self.key_length or 0
        value = read(f"attention.value_length{suffix}") or self.value_length or 0
        if read("attention.key_length_mla") and read("attention.value_length_mla"):
            value = 0  # the values are part of the keys
        index = read("attention.indexer.key_length") or 0 if self._arch in _INDEXED else 0
        return self._kv_heads[number] * (key + value) + index

    def _state_values(self) -> int:
        """Of one layer and sequence; `llama_hparams::n_embd_r` and `n_embd_s`."""
        read, heads = self._read, self._heads
        embed = read("embedding_length") or 0
        if wkv := read("wkv.head_size"):
            shifts = read("token_shift_count")
            return embed * ((2 if shifts is None else shifts) + wkv)
        if cached := read("shortconv.l_cache"):
            return embed * max(cached - 1, 0)
        kernel = read("ssm.conv_kernel") or 0
        if delta := read("kda.head_dim"):
            return 3 * (max(kernel - 1, 0) if kernel else 3) * heads * delta + delta * delta * heads
        if self._arch == "minimax-01":
            return (self.key_length or 0) ** 2 * heads
        inner, state = read("ssm.inner_size") or 0, read("ssm.state_size") or 0
        groups = read("ssm.group_count") or 0
        return max(kernel - 1, 0) * (inner + 2 * groups * state) + state * inner

    def _windowed(self, count: int) -> list[bool]:
        if not window_of(self._header):
            return [False] * count
        if self._arch == "lfm2":
            return [heads > 0 for heads in self._kv_heads]
        rule = _WINDOWED.get(self._arch, Windowing(0))
        key, every = "attention.sliding_window_pattern", rule.every
        if self._is_list(key):
            return [bool(each) for each in self._each(key, count, 0)]
        every = self._read(key) or every
        full = 0 if rule.dense_first else every - 1
        return [bool(every) and at < self._trunk and at % every != full for at in range(count)]

    def _with_state(self, count: int) -> list[bool]:
        if self._arch in RECURRENT or self._arch == "falcon-h1":
            return [True] * count
        if self._arch in _STATE_WHERE_NO_HEADS:
            wide = self._feed_forward(count)
            return [heads == 0 and not wide[at] for at, heads in enumerate(self._kv_heads)]
        interval = _STATE_INTERVALS.get(self._arch)
        if interval is None:
            return [False] * count
        if self._is_list("attention.recurrent_layers"):
            return [bool(each) for each in self._each("attention.recurrent_layers", count, 0)]
        interval = self._read("full_attention_interval") or interval
        return [at < self._trunk and (at + 1) % interval != 0 for at in range(count)]

    def _with_kv(self, count: int) -> list[bool]:
        if self._arch in RECURRENT:
            return [False] * count
        if self._arch == "falcon-h1":
            return [True] * count
        wide = self._feed_forward(count)
        end = self._trunk
        if self._arch == "gemma3n":
            end = min(end, 20)  # the others use the keys and values of these
        elif self._arch == "gemma4":
            end = min(end, count - (self._read("attention.shared_kv_layers") or 0))
        return [at < end and not self._state_layers[at] and not wide[at] for at in range(count)]

    def _feed_forward(self, count: int) -> list[int]:
        """Widths of the layers that are feed-forward and nothing else, as Nemotron-H's are."""
        if not self._arch.startswith("nemotron_h"):
            return [0] * count
        return self._each("feed_forward_length", count, 0)

    def _length(self, name: str) -> int | None:
        """Values of one head; None if the header does not say."""
        if self._arch in RECURRENT or not self._heads:
            return 0
        embed = self._read("embedding_length")
        return self._read(f"attention.{name}") or (embed and embed // self._heads) or None

    def _read(self, key: str) -> int | None:
        return count_of(self._header, key)

    def _is_list(self, key: str) -> bool:
        return isinstance(self._header.metadata.get(f"{self._arch}.{key}"), GgufArray)

    def _each(self, key: str, count: int, default: int | list[int]) -> list[int]:
        """A number that holds for all layers, or one of each; missing ones are 0."""
        if self._is_list(key):
            items = self._header.array(f"{self._arch}.{key}", max_items=MAX_LAYERS)
            numbers = [item if isinstance(item, int) else 0 for item in items[:count]]
            numbers = [min(max(number, 0), MAX_NUMBER) for number in numbers]
            return numbers + [0] * (count - len(numbers))
        stated = self._read(key)
        if stated is None and isinstance(default, list):
            return default
        return [default if stated is None and isinstance(default, int) else stated or 0] * count
