"""What the parts of a model take, told by the headers of its files.

Weights and cache are what llama.cpp allocates. The compute buffers are an approximation, fitted to
what it reported for models of several kinds (CPU, flash attention); see `compute_bytes`.
"""

import re
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass

from desktop.core.errors import AppError
from desktop.models.gguf import GgufArray, GgufHeader
from desktop.models.kv_cache import CELL_BYTES, CacheLayout, KvShape
from desktop.models.layers import MAX_LAYERS, MAX_NUMBER, count_of, layers_of, window_of
from desktop.models.manner import Manner
from desktop.models.spread import Burden, Spread

_LAYER = re.compile(r"blk\.(\d{1,4})\.")
_EMBEDDING = re.compile(r"(per_layer_)?token_embd\.")
_PROJECTOR = re.compile(r"(v|mm|a)\.")  # vision and audio, in files that hold everything
_NO_MODEL = ("mmproj", "adapter", "imatrix")
_MAX_BYTES = 2**60
_MASK_BYTES = 2.1  # f16, and some lists of cells
_BLOCK = 32  # values that quantized types keep together


class EstimateImpossible(AppError):
    """The files are not a model that can be loaded, or do not say enough about it."""

    code = "estimate_impossible"
    status = 400


@dataclass(frozen=True, slots=True)
class Kinds:
    """Bytes by what they are for, wherever they lie; or factors of them."""

    weights: float
    kv: float
    compute: float


AS_ESTIMATED = Kinds(1, 1, 1)


class ModelSizes:
    """One model, in whatever manner it is held.

    Args:
        headers: Of all its files: the parts of split weights, adapters, and projectors.

    Raises:
        EstimateImpossible: there is no language model among the files, or it hides its size.
    """

    def __init__(self, headers: Sequence[GgufHeader]) -> None:
        weights = [header for header in headers if not _is_projector(header)]
        self._main, self.shape = _model_among(weights, headers[0].path.name if headers else "It")
        self._factors: Callable[[Manner], Kinds] = lambda _manner: AS_ESTIMATED
        self._window, self._layers = window_of(self._main), layers_of(self._main) or []
        self.trained_tokens = count_of(self._main, "context_length") or None
        self.embeds = f"{self._main.architecture}.pooling_type" in self._main.metadata
        self._sums = _sorted_by_place(weights, self.layers)
        self.projector_bytes = self._sums.projector
        self.projector_bytes += sum(_size(header) for header in headers if _is_projector(header))
        if self.weights_bytes > _MAX_BYTES:
            raise EstimateImpossible(f"{self._main.path.name} names sizes that no model can have")

    @property
    def layers(self) -> int:
        return self._main.block_count or 0

    @property
    def weights_bytes(self) -> int:
        """Without a projector."""
        return sum(self._sums.layers) + self._sums.embedding + self._sums.output

    @property
    def can_quantize(self) -> bool:
        """Whether llama.cpp could keep the cache in a quantized type, and it would help."""
        grows = self.shape.full_values or self.shape.windowed_values
        lengths = {_head_length(self._main, name) for name in ("key_length", "value_length")}
        for name in ("key_length_swa", "value_length_swa"):
            lengths.add(count_of(self._main, f"attention.{name}") or _BLOCK)
        blocks = all(length and length % _BLOCK == 0 for length in lengths)
        return bool(grows) and blocks and self._main.architecture != "grok"

    def corrected(self, factors: Callable[[Manner], Kinds]) -> "ModelSizes":
        """The same model, with what was measured: factors of the sizes that headers let expect."""
        other = copy(self)
        other._factors = factors
        return other

    def kv_bytes(self, manner: Manner) -> int:
        """Raises EstimateImpossible: the header names sizes that no model can have."""
        return sum(self._caches(manner))

    def compute_bytes(self, manner: Manner) -> int:
        """On each device that has layers."""
        plain = compute_bytes(
            self._main, self.shape, manner.layout, batch_tokens=manner.batch_tokens
        )
        return int(plain * self._factors(manner).compute)

    def burden(self, manner: Manner) -> Burden:
        """What is to be placed.

        Raises:
            EstimateImpossible: the header names sizes that no model can have.
        """
        sums, factor = self._sums, self._factors(manner).weights
        caches = self._caches(manner)
        layers = zip(sums.layers, caches, strict=True)
        return Burden(
            embedding_bytes=int(sums.embedding * factor),
            layers=tuple(int(size * factor) + cache for size, cache in layers),
            output_bytes=int(sums.output * factor),
            output_copy_bytes=0 if sums.has_output else int(sums.token_embedding * factor),
            compute_bytes=self.compute_bytes(manner),
            projector_bytes=self.projector_bytes,
        )

    def kinds(self, manner: Manner, spread: Spread) -> Kinds:
        """All that llama.cpp will have taken right after such a load."""
        burden = self.burden(manner)
        weights = self.weights_bytes * self._factors(manner).weights
        whole = spread.gpu_layers == burden.most_gpu_layers
        places = spread.places + (not whole)
        copies = burden.output_copy_bytes if spread.gpu_layers else 0
        kv = self.kv_bytes(manner)
        return Kinds(weights + copies, kv, burden.compute_bytes * places)

    def _caches(self, manner: Manner) -> list[int]:
        """Of each layer."""
        cell_bytes = CELL_BYTES[manner.cache_type]
        sizes = [
            KvShape.of_layers([layer], self._window).of_layout(
                manner.layout, cell_bytes, manner.batch_tokens
            )
            for layer in self._layers
        ]
        if sum(sizes) > _MAX_BYTES:
            raise EstimateImpossible(f"{self._main.path.name} names sizes that no model can have")
        factor = self._factors(manner).kv
        return [int(size * factor) for size in sizes]


