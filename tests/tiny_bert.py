"""Writes BERT models of random weights: encoders, which make embeddings and nothing else."""

from pathlib import Path
from typing import Any

import gguf
import numpy as np

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WORDS = "why is the sky grass blue green a big hello world"
_NORMAL, _CONTROL = 1, 3  # llama.cpp's token types
MEAN, CLS, RANK = 1, 2, 4  # llama_pooling_type
EMBED, HEADS, LAYERS = 32, 4, 2


def write_bert_model(
    path: Path, *, seed: int = 0, pooling: int | None = MEAN, context: int = 512
) -> None:
    """Vectors of 32 numbers that depend on `seed` and on the whole text.

    Some words are a token each, others one per letter; all texts are between `[CLS]` and `[SEP]`.

    Args:
        pooling: None: the file does not say.
    """
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"?!.,0123456789"]
    words = ["\u2581" + word if len(word) == 1 else word for word in words]
    words += ["\u2581" + word for word in (*_LETTERS, *_WORDS.split()[:-1])] + list(_LETTERS)
    words = list(dict.fromkeys(words))
    writer = gguf.GGUFWriter(path, "bert")
    writer.add_name("Tiny Bert")
    writer.add_file_type(0)
    writer.add_context_length(context)
    writer.add_embedding_length(EMBED)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(2 * EMBED)
    writer.add_head_count(HEADS)
    writer.add_layer_norm_eps(1e-12)
    writer.add_causal_attention(False)
    if pooling is not None:
        writer.add_uint32("bert.pooling_type", pooling)
    writer.add_token_type_count(2)
    writer.add_tokenizer_model("bert")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(words)
    writer.add_token_types([_CONTROL if word[0] == "[" else _NORMAL for word in words])
    for at, name in enumerate(("padding", "unknown", "bos", "seperator", "mask")):
        writer.add_uint32(f"tokenizer.ggml.{name}_token_id", at)
    for name, values in _tensors(len(words), context, np.random.default_rng(seed)).items():
        writer.add_tensor(name, values.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _tensors(vocabulary: int, context: int, random: np.random.Generator) -> dict[str, Any]:
    def matrix(rows: int, columns: int) -> Any:
        return random.normal(0.0, columns**-0.5, (rows, columns))

    ones, zeros = np.ones(EMBED), np.zeros(EMBED)
    tensors = {
        "token_embd.weight": random.normal(0.0, 1.0, (vocabulary, EMBED)),
        "position_embd.weight": random.normal(0.0, 0.3, (context, EMBED)),
        "token_types.weight": np.zeros((2, EMBED)),
        "token_embd_norm.weight": ones,
        "token_embd_norm.bias": zeros,
    }
    for layer in range(LAYERS):
        block = {
            **{f"attn_{part}.weight": matrix(EMBED, EMBED) for part in ("q", "k", "v", "output")},
            **{f"attn_{part}.bias": zeros for part in ("q", "k", "v", "output")},
            **{f"{part}_output_norm.weight": ones for part in ("attn", "layer")},
            **{f"{part}_output_norm.bias": zeros for part in ("attn", "layer")},
            "ffn_up.weight": matrix(2 * EMBED, EMBED),
            "ffn_up.bias": np.zeros(2 * EMBED),
            "ffn_down.weight": matrix(EMBED, 2 * EMBED),
            "ffn_down.bias": zeros,
        }
        tensors |= {f"blk.{layer}.{part}": values for part, values in block.items()}
    return tensors
