"""Which quantizations can be made, of what, and what one such piece of work is."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.core.errors import AppError
from desktop.models.gguf import GgufHeader
from desktop.models.gguf_types import FILE_TYPES

# Ollama's five first. llama.cpp knows more, but those need an importance matrix to be any good.
KINDS = (
    *("F32", "F16", "Q4_K_S", "Q4_K_M", "Q8_0"),
    *("BF16", "Q6_K", "Q5_K_M", "Q5_K_S", "Q5_1", "Q5_0", "Q4_1", "Q4_0", "IQ4_NL", "IQ4_XS"),
    *("Q3_K_L", "Q3_K_M", "Q3_K_S", "Q2_K"),
)
SOURCES = ("F16", "BF16", "F32")
DIGEST_SHOWN = "0000000000000000000"  # in progress lines; clients key their bars by it

_SHORT = {"Q5_K": "Q5_K_M", "Q4_K": "Q4_K_M", "Q3_K": "Q3_K_M"}
_NUMBERS = {name: number for number, name in FILE_TYPES.items() if name in KINDS}


class QuantizationRefused(AppError):
    """This model cannot be quantized, or not to this type."""

    code = "quantization_refused"
    status = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantization:
    """One model to be written again, smaller.

    `parts` are the files of the source in order, `target` is alone in its folder, `tensor_bytes`
    has the source's tensors by name.
    """

    parts: tuple[Path, ...]
    target: Path
    file_type: int
    tensor_bytes: dict[str, int]
    room_bytes: int


def read_kind(text: str) -> str:
    """A quantization's name as llama.cpp spells it.

    Raises:
        QuantizationRefused: it cannot be made.

    >>> read_kind("q4_k"), read_kind("Q8_0")
    ('Q4_K_M', 'Q8_0')
    """
    name = text.upper()
    name = _SHORT.get(name, name)
    if name not in KINDS:
        raise QuantizationRefused(
            f"unsupported quantization type {text:.40} - supported types are {', '.join(KINDS)}"
        )
    return name


def check_source(header: GgufHeader) -> None:
    """Raises QuantizationRefused for weights that have lost precision already."""
    if header.quantization not in SOURCES:
        raise QuantizationRefused("quantization is only supported for F16, BF16 and F32 models")


def plan(headers: Sequence[GgufHeader], kind: str, target: Path, room_bytes: int) -> Quantization:
    """The work of writing a model, given by the headers of its parts, as `kind`."""
    return Quantization(
        parts=tuple(header.path for header in headers),
        target=target,
        file_type=_NUMBERS[kind],
        tensor_bytes={
            tensor.name: tensor.size_bytes or 0 for header in headers for tensor in header.tensors
        },
        room_bytes=room_bytes,
    )