def _head_length(header: GgufHeader, name: str) -> int:
    """Values of one head; 0: the header does not say."""
    if stated := count_of(header, f"attention.{name}"):
        return stated
    heads = _largest(header, "attention.head_count")
    return (count_of(header, "embedding_length") or 0) // heads if heads else 0


def _model_among(headers: Sequence[GgufHeader], name: str) -> tuple[GgufHeader, KvShape]:
    """The header that describes the model; `name` is what errors call the files."""
    for header in headers:
        if header.block_count and header.kind not in _NO_MODEL and (shape := KvShape.of(header)):
            return header, shape
    raise EstimateImpossible(f"{name} is not a language model, or does not say how large it is")


def compute_bytes(
    header: GgufHeader, shape: KvShape, layout: CacheLayout, *, batch_tokens: int
) -> int:
    """Buffers for intermediate results, and for the scores of every word.

    Each token of a batch needs three vectors of the widest feed-forward and four of the model's
    width, and a mask over the cells it may look at; once the layers are done, the scores of the
    words take the same place.
    """
    batch = min(batch_tokens, layout.tokens * (layout.sequences if layout.own_cells else 1))
    embed = count_of(header, "embedding_length") or 0
    seen = shape.window * (1 if layout.own_cells else layout.sequences) + batch
    cells = layout.tokens if shape.full_values else 0
    cells += min(layout.tokens, seen) if shape.windowed_values else 0
    per_token = 4 * (_widest(header) + 4 * embed) + _MASK_BYTES * cells
    scores = 4 * layout.sequences * _vocabulary(header)
    return int(scores + max(batch * per_token, scores + 4 * batch * embed))


def _widest(header: GgufHeader) -> int:
    """Values per token that are alive at the same time in the widest part of a layer."""
    inner = count_of(header, "ssm.inner_size") or 0
    dense = max(_largest(header, "feed_forward_length"), 2 * inner)
    used = _largest(header, "expert_used_count")
    experts = used * (_largest(header, "expert_feed_forward_length") or dense)
    mixed = experts + used * (count_of(header, "embedding_length") or 0)
    key_length = count_of(header, "attention.key_length") or 0
    query = _largest(header, "attention.head_count") * key_length
    return max(3 * dense, 3 * experts, mixed, 2 * query)


def _largest(header: GgufHeader, key: str) -> int:
    """Of all layers; 0 if the header does not say."""
    name = f"{header.architecture}.{key}"
    if isinstance(header.metadata.get(name), GgufArray):
        items = header.array(name, max_items=MAX_LAYERS)
        numbers = (min(item, MAX_NUMBER) for item in items if isinstance(item, int))
        return max(numbers, default=0)
    return count_of(header, key) or 0


def _vocabulary(header: GgufHeader) -> int:
    tokens = header.metadata.get("tokenizer.ggml.tokens")
    return tokens.length if isinstance(tokens, GgufArray) else count_of(header, "vocab_size") or 0


@dataclass(slots=True)
class _Sums:
    """Weights, by where they would go."""

    layers: list[int]
    embedding: int = 0
    token_embedding: int = 0
    output: int = 0
    has_output: bool = False
    projector: int = 0


def _sorted_by_place(headers: Sequence[GgufHeader], layers: int) -> _Sums:
    sums = _Sums([0] * layers)
    for header in headers:
        for tensor in header.tensors:
            size = tensor.size_bytes or 0
            layer = _LAYER.match(tensor.name)
            if layer and int(layer.group(1)) < layers:
                sums.layers[int(layer.group(1))] += size
            elif _EMBEDDING.match(tensor.name):
                sums.embedding += size
                sums.token_embedding += size if tensor.name == "token_embd.weight" else 0
            elif _PROJECTOR.match(tensor.name):
                sums.projector += size
            else:
                sums.output += size
                sums.has_output |= tensor.name == "output.weight"
    return sums


def _is_projector(header: GgufHeader) -> bool:
    return header.kind == "mmproj" or header.architecture == "clip"


def _size(header: GgufHeader) -> int:
    return sum(tensor.size_bytes or 0 for tensor in header.tensors)
