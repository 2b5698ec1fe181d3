"""Models of several architectures, all zeros: llama.cpp loads them and lays out its memory.

They are there to be measured, not to answer. `tests/tiny_gguf.py` writes the ones that answer.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import gguf
import numpy as np

Value = int | float | Sequence[int] | Sequence[bool]
Shapes = dict[str, tuple[int, ...]]  # as llama.cpp writes them: the fastest dimension first

VOCAB = 1024


def write_layered(path: Path, arch: str, facts: Mapping[str, Value], shapes: Shapes) -> None:
    """Write a file of zeros.

    Args:
        facts: Metadata without the architecture's name in front.
        shapes: Tensors besides the embeddings and the last norm.
    """
    writer = gguf.GGUFWriter(path, arch)
    writer.add_string("general.name", arch)
    for key, value in facts.items():
        _add(writer, f"{arch}.{key}", value)
    _add_vocabulary(writer)
    embed = facts["embedding_length"]
    assert isinstance(embed, int)
    norm = "token_embd_norm" if arch == "lfm2" else "output_norm"
    ends = {"token_embd.weight": (embed, VOCAB), f"{norm}.weight": (embed,)}
    for name, shape in (ends | shapes).items():
        writer.add_tensor(name, np.zeros(tuple(reversed(shape)), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add(writer: gguf.GGUFWriter, key: str, value: Value) -> None:
    if isinstance(value, float):
        writer.add_float32(key, value)
    elif isinstance(value, int):
        writer.add_uint32(key, value)
    else:
        writer.add_array(key, list(value))


def _add_vocabulary(writer: gguf.GGUFWriter) -> None:
    """A SentencePiece vocabulary: three special tokens, all bytes, and made-up words."""
    bytes_ = [f"<0x{byte:02X}>" for byte in range(256)]
    words = [f"\u2581word{number}" for number in range(VOCAB - 3 - 256)]
    writer.add_string("tokenizer.ggml.model", "llama")
    writer.add_array("tokenizer.ggml.tokens", ["<unk>", "<s>", "</s>", *bytes_, *words])
    writer.add_array("tokenizer.ggml.scores", [-float(number) for number in range(VOCAB)])
    writer.add_array("tokenizer.ggml.token_type", [2, 3, 3] + [6] * 256 + [1] * len(words))
    writer.add_uint32("tokenizer.ggml.bos_token_id", 1)
    writer.add_uint32("tokenizer.ggml.eos_token_id", 2)


def _common(embed: int, layers: int, heads: int, feed_forward: int) -> dict[str, Value]:
    return {
        "context_length": 8192,
        "embedding_length": embed,
        "block_count": layers,
        "feed_forward_length": feed_forward,
        "attention.head_count": heads,
        "attention.layer_norm_rms_epsilon": 1e-6,
    }


def _feed_forward(layer: int, embed: int, width: int) -> Shapes:
    return {
        f"blk.{layer}.ffn_norm.weight": (embed,),
        f"blk.{layer}.ffn_gate.weight": (embed, width),
        f"blk.{layer}.ffn_up.weight": (embed, width),
        f"blk.{layer}.ffn_down.weight": (width, embed),
    }


def _attention(layer: int, embed: int, query: int, key: int) -> Shapes:
    """Values are as wide as keys; the numbers are those of all heads together."""
    return {
        f"blk.{layer}.attn_norm.weight": (embed,),
        f"blk.{layer}.attn_q.weight": (embed, query),
        f"blk.{layer}.attn_k.weight": (embed, key),
        f"blk.{layer}.attn_v.weight": (embed, key),
        f"blk.{layer}.attn_output.weight": (query, embed),
    }


def write_grouped(path: Path, *, embed: int = 256, feed_forward: int = 512) -> None:
    """A llama whose 8 heads share 2 for keys and values."""
    facts = _common(embed, 4, 8, feed_forward) | {"attention.head_count_kv": 2}
    shapes: Shapes = {}
    for layer in range(4):
        shapes |= _attention(layer, embed, embed, embed // 4)
        shapes |= _feed_forward(layer, embed, feed_forward)
    write_layered(path, "llama", facts, shapes)


def write_experts(path: Path) -> None:
    """Qwen 3's mixture: 4 of 16 experts work on a token."""
    embed, width, experts = 256, 192, 16
    facts = _common(embed, 3, 4, 512) | {"attention.head_count_kv": 2}
    facts |= {"expert_count": experts, "expert_used_count": 4}
    facts |= {"expert_feed_forward_length": width}
    facts |= {"attention.key_length": 64, "attention.value_length": 64}
    shapes: Shapes = {}
    for layer in range(3):
        shapes |= _attention(layer, embed, 256, 128)
        shapes |= {
            f"blk.{layer}.attn_q_norm.weight": (64,),
            f"blk.{layer}.attn_k_norm.weight": (64,),
            f"blk.{layer}.ffn_norm.weight": (embed,),
            f"blk.{layer}.ffn_gate_inp.weight": (embed, experts),
            f"blk.{layer}.ffn_gate_exps.weight": (embed, width, experts),
            f"blk.{layer}.ffn_up_exps.weight": (embed, width, experts),
            f"blk.{layer}.ffn_down_exps.weight": (width, embed, experts),
        }
    write_layered(path, "qwen3moe", facts, shapes)


