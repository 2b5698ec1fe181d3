"""Writes model files of some hundred kilobytes that llama.cpp really loads and runs.

Two kinds, for two kinds of tests:

- `write_script_model`: greedy decoding (and sampling, up to a temperature of 2 or so) plays back
  an exact list of tokens, whatever the prompt. For everything where the text must be known.
- `write_random_model` (and `write_swa_model`, `write_recurrent_model`): random weights, so that
  every next token depends on the whole prompt. For prefix reuse, seeds, and anything numerical.

The other writers make files that must be refused. All output is a function of the arguments.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypedDict, Unpack

import gguf
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]
Tensors = dict[str, Array]
Metadata = Mapping[str, str | int | float | bool | Sequence[str] | Sequence[int] | Sequence[float]]

CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
WORDS = "the and of to in is you that it he was for on are as with his they be at one have this"

_NORMAL, _UNKNOWN, _CONTROL, _BYTE = 1, 2, 3, 6  # llama.cpp's token types
_CODE_LENGTH = 128
_SPELLINGS = 384


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Size of a random model; `embed` values per token, shared out among `heads`."""

    vocab: int = 512
    layers: int = 2
    embed: int = 64
    heads: int = 4
    context: int = 2048
    floats: Literal["F32", "F16"] = "F32"


class Head(TypedDict, total=False):
    """What a script model's header says, where it matters."""

    name: str
    context: int
    chat_template: str | None


def words(text: str) -> list[bytes]:
    """Cut a text as tokenizers do: each word with the space before it.

    >>> words("Hello big world")
    [b'Hello', b' big', b' world']
    """
    first, *rest = text.split(" ")
    return [first.encode(), *(b" " + word.encode() for word in rest)]


def single_bytes(text: str) -> list[bytes]:
    """Every UTF-8 byte by itself, so that characters are split over tokens.

    >>> single_bytes("aé")
    [b'a', b'\\xc3', b'\\xa9']
    """
    return [bytes([byte]) for byte in text.encode()]


def write_script_model(
    path: Path,
    script: str | Sequence[str | bytes],
    *,
    eos: bool | str = True,
    control: Sequence[str] = (),
    **head: Unpack[Head],
) -> None:
    """A model that answers every prompt with `script`, one token per item, then ends.

    Works because attention and feed-forward weights are zero: the next token depends on the last
    one only. Every position of the script has its own token id, even where texts repeat; the ids
    that prompts are tokenized to are never those of the script, and all lead to its first token.
    Any text tokenizes (no BOS, no added space; the script's own pieces are one token each, other
    text one per byte), and an answer has exactly `len(script)` tokens, plus one for EOS.

    It cannot: depend on the prompt; follow a grammar that the script breaks (all other tokens are
    about equally unlikely); share a prefix between an answer and the same text in a later prompt.

    Args:
        script: Tokens, not empty; bytes may be any part of a character. A text is cut by `words`.
        eos: False: after the last token the first follows, for ever. A text: that of the last.
        control: Items of the script that are control tokens; in prompts, too, each is one.

    Raises:
        ValueError: an item is empty, or occurs more than some 380 times.
    """
    pieces = words(script) if isinstance(script, str) else [_as_bytes(item) for item in script]
    end = eos if isinstance(eos, str) else "<|end of script|>"
    tokenizer = _script_vocabulary(pieces, end, control)
    vocab = len(tokenizer["tokenizer.ggml.tokens"])
    shape = Shape(vocab=vocab, layers=1, embed=_CODE_LENGTH, heads=4, floats="F16")
    shape = replace(shape, context=head.get("context", shape.context))
    tensors = _script_tensors(shape, [*range(1, len(pieces) + 1), 0 if eos else 1])
    metadata = _llama_metadata("llama", shape, head.get("name", "Tiny Script")) | tokenizer
    template = _template(head.get("chat_template", CHAT_TEMPLATE))
    _write(path, "llama", metadata | template, _rounded(tensors, shape))


