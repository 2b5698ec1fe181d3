"""Writes projector files of some hundred kilobytes, with random weights, that libmtmd really loads.

They fit the models of `tests/tiny_gguf.py` with 64 values per token. An image takes:

- `write_llava_projector`: 16 tokens, whatever its size;
- `write_gemma_projector`: the same, between two tokens, and to be read in one piece; for
  `write_swa_model`;
- `write_grid_projector`: one token for each 28 by 28 pixels, in rows and columns; for
  `write_grid_model`.

With `write_sound_projector`, every 30 seconds of sound begun take 30 tokens.
"""

import io
import math
import struct
import wave
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import numpy.typing as npt
from PIL import Image

from tests.tiny_gguf import Shape, write_random_model

Tensors = dict[str, npt.NDArray[np.float32]]

WIDTH = 64  # values per token of the text model
IMAGE_TOKENS = 16
SOUND_TOKENS = 30
_INNER, _FORWARD, _HEADS, _LAYERS = 32, 48, 2, 2
_SIDE, _PATCH = 56, 14


class _Random:
    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)

    def matrix(self, *shape: int) -> npt.NDArray[np.float32]:
        """Rows first; the last sizes are what is summed over."""
        scale = 1 / math.sqrt(math.prod(shape[1:]))
        return self._random.normal(0, scale, shape).astype(np.float32)

    def vector(self, size: int) -> npt.NDArray[np.float32]:
        return self._random.normal(0, 0.1, size).astype(np.float32)