def write_windowed(path: Path) -> None:
    """Gemma 2: every other layer sees a window, of which the file gives only the size."""
    embed, head = 128, 32
    facts = _common(embed, 6, 4, 256) | {"attention.head_count_kv": 2}
    facts |= {"attention.key_length": head, "attention.value_length": head}
    facts |= {"attention.sliding_window": 300}
    shapes: Shapes = {}
    for layer in range(6):
        shapes |= _attention(layer, embed, 4 * head, 2 * head) | _feed_forward(layer, embed, 256)
        shapes |= {f"blk.{layer}.post_attention_norm.weight": (embed,)}
        shapes |= {f"blk.{layer}.post_ffw_norm.weight": (embed,)}
    write_layered(path, "gemma2", facts, shapes)


def write_uneven(path: Path) -> None:
    """Gemma 4: a list of windows, other heads in them, and two layers that borrow their keys."""
    embed, windowed = 128, [True, True, False, True, True, False, True, False]
    key_heads = [4 if window else 1 for window in windowed]
    facts = _common(embed, 8, 4, 256) | {"attention.head_count_kv": key_heads}
    facts |= {"attention.key_length": 64, "attention.value_length": 64}
    facts |= {"attention.key_length_swa": 32, "attention.value_length_swa": 32}
    facts |= {"attention.sliding_window": 300, "attention.sliding_window_pattern": windowed}
    facts |= {"attention.shared_kv_layers": 2, "embedding_length_per_layer_input": 0}
    shapes: Shapes = {"rope_freqs.weight": (32,)}
    for layer, window in enumerate(windowed):
        head = 32 if window else 64
        shapes |= _attention(layer, embed, 4 * head, key_heads[layer] * head)
        shapes |= _feed_forward(layer, embed, 256)
        shapes |= {f"blk.{layer}.{part}_norm.weight": (head,) for part in ("attn_q", "attn_k")}
        shapes |= {
            f"blk.{layer}.{part}_norm.weight": (embed,) for part in ("post_attention", "post_ffw")
        }
    write_layered(path, "gemma4", facts, shapes)


def write_compressed(path: Path) -> None:
    """DeepSeek 2: keys and values of all heads are kept as one short vector."""
    embed, heads, rank, rope = 128, 4, 64, 16
    facts = _common(embed, 3, heads, 256) | {"attention.head_count_kv": 1}
    facts |= {"attention.key_length": rank + rope, "attention.value_length": rank}
    facts |= {"attention.key_length_mla": 48, "attention.value_length_mla": 32}
    facts |= {"attention.kv_lora_rank": rank, "attention.q_lora_rank": 32}
    facts |= {"rope.dimension_count": rope, "leading_dense_block_count": 3}
    facts |= {"expert_feed_forward_length": 64, "expert_shared_count": 1}
    facts |= {"expert_count": 4, "expert_used_count": 2}
    shapes: Shapes = {}
    for layer in range(3):
        parts = {
            "attn_norm.weight": (embed,),
            "attn_q_a_norm.weight": (32,),
            "attn_kv_a_norm.weight": (rank,),
            "attn_q_a.weight": (embed, 32),
            "attn_q_b.weight": (32, heads * 48),
            "attn_kv_a_mqa.weight": (embed, rank + rope),
            "attn_k_b.weight": (48 - rope, rank, heads),
            "attn_v_b.weight": (rank, 32, heads),
            "attn_output.weight": (heads * 32, embed),
        }
        shapes |= {f"blk.{layer}.{part}": shape for part, shape in parts.items()}
        shapes |= _feed_forward(layer, embed, 256)
    write_layered(path, "deepseek2", facts, shapes)


