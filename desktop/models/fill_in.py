"""Whether a model's vocabulary has the tokens for writing in the middle of a text."""

import mmap
import struct

from desktop.models.gguf import GgufArray, GgufHeader

_KEYS = (
    ("fim_pre_token_id", "fim_suf_token_id", "fim_mid_token_id"),
    ("prefix_token_id", "suffix_token_id", "middle_token_id"),
)
_TOKENS = (  # as llama.cpp knows them
    ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"),
    ("<fim-prefix>", "<fim-suffix>", "<fim-middle>"),
    ("<fim_prefix>", "<fim_suffix>", "<fim_middle>"),
    ("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"),
    ("<PRE>", "<SUF>", "<MID>"),
    ("▁<PRE>", "▁<SUF>", "▁<MID>"),
    ("<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>"),
    ("<|prefix|>", "<|suffix|>", "<|middle|>"),
)


def fills_in(header: GgufHeader) -> bool:
    """Reads the vocabulary's part of the file; False if that is not possible."""
    metadata = header.metadata
    if any(all(f"tokenizer.ggml.{key}" in metadata for key in keys) for keys in _KEYS):
        return True
    tokens = metadata.get("tokenizer.ggml.tokens")
    if not isinstance(tokens, GgufArray):
        return False
    try:
        with (
            header.path.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
        ):
            return any(
                all(
                    content.find(_stored(text), tokens.offset, header.data_offset) >= 0
                    for text in texts
                )
                for texts in _TOKENS
            )
    except (OSError, ValueError):  # gone meanwhile, or empty
        return False


def _stored(text: str) -> bytes:
    """A text as GGUF has it: its length goes before it."""
    content = text.encode()
    return struct.pack("<Q", len(content)) + content