def write_random_model(
    path: Path,
    *,
    arch: str = "llama",
    seed: int = 0,
    shape: Shape = Shape(),
    chat_template: str | None = CHAT_TEMPLATE,
    extra: Metadata | None = None,
) -> None:
    """A llama of random weights: outputs depend on `seed` and on the whole prompt.

    The vocabulary is SentencePiece-like (BOS added): 3 special tokens, 256 bytes, ASCII
    characters, prefixes of common words, pairs of letters. It answers in ASCII; EOS and
    the other special tokens, and bytes, are next to impossible.

    Args:
        extra: Metadata to add or replace, such as `{"llama.pooling_type": 1}`.
    """
    head = _llama_metadata(arch, shape, "Tiny Random") | _piece_vocabulary(shape.vocab)
    tensors = _attention_tensors(shape, np.random.default_rng(seed))
    head |= _template(chat_template) | dict(extra or {})
    _write(path, arch, head, _rounded(tensors, shape))


def write_swa_model(
    path: Path,
    *,
    seed: int = 0,
    window: int = 32,
    shape: Shape = Shape(layers=6),
    chat_template: str | None = CHAT_TEMPLATE,
) -> None:
    """As `write_random_model`, of gemma3: 5 of 6 layers see the last `window` tokens only."""
    head = _llama_metadata("gemma3", shape, "Tiny Window") | _piece_vocabulary(shape.vocab)
    head["gemma3.attention.sliding_window"] = window
    head["gemma3.attention.key_length"] = head["gemma3.attention.value_length"] = (
        shape.embed // shape.heads
    )
    tensors = _attention_tensors(shape, np.random.default_rng(seed))
    tensors["token_embd.weight"] = tensors["token_embd.weight"] / math.sqrt(shape.embed)
    for layer in range(shape.layers):
        for part, size in (
            ("attn_q_norm", shape.embed // shape.heads),
            ("attn_k_norm", shape.embed // shape.heads),
            ("post_attention_norm", shape.embed),
            ("post_ffw_norm", shape.embed),
        ):
            tensors[f"blk.{layer}.{part}.weight"] = np.ones(size, np.float32)
        for part in ("post_attention_norm", "post_ffw_norm"):
            tensors[f"blk.{layer}.{part}.weight"][0] = 0.0  # keeps the constant of `_heads`
    _write(path, "gemma3", head | _template(chat_template), _rounded(tensors, shape))


def write_recurrent_model(
    path: Path,
    *,
    seed: int = 0,
    shape: Shape = Shape(),
    chat_template: str | None = CHAT_TEMPLATE,
) -> None:
    """As `write_random_model`, of mamba's kind: no attention, one state that cannot be cut."""
    random = np.random.default_rng(seed)
    embed, inner, state, rank = shape.embed, 2 * shape.embed, 8, 4
    head = _llama_metadata("mamba", shape, "Tiny Recurrent") | _piece_vocabulary(shape.vocab)
    head |= {"mamba.ssm.conv_kernel": 4, "mamba.ssm.inner_size": inner}
    head |= {"mamba.ssm.state_size": state, "mamba.ssm.time_step_rank": rank}
    tensors = _heads(shape, random)
    for layer in range(shape.layers):
        block: Tensors = {
            "attn_norm.weight": np.ones(embed, np.float32),
            "ssm_in.weight": _matrix(random, 2 * inner, embed),
            "ssm_conv1d.weight": random.normal(0, 0.5, (inner, 4)).astype(np.float32),
            "ssm_conv1d.bias": np.zeros(inner, np.float32),
            "ssm_x.weight": _matrix(random, rank + 2 * state, inner, gain=4.0),
            "ssm_dt.weight": _matrix(random, inner, rank),
            "ssm_dt.bias": np.full(inner, -3.0, np.float32),
            "ssm_a": np.tile(-np.linspace(0.01, 1.0, state, dtype=np.float32), (inner, 1)),
            "ssm_d": np.full(inner, 0.1, np.float32),
            "ssm_out.weight": _matrix(random, embed, inner),
        }
        block["ssm_out.weight"][0] = 0.0
        tensors |= {f"blk.{layer}.{part}": values for part, values in block.items()}
    _write(path, "mamba", head | _template(chat_template), tensors)


def write_truncated(path: Path, *, missing_bytes: int = 100) -> None:
    """A good model without its last bytes, as a broken download leaves it."""
    write_script_model(path, "cut short")
    path.write_bytes(path.read_bytes()[:-missing_bytes])


def write_unknown_architecture(path: Path, *, arch: str = "marsupial") -> None:
    """A well-formed file that no llama.cpp can run."""
    head = _llama_metadata(arch, Shape(), "Tiny Unknown") | _piece_vocabulary(Shape().vocab)
    _write(path, arch, head, _attention_tensors(Shape(), np.random.default_rng(0)))


def write_wrong_magic(path: Path) -> None:
    """Not a GGUF file, though its name may say so."""
    path.write_bytes(b"<!DOCTYPE html>" + bytes(200))


def _as_bytes(item: str | bytes) -> bytes:
    return item.encode() if isinstance(item, str) else item


def _script_vocabulary(pieces: Sequence[bytes], end: str, control: Sequence[str]) -> dict[str, Any]:
    """Tokenizer metadata: EOS, the script's positions, then the tokens of prompts.

    llama.cpp's `rwkv` tokenizer is the one that fits: its token texts are escaped, so any bytes can
    be a token, and one piece can be spelled in many ways (ids with equal texts are refused);
    where several ids decode to the same bytes, prompts are tokenized to the last one.
    """
    if not pieces or not all(pieces):
        raise ValueError("a script needs tokens, and a token needs bytes")
    singles = [bytes([byte]) for byte in range(256)]
    hidden = {text.encode() for text in control}
    longer = [piece for piece in dict.fromkeys(pieces) if len(piece) > 1 and piece not in hidden]
    seen: Counter[bytes] = Counter()
    texts, types = [end], [_CONTROL]
    for piece in [*pieces, *singles, *longer]:
        texts.append(_spelling(piece, seen[piece]))
        types.append(_CONTROL if piece in hidden else _NORMAL)
        seen[piece] += 1
    texts += dict.fromkeys(control)
    types += [_CONTROL] * len(set(control))
    return {
        "tokenizer.ggml.model": "rwkv",
        "tokenizer.ggml.tokens": texts,
        "tokenizer.ggml.token_type": types,
        "tokenizer.ggml.eos_token_id": 0,
        "tokenizer.ggml.add_bos_token": False,
    }


def _script_tensors(shape: Shape, order: Sequence[int]) -> Tensors:
    """Each token of `order` leads to the next one, all others to the first."""
    following = np.full(shape.vocab, order[0])
    following[list(order[:-1])] = order[1:]
    codes = np.random.default_rng(0).choice([-1.0, 1.0], (shape.vocab, shape.embed))
    scale = np.zeros((shape.vocab, 1))
    scale[list(order)] = 0.5  # a match scores 64, anything else below 30
    tensors = {
        key: np.zeros_like(tensor) if tensor.ndim == 2 else tensor
        for key, tensor in _attention_tensors(shape, np.random.default_rng(0)).items()
    }
    return tensors | {"token_embd.weight": codes[following], "output.weight": codes * scale}


def _spelling(piece: bytes, turn: int) -> str:
    r"""One of the ways to write a piece as hexadecimal escapes that llama.cpp decodes alike.

    It takes the upper digit modulo 16, and drops an escape that is not finished.

    >>> _spelling(b"ab", 0), _spelling(b"ab", 1), _spelling(b"ab", 5)
    ('\\x61\\x62', '\\xF1\\x62', '\\xF1\\x62\\x ')
    """
    if turn >= _SPELLINGS:
        raise ValueError(f"{piece!r} occurs too often: at most {_SPELLINGS - 1} times")
    ending, style = divmod(turn, 4)
    upper = chr((0x30, 0x40, 0x50, 0x20)[style] + piece[0] // 16)
    rest = "".join(f"\\x{byte:02x}" for byte in piece[1:])
    return f"\\x{upper}{piece[0] % 16:x}{rest}" + (f"\\x{chr(0x1F + ending)}" if ending else "")


def _piece_vocabulary(size: int) -> dict[str, Any]:
    """Tokenizer metadata of a SentencePiece vocabulary of `size` tokens; at least 354."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    pieces = ["\u2581", *(chr(code) for code in range(0x21, 0x7F))]
    for word in WORDS.split():
        pieces += ["\u2581" + word[:length] for length in range(1, len(word) + 1)]
    pieces += [a + b for a in letters for b in letters]
    pieces += [a + b + c for a in letters for b in letters for c in letters]
    pieces = list(dict.fromkeys(pieces))[: size - 259]
    if size < 259 + 95 or len(pieces) != size - 259:
        raise ValueError(f"a vocabulary of {size} tokens cannot be made")
    texts = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *pieces]
    return {
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.tokens": texts,
        "tokenizer.ggml.scores": [-float(index) for index in range(size)],
        "tokenizer.ggml.token_type": [_UNKNOWN, _CONTROL, _CONTROL]
        + [_BYTE] * 256
        + [_NORMAL] * len(pieces),
        "tokenizer.ggml.unknown_token_id": 0,
        "tokenizer.ggml.bos_token_id": 1,
        "tokenizer.ggml.eos_token_id": 2,
        "tokenizer.ggml.add_bos_token": True,
    }


def _llama_metadata(arch: str, shape: Shape, name: str) -> dict[str, Any]:
    return {
        "general.name": name,
        "general.file_type": 1 if shape.floats == "F16" else 0,
        f"{arch}.context_length": shape.context,
        f"{arch}.embedding_length": shape.embed,
        f"{arch}.block_count": shape.layers,
        f"{arch}.feed_forward_length": 2 * shape.embed,
        f"{arch}.attention.head_count": shape.heads,
        f"{arch}.attention.head_count_kv": shape.heads,
        f"{arch}.attention.layer_norm_rms_epsilon": 1e-6,
        f"{arch}.rope.dimension_count": shape.embed // shape.heads,
        f"{arch}.vocab_size": shape.vocab,
    }


def _template(chat_template: str | None) -> dict[str, Any]:
    return {"tokenizer.chat_template": chat_template} if chat_template else {}


def _matrix(random: np.random.Generator, rows: int, columns: int, gain: float = 1.0) -> Array:
    return random.normal(0.0, gain / math.sqrt(columns), (rows, columns)).astype(np.float32)


def _heads(shape: Shape, random: np.random.Generator) -> Tensors:
    """Embedding and output of a random model.

    Value 0 of every token's embedding is a constant that no layer changes; the output rows of
    special and byte tokens look at nothing else, and turn it into a very low score.
    """
    embedding = random.normal(0.0, 1.0, (shape.vocab, shape.embed)).astype(np.float32)
    embedding[:, 0] = 4.0
    output = _matrix(random, shape.vocab, shape.embed, gain=3.0)
    output[:, 0] = 0.0
    output[:259] = 0.0
    output[:259, 0] = -40.0
    norm = np.ones(shape.embed, np.float32)
    return {
        "token_embd.weight": embedding,
        "output_norm.weight": norm,
        "output.weight": output,
    }


def _attention_tensors(shape: Shape, random: np.random.Generator) -> Tensors:
    tensors, embed = _heads(shape, random), shape.embed
    for layer in range(shape.layers):
        block: Tensors = {
            "attn_norm.weight": np.ones(embed, np.float32),
            "attn_q.weight": _matrix(random, embed, embed, gain=1.5),
            "attn_k.weight": _matrix(random, embed, embed, gain=1.5),
            "attn_v.weight": _matrix(random, embed, embed),
            "attn_output.weight": _matrix(random, embed, embed, gain=1.5),
            "ffn_norm.weight": np.ones(embed, np.float32),
            "ffn_gate.weight": _matrix(random, 2 * embed, embed),
            "ffn_up.weight": _matrix(random, 2 * embed, embed),
            "ffn_down.weight": _matrix(random, embed, 2 * embed),
        }
        block["attn_output.weight"][0] = block["ffn_down.weight"][0] = 0.0
        tensors |= {f"blk.{layer}.{part}": values for part, values in block.items()}
    return tensors


def _rounded(tensors: Tensors, shape: Shape) -> Tensors:
    """Matrices in the model's float type, vectors in F32, as llama.cpp wants them."""
    matrix_type = np.float16 if shape.floats == "F16" else np.float32
    return {
        key: tensor.astype(matrix_type if tensor.ndim == 2 else np.float32)
        for key, tensor in tensors.items()
    }


def _write(path: Path, arch: str, metadata: Mapping[str, Any], tensors: Tensors) -> None:
    writer = gguf.GGUFWriter(path, arch)
    for key, value in metadata.items():
        if isinstance(value, Iterable) and not isinstance(value, str):
            writer.add_array(key, value)
        elif isinstance(value, bool):
            writer.add_bool(key, value)
        elif isinstance(value, int):
            writer.add_uint32(key, value)
        elif isinstance(value, float):
            writer.add_float32(key, value)
        else:
            writer.add_string(key, value)
    for key, tensor in tensors.items():
        writer.add_tensor(key, np.ascontiguousarray(tensor))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
