"""Writes a BERT model as sentence-transformers publishes it (safetensors) as a GGUF file.

Only what small English models have: a WordPiece vocabulary, absolute positions, mean pooling.
"""

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_NAMES = {
    "embeddings.word_embeddings": "token_embd",
    "embeddings.position_embeddings": "position_embd",
    "embeddings.token_type_embeddings": "token_types",
    "embeddings.LayerNorm": "token_embd_norm",
    "attention.self.query": "attn_q",
    "attention.self.key": "attn_k",
    "attention.self.value": "attn_v",
    "attention.output.dense": "attn_output",
    "attention.output.LayerNorm": "attn_output_norm",
    "intermediate.dense": "ffn_up",
    "output.dense": "ffn_down",
    "output.LayerNorm": "layer_output_norm",
}
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_NORMAL, _CONTROL = 1, 3  # llama.cpp's token types
_MEAN = 1  # llama_pooling_type
_F16 = 1  # llama_ftype


def write_bert(source: Path, target: Path, name: str) -> None:
    """Convert the model in the folder `source`; matrices become F16."""
    config = json.loads((source / "config.json").read_bytes())
    words = (source / "vocab.txt").read_text(encoding="utf-8").splitlines()
    writer = gguf.GGUFWriter(target, "bert")
    writer.add_name(name)
    writer.add_file_type(_F16)
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_layer_norm_eps(config["layer_norm_eps"])
    writer.add_uint32("bert.pooling_type", _MEAN)
    writer.add_causal_attention(False)
    writer.add_token_type_count(config["type_vocab_size"])
    writer.add_tokenizer_model("bert")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([_spelled(word) for word in words])
    writer.add_token_types([_CONTROL if word in _SPECIAL else _NORMAL for word in words])
    ids = ("padding_token_id", "unknown_token_id", "cls_token_id", "seperator_token_id")
    for key, word in zip((*ids, "mask_token_id"), _SPECIAL, strict=True):
        writer.add_uint32(f"tokenizer.ggml.{key}", words.index(word))
    for tensor, values in _tensors(source / "model.safetensors"):
        matrix = values.ndim == 2 and tensor.endswith(".weight")
        is_small = tensor.startswith(("position_embd", "token_types"))
        writer.add_tensor(
            tensor, values.astype(np.float16 if matrix and not is_small else np.float32)
        )
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _spelled(word: str) -> str:
    """As llama.cpp wants it: marked are beginnings of words, not what continues one."""
    if word in _SPECIAL:
        return word
    return word[2:] if word.startswith("##") else "\u2581" + word


def _tensors(file: Path) -> Iterator[tuple[str, Array]]:
    """Names as in GGUF, and values; without what llama.cpp has no use for."""
    raw = np.memmap(file, np.uint8, "r")
    (length,) = struct.unpack("<Q", raw[:8].tobytes())
    header = json.loads(raw[8 : 8 + length].tobytes())
    for name, entry in header.items():
        if (target := _renamed(name)) and entry["dtype"] == "F32":
            start, end = entry["data_offsets"]
            values = raw[8 + length + start : 8 + length + end].view(np.float32)
            yield target, values.reshape(entry["shape"])


def _renamed(name: str) -> str:
    """Empty for what is left out."""
    stem, _, kind = name.rpartition(".")
    layer = ""
    if stem.startswith("encoder.layer."):
        number, _, stem = stem.removeprefix("encoder.layer.").partition(".")
        layer = f"blk.{number}."
    return f"{layer}{_NAMES[stem]}.{kind}" if stem in _NAMES else ""
