"""How many bytes a model takes when it is loaded, told by the headers of its files.

Weights and cache are what llama.cpp allocates. The compute buffers are an approximation, fitted to
what it reported for models of several kinds (CPU, flash attention); see `compute_bytes`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from desktop.core.errors import AppError
from desktop.models.gguf import GgufArray, GgufHeader
from desktop.models.kv_cache import BYTES_PER_VALUE, CacheLayout, KvShape, lay_out
from desktop.models.layers import MAX_LAYERS, MAX_NUMBER, count_of, layers_of, window_of
from desktop.models.verdict import Burden, MachineMemory, Placement, place

DEFAULT_BATCH_TOKENS = 512

_LAYER = re.compile(r"blk\.(\d{1,4})\.")
_EMBEDDING = re.compile(r"(per_layer_)?token_embd\.")
_PROJECTOR = re.compile(r"(v|mm|a)\.")  # vision and audio, in files that hold everything
_NO_MODEL = ("mmproj", "adapter", "imatrix")
_MAX_BYTES = 2**60
_MASK_BYTES = 2.1  # f16, and some lists of cells


class EstimateImpossible(AppError):
    """The files are not a model that can be loaded, or do not say enough about it."""

    code = "estimate_impossible"
    status = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One model on one machine, in bytes."""

    context_tokens: int
    """What one request can use; no more than the model was trained for."""
    parallel: int
    own_cells: bool
    weights_bytes: int
    kv_bytes: int
    compute_bytes: int
    projector_bytes: int
    layers: int
    placement: Placement

    @property
    def total_bytes(self) -> int:
        return self.weights_bytes + self.kv_bytes + self.compute_bytes + self.projector_bytes


def estimate(
    headers: Sequence[GgufHeader],
    context_tokens: int,
    parallel: int,
    machine: MachineMemory,
    *,
    cell_bytes: float = BYTES_PER_VALUE,
) -> Estimate:
    """What loading a model would take on this machine now.

    Args:
        headers: Of all its files: the parts of split weights, adapters, and projectors.
        parallel: Requests that it is to answer at the same time.
        cell_bytes: Of one value in the KV cache.

    Raises:
        EstimateImpossible: there is no language model among the files, or it hides its size.
    """
    weights = [header for header in headers if not _is_projector(header)]
    main, shape = _model_among(weights, headers[0].path.name if headers else "It")
    trained = count_of(main, "context_length") or None
    layout = lay_out(
        shape,
        context_tokens=context_tokens,
        trained_tokens=trained,
        parallel=parallel,
        memory_bytes=machine.total_bytes,
        cell_bytes=cell_bytes,
    )
    batch = max(DEFAULT_BATCH_TOKENS, parallel)
    sums = _sorted_by_place(weights, main.block_count or 0)
    caches = _cache_by_layer(main, layout, batch, cell_bytes)
    projector = sum(_size(header) for header in headers if _is_projector(header)) + sums.projector
    compute = compute_bytes(main, shape, layout, batch_tokens=batch)
    burden = _burden(sums, caches, compute, projector)
    weights_bytes = sum(sums.layers) + sums.embedding + sums.output
    if weights_bytes + sum(caches) + compute > _MAX_BYTES:
        raise EstimateImpossible(f"{main.path.name} names sizes that no model can have")
    return Estimate(
        context_tokens=min(context_tokens, trained or context_tokens),
        parallel=parallel,
        own_cells=layout.own_cells,
        weights_bytes=weights_bytes,
        kv_bytes=sum(caches),
        compute_bytes=compute,
        projector_bytes=projector,
        layers=main.block_count or 0,
        placement=place(burden, machine),
    )


def _burden(sums: "_Sums", caches: Sequence[int], compute: int, projector: int) -> Burden:
    """What is to be placed, all in bytes."""
    return Burden(
        embedding_bytes=sums.embedding,
        layers=tuple(size + cache for size, cache in zip(sums.layers, caches, strict=True)),
        output_bytes=sums.output,
        output_copy_bytes=0 if sums.has_output else sums.token_embedding,
        compute_bytes=compute,
        projector_bytes=projector,
    )


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


def _cache_by_layer(
    header: GgufHeader, layout: CacheLayout, batch: int, cell_bytes: float
) -> list[int]:
    window = window_of(header)
    return [
        KvShape.of_layers([layer], window).bytes(
            context_tokens=layout.tokens,
            sequences=layout.sequences,
            own_cells=layout.own_cells,
            cell_bytes=cell_bytes,
            batch_tokens=batch,
        )
        for layer in layers_of(header) or []
    ]


def _is_projector(header: GgufHeader) -> bool:
    return header.kind == "mmproj" or header.architecture == "clip"


def _size(header: GgufHeader) -> int:
    return sum(tensor.size_bytes or 0 for tensor in header.tensors)