def write_llava_projector(
    path: Path, *, seed: int = 0, width: int = WIDTH, inner: int = _INNER, layers: int = _LAYERS
) -> None:
    """`inner` and `layers` make it larger, and slower."""
    random = _Random(seed)
    patches = (_SIDE // _PATCH) ** 2
    tensors = _transformer(random, "v", inner, layers) | {
        "v.class_embd": random.vector(inner),
        "v.patch_embd.weight": random.matrix(inner, 3, _PATCH, _PATCH),
        "v.position_embd.weight": random.matrix(patches + 1, inner),
        "v.pre_ln.weight": np.ones(inner, np.float32),
        "v.pre_ln.bias": np.zeros(inner, np.float32),
        "mm.0.weight": random.matrix(width, inner),
        "mm.0.bias": random.vector(width),
        "mm.2.weight": random.matrix(width, width) * 3,
        "mm.2.bias": random.vector(width),
    }
    _write(path, _vision("mlp", width, inner, layers), tensors)


def write_gemma_projector(path: Path, *, seed: int = 0) -> None:
    random = _Random(seed)
    patches = (_SIDE // _PATCH) ** 2
    tensors = _transformer(random, "v", _INNER, _LAYERS) | {
        "v.patch_embd.weight": random.matrix(_INNER, 3, _PATCH, _PATCH),
        "v.patch_embd.bias": random.vector(_INNER),
        "v.position_embd.weight": random.matrix(patches, _INNER),
        "v.post_ln.weight": np.ones(_INNER, np.float32),
        "v.post_ln.bias": np.zeros(_INNER, np.float32),
        "mm.input_projection.weight": random.matrix(_INNER, WIDTH),
        "mm.soft_emb_norm.weight": np.ones(_INNER, np.float32),
    }
    head = _vision("gemma3", WIDTH, _INNER, _LAYERS)
    _write(path, head | {"clip.vision.projector.scale_factor": 1}, tensors)


def write_grid_projector(path: Path, *, seed: int = 0) -> None:
    random = _Random(seed)
    tensors = _transformer(random, "v", _INNER, _LAYERS) | {
        "v.patch_embd.weight": random.matrix(_INNER, 3, _PATCH, _PATCH),
        "v.patch_embd.weight.1": random.matrix(_INNER, 3, _PATCH, _PATCH),
        "v.post_ln.weight": np.ones(_INNER, np.float32),
        "v.post_ln.bias": np.zeros(_INNER, np.float32),
        "mm.0.weight": random.matrix(4 * _INNER, 4 * _INNER),
        "mm.0.bias": random.vector(4 * _INNER),
        "mm.2.weight": random.matrix(WIDTH, 4 * _INNER) * 3,
        "mm.2.bias": random.vector(WIDTH),
    }
    _write(path, _vision("qwen2vl_merger", WIDTH, _INNER, _LAYERS), tensors)


def write_grid_model(path: Path, *, seed: int = 0) -> None:
    """A random model whose positions have rows and columns (M-RoPE)."""
    extra = {"qwen2vl.rope.dimension_sections": [2, 3, 3, 0]}
    write_random_model(path, arch="qwen2vl", seed=seed, shape=Shape(), extra=extra)


def write_sound_projector(path: Path, *, seed: int = 0, mel_bins: int = 80) -> None:
    random = _Random(seed)
    frames = 3000
    stack = frames // 2 // SOUND_TOKENS
    tensors = _transformer(random, "a", _INNER, _LAYERS, key_bias=False) | {
        "a.conv1d.1.weight": random.matrix(_INNER, mel_bins, 3),
        "a.conv1d.1.bias": random.matrix(_INNER, 1),
        "a.conv1d.2.weight": random.matrix(_INNER, _INNER, 3),
        "a.conv1d.2.bias": random.matrix(_INNER, 1),
        "a.position_embd.weight": random.matrix(frames // 2, _INNER),
        "a.post_ln.weight": np.ones(_INNER, np.float32),
        "a.post_ln.bias": np.zeros(_INNER, np.float32),
        "mm.a.mlp.1.weight": random.matrix(2 * WIDTH, stack * _INNER),
        "mm.a.mlp.2.weight": random.matrix(WIDTH, WIDTH),
        "mm.a.norm_pre.weight": np.ones(stack * _INNER, np.float32),
        "mm.a.norm_mid.weight": np.ones(WIDTH, np.float32),
    }
    head = _head("audio", "ultravox", WIDTH, _INNER, _LAYERS) | {
        "clip.audio.num_mel_bins": mel_bins,
        "clip.audio.projector.stack_factor": stack,
    }
    _write(path, head, tensors)


def picture(seed: int = 0, *, size: tuple[int, int] = (40, 40), kind: str = "PNG") -> bytes:
    """An image file of random colours."""
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, kind)
    return out.getvalue()


def sound(seed: int = 0, *, seconds: float = 0.5, hertz: int = 16000) -> bytes:
    """A WAV file with noise."""
    noise = np.random.default_rng(seed).integers(-9999, 9999, int(hertz * seconds), np.int16)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(hertz)
        file.writeframes(noise.tobytes())
    return out.getvalue()


def claimed_png(width: int, height: int) -> bytes:
    """A PNG file that says it is that large, and has next to nothing in it."""
    small = picture(size=(1, 1))
    return small[:16] + struct.pack(">II", width, height) + small[24:]


def _transformer(
    random: _Random, prefix: str, inner: int, layers: int, *, key_bias: bool = True
) -> Tensors:
    tensors: Tensors = {}
    for layer in range(layers):
        block: Tensors = {
            "ln1.weight": np.ones(inner, np.float32),
            "ln1.bias": np.zeros(inner, np.float32),
            "ln2.weight": np.ones(inner, np.float32),
            "ln2.bias": np.zeros(inner, np.float32),
            "ffn_up.weight": random.matrix(_FORWARD, inner),
            "ffn_up.bias": random.vector(_FORWARD),
            "ffn_down.weight": random.matrix(inner, _FORWARD),
            "ffn_down.bias": random.vector(inner),
        }
        for part in ("attn_q", "attn_k", "attn_v", "attn_out"):
            block[f"{part}.weight"] = random.matrix(inner, inner)
            block[f"{part}.bias"] = random.vector(inner)
        if not key_bias:
            del block["attn_k.bias"]
        tensors |= {f"{prefix}.blk.{layer}.{part}": values for part, values in block.items()}
    return tensors


def _head(kind: str, projector: str, width: int, inner: int, layers: int) -> dict[str, Any]:
    return {
        "general.type": "mmproj",
        f"clip.has_{kind}_encoder": True,
        "clip.projector_type": projector,
        f"clip.{kind}.embedding_length": inner,
        f"clip.{kind}.feed_forward_length": _FORWARD,
        f"clip.{kind}.block_count": layers,
        f"clip.{kind}.projection_dim": width,
        f"clip.{kind}.attention.head_count": _HEADS,
        f"clip.{kind}.attention.layer_norm_epsilon": 1e-5,
    }


def _vision(projector: str, width: int, inner: int, layers: int) -> dict[str, Any]:
    return _head("vision", projector, width, inner, layers) | {
        "clip.vision.image_size": _SIDE,
        "clip.vision.patch_size": _PATCH,
        "clip.vision.image_mean": [0.5, 0.5, 0.5],
        "clip.vision.image_std": [0.5, 0.5, 0.5],
        "clip.use_gelu": True,
    }


def _write(path: Path, head: dict[str, Any], tensors: Tensors) -> None:
    writer = gguf.GGUFWriter(path, "clip")
    for key, value in head.items():
        if isinstance(value, bool):
            writer.add_bool(key, value)
        elif isinstance(value, int):
            writer.add_uint32(key, value)
        elif isinstance(value, float):
            writer.add_float32(key, value)
        elif isinstance(value, str):
            writer.add_string(key, value)
        elif isinstance(value, Iterable):
            writer.add_array(key, value)
    for name, tensor in tensors.items():
        writer.add_tensor(name, np.ascontiguousarray(tensor))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
