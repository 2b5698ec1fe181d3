"""How much memory the KV cache of a model takes, told by its header."""

from desktop.models.gguf import GgufArray, GgufHeader

BYTES_PER_VALUE = 2  # f16
MAX_LAYERS = 4096


def kv_bytes_per_token(header: GgufHeader) -> int | None:
    """At most so many bytes of KV cache per cell; None if the header does not say.

    Layers with a sliding window, and those that keep a running state instead, are counted as if
    they looked at everything. Source: `llama_hparams::n_embd_k_gqa` in llama.cpp.
    """
    layers, heads = header.block_count, header.number("attention.head_count")
    if not layers or layers > MAX_LAYERS:
        return None
    key = header.number("attention.key_length")
    value = header.number("attention.value_length")
    if not (key and value):
        if not (heads and header.embedding_length):
            return None
        key = key or header.embedding_length // heads
        value = value or header.embedding_length // heads
    if header.number("attention.key_length_mla"):
        value = 0  # the values are part of the keys
    return sum(_kv_heads(header, layers, heads or 1)) * (key + value) * BYTES_PER_VALUE


def _kv_heads(header: GgufHeader, layers: int, heads: int) -> list[int]:
    """Of each layer."""
    key = f"{header.architecture}.attention.head_count_kv"
    stated = header.metadata.get(key)
    if isinstance(stated, GgufArray):
        each = header.array(key, max_items=MAX_LAYERS)
        return [count for count in each if isinstance(count, int)]
    return [stated if isinstance(stated, int) else heads] * layers