def write_half_recurrent(path: Path) -> None:
    """Jamba: one layer of attention, three that keep a state."""
    embed, inner, state, rank = 128, 256, 16, 8
    key_heads = [0, 2, 0, 0]
    facts = _common(embed, 4, 4, 256) | {"attention.head_count_kv": key_heads}
    facts |= {"ssm.conv_kernel": 4, "ssm.inner_size": inner, "ssm.state_size": state}
    facts |= {"ssm.time_step_rank": rank}
    shapes: Shapes = {}
    for layer, heads in enumerate(key_heads):
        shapes |= _feed_forward(layer, embed, 256)
        if heads:
            shapes |= _attention(layer, embed, embed, heads * 32)
            continue
        parts = {
            "attn_norm.weight": (embed,),
            "ssm_in.weight": (embed, 2 * inner),
            "ssm_conv1d.weight": (4, inner),
            "ssm_conv1d.bias": (inner,),
            "ssm_x.weight": (inner, rank + 2 * state),
            "ssm_dt_norm.weight": (rank,),
            "ssm_dt.weight": (rank, inner),
            "ssm_dt.bias": (inner,),
            "ssm_b_norm.weight": (state,),
            "ssm_c_norm.weight": (state,),
            "ssm_a": (state, inner),
            "ssm_d": (inner,),
            "ssm_out.weight": (inner, embed),
        }
        shapes |= {f"blk.{layer}.{part}": shape for part, shape in parts.items()}
    write_layered(path, "jamba", facts, shapes)


def write_convolved(path: Path) -> None:
    """LFM2: short convolutions remember three tokens, two layers of attention all of them."""
    embed, key_heads = 128, [0, 0, 2, 0, 2]
    facts = _common(embed, 5, 4, 256) | {"attention.head_count_kv": key_heads}
    facts |= {"shortconv.l_cache": 3}
    shapes: Shapes = {}
    for layer, heads in enumerate(key_heads):
        shapes |= _feed_forward(layer, embed, 256) | {f"blk.{layer}.attn_norm.weight": (embed,)}
        if heads:
            shapes |= _attention(layer, embed, embed, heads * 32)
            shapes |= {f"blk.{layer}.{part}_norm.weight": (32,) for part in ("attn_q", "attn_k")}
        else:
            shapes |= {
                f"blk.{layer}.shortconv.conv.weight": (3, embed),
                f"blk.{layer}.shortconv.in_proj.weight": (embed, 3 * embed),
                f"blk.{layer}.shortconv.out_proj.weight": (embed, embed),
            }
    write_layered(path, "lfm2", facts, shapes)


def write_delta(path: Path) -> None:
    """Qwen 3.5: three layers of linear attention, then one that sees everything."""
    embed, state, groups, rank = 128, 32, 2, 4
    key, value = state * groups, state * rank
    facts = _common(embed, 8, 4, 256) | {"attention.head_count_kv": 2}
    facts |= {"attention.key_length": 32, "attention.value_length": 32}
    facts |= {"ssm.conv_kernel": 4, "ssm.inner_size": value, "ssm.state_size": state}
    facts |= {"ssm.time_step_rank": rank, "ssm.group_count": groups}
    facts |= {"rope.dimension_sections": [4, 4, 4, 4], "rope.dimension_count": 16}
    shapes: Shapes = {}
    for layer in range(8):
        shapes |= _feed_forward(layer, embed, 256)
        shapes |= {f"blk.{layer}.post_attention_norm.weight": (embed,)}
        del shapes[f"blk.{layer}.ffn_norm.weight"]
        if layer % 4 == 3:
            shapes |= _attention(layer, embed, 256, 64)
            shapes[f"blk.{layer}.attn_output.weight"] = (128, embed)
            shapes |= {f"blk.{layer}.{part}_norm.weight": (32,) for part in ("attn_q", "attn_k")}
            continue
        parts = {
            "attn_norm.weight": (embed,),
            "attn_qkv.weight": (embed, 2 * key + value),
            "attn_gate.weight": (embed, value),
            "ssm_conv1d.weight": (4, 2 * key + value),
            "ssm_dt.bias": (rank,),
            "ssm_a": (rank,),
            "ssm_beta.weight": (embed, rank),
            "ssm_alpha.weight": (embed, rank),
            "ssm_norm.weight": (state,),
            "ssm_out.weight": (value, embed),
        }
        shapes |= {f"blk.{layer}.{part}": shape for part, shape in parts.items()}
    write_layered(path, "qwen35", facts, shapes)


WRITERS: dict[str, Callable[[Path], None]] = {
    "grouped": write_grouped,
    "experts": write_experts,
    "windowed": write_windowed,
    "uneven": write_uneven,
    "compressed": write_compressed,
    "half recurrent": write_half_recurrent,
    "convolved": write_convolved,
    "delta": write_delta,
}
