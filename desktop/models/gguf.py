"""The header of a GGUF file: what kind of model it is, without its weights.

Reads versions 2 and 3, little endian. Source: the GGUF specification in ggml's `docs/gguf.md`.
"""

import math
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeVar

from desktop.core.errors import ModelFileInvalid
from desktop.models.gguf_cursor import Cursor, Scalar
from desktop.models.gguf_types import ARRAY, FILE_TYPES, STRING, TENSOR_TYPES

MAGIC = b"GGUF"
CHAT_TEMPLATE = "tokenizer.chat_template"
TOOL_TEMPLATE = f"{CHAT_TEMPLATE}.tool_use"

MAX_KEYS = 65_536
MAX_TENSORS = 131_072
MAX_DIMENSIONS = 4
MAX_SHORT_LIST = 4096
DEFAULT_ALIGNMENT = 32
_LEAST_KEY_BYTES = 8 + 4 + 1
_LEAST_TENSOR_BYTES = 8 + 4 + 4 + 8
_GUESSED = 1024  # flag in `general.file_type`

T = TypeVar("T")


class GgufArray(NamedTuple):
    """A list; `GgufHeader.array` gives its items.

    `item_type` is GGUF's number, `offset` the place of the first item in the file.
    """

    item_type: int
    length: int
    offset: int


class TensorInfo(NamedTuple):
    """One tensor. The first number of `shape` is the one that runs fastest in memory.

    `offset` counts from `GgufHeader.data_offset`; `size_bytes` is None for types unknown to us.
    """

    name: str
    type: str
    shape: tuple[int, ...]
    offset: int
    size_bytes: int | None


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """All of a file but its weights. `metadata` keeps the file's order.

    `short_lists` are the items of lists of numbers up to `MAX_SHORT_LIST`: what differs from layer
    to layer. Longer lists, and those of texts, were passed over.
    """

    path: Path
    version: int
    metadata: dict[str, Scalar | GgufArray]
    tensors: tuple[TensorInfo, ...]
    data_offset: int
    short_lists: dict[str, list[object]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def architecture(self) -> str:
        """`llama`, `qwen3`, `clip`…; empty if the file does not say."""
        return self.text("general.architecture")

    @property
    def kind(self) -> str:
        """`general.type`: `model`, `adapter`, `mmproj`…; empty if the file does not say."""
        return self.text("general.type")

    @property
    def parameter_count(self) -> int:
        return sum(math.prod(tensor.shape) for tensor in self.tensors)

    @property
    def chat_template(self) -> str | None:
        """The model's own Jinja template."""
        return self.text(CHAT_TEMPLATE) or None

    @property
    def tool_template(self) -> str | None:
        """A second one, for requests with tools."""
        return self.text(TOOL_TEMPLATE) or None

    @property
    def context_length(self) -> int | None:
        """Tokens the model was trained for."""
        return self.number("context_length")

    @property
    def embedding_length(self) -> int | None:
        return self.number("embedding_length")

    @property
    def block_count(self) -> int | None:
        return self.number("block_count")

    @property
    def quantization(self) -> str:
        """`Q4_K_M`, `F16`…: what the file says, else the type most of its values have."""
        stated = self.metadata.get("general.file_type")
        if isinstance(stated, int) and (name := FILE_TYPES.get(stated & ~_GUESSED)):
            return name
        values: Counter[str] = Counter()
        for tensor in self.tensors:
            values[tensor.type] += math.prod(tensor.shape)
        return values.most_common(1)[0][0] if values else "unknown"

    def text(self, key: str) -> str:
        """The text of a key; empty if it is not there, or not a text."""
        value = self.metadata.get(key)
        return value if isinstance(value, str) else ""

    def number(self, key: str) -> int | None:
        """The whole number `<architecture>.<key>`."""
        value = self.metadata.get(f"{self.architecture}.{key}")
        return value if isinstance(value, int) else None

    def array(self, key: str, *, max_items: int = 2_000_000) -> list[object]:
        """Items of a list that `metadata` only describes; those passed over are read now.

        Raises:
            KeyError: the key is not there, or not a list.
            ModelFileInvalid: it has more than `max_items` items, or the file has changed.
        """
        value = self.metadata[key]
        if not isinstance(value, GgufArray):
            raise KeyError(key)
        if value.length > max_items:
            raise ModelFileInvalid(f"{self.path} has {value.length} items in {key}: too many.")
        if key in self.short_lists:
            return list(self.short_lists[key])

        def load(cursor: Cursor) -> list[object]:
            cursor.move(value.offset)
            return cursor.items(value.item_type, value.length)

        return _with_cursor(self.path, load)


def read_header(path: Path) -> GgufHeader:
    """Read a model's header; milliseconds, even for large vocabularies.

    Raises:
        ModelFileInvalid: there is no such file, it is not GGUF, is damaged, or ends too early.
    """
    return _with_cursor(path, lambda cursor: header_at(cursor, path))


def _with_cursor(path: Path, work: Callable[[Cursor], T]) -> T:
    with _opened(path) as file:
        try:
            return work(Cursor(file, os.fstat(file.fileno()).st_size, str(path)))
        except OSError as error:
            raise ModelFileInvalid(f"{path} cannot be read: {error.strerror or error}.") from error


def _opened(path: Path) -> BinaryIO:
    try:
        if path.is_dir():
            raise ModelFileInvalid(f"{path} is a folder, not a model file.")
        if path.exists() and not path.is_file():  # opening a pipe would wait for ever
            raise ModelFileInvalid(f"{path} is a device or a pipe, not a model file.")
        return path.open("rb")
    except FileNotFoundError as error:
        raise ModelFileInvalid(f"{path} does not exist.") from error
    except OSError as error:
        raise ModelFileInvalid(f"{path} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:  # a zero byte in the name
        raise ModelFileInvalid(f"{str(path)!r} is not the name of a file.") from error


def header_at(cursor: Cursor, path: Path) -> GgufHeader:
    """Read a header from a cursor at the first byte of a file that is, or will be, at `path`.

    Raises:
        ModelFileInvalid: as `read_header`.
    """
    if cursor.size < len(MAGIC) or cursor.take(len(MAGIC)) != MAGIC:
        raise cursor.invalid("is not a GGUF file")
    version = cursor.u32()
    if version & 0xFFFF == 0:
        raise cursor.invalid("is a big-endian GGUF file; only little-endian ones can be read")
    if version not in (2, 3):
        raise cursor.invalid(f"is of GGUF version {version}; only versions 2 and 3 can be read")
    tensor_count, key_count = cursor.u64(), cursor.u64()
    if key_count > min(MAX_KEYS, cursor.remaining // _LEAST_KEY_BYTES):
        raise cursor.invalid(f"is damaged or cut short: it claims {key_count} entries of metadata")
    if tensor_count > min(MAX_TENSORS, cursor.remaining // _LEAST_TENSOR_BYTES):
        raise cursor.invalid(f"is damaged or cut short: it claims {tensor_count} tensors")
    metadata, short_lists = _metadata(cursor, key_count)
    tensors = tuple(_tensor(cursor) for _ in range(tensor_count))
    alignment = metadata.get("general.alignment", DEFAULT_ALIGNMENT)
    if not isinstance(alignment, int) or alignment < 1 or alignment & (alignment - 1):
        raise cursor.invalid("is damaged: its alignment is not a power of two")
    data_offset = -(-cursor.position // alignment) * alignment
    _check_size(cursor, tensors, data_offset)
    return GgufHeader(path, version, metadata, tensors, data_offset, short_lists)


def _metadata(
    cursor: Cursor, key_count: int
) -> tuple[dict[str, Scalar | GgufArray], dict[str, list[object]]]:
    """All entries, and the items of the short lists among them."""
    metadata: dict[str, Scalar | GgufArray] = {}
    short_lists: dict[str, list[object]] = {}
    for _ in range(key_count):
        key, kind = cursor.text(), cursor.u32()
        items: list[object] | None = None
        value: Scalar | GgufArray
        if kind == ARRAY:
            value, items = _list(cursor)
        else:
            value = cursor.scalar(kind)
        if key in metadata:
            continue  # llama.cpp takes the first, too
        metadata[key] = value
        if items is not None:
            short_lists[key] = items
    return metadata, short_lists


def _list(cursor: Cursor) -> tuple[GgufArray, list[object] | None]:
    """Where a list is, and its items if they are numbers and few."""
    item_type, length = cursor.array_head()
    found = GgufArray(item_type, length, cursor.position)
    if item_type not in (STRING, ARRAY) and length <= MAX_SHORT_LIST:
        return found, cursor.items(item_type, length)
    cursor.skip_items(item_type, length)
    return found, None


def _tensor(cursor: Cursor) -> TensorInfo:
    name, dimensions = cursor.text(), cursor.u32()
    if dimensions > MAX_DIMENSIONS:
        raise cursor.invalid(f"is damaged: its tensor {name!r:.80} has {dimensions} dimensions")
    shape = tuple(cursor.u64() for _ in range(dimensions))
    number, offset = cursor.u32(), cursor.u64()
    kind = TENSOR_TYPES.get(number)
    if kind is None:
        return TensorInfo(name, f"type {number}", shape, offset, None)
    row = shape[0] if shape else 1
    if row % kind.block_values:
        raise cursor.invalid(f"is damaged: rows of its tensor {name!r:.80} are not whole blocks")
    size_bytes = math.prod(shape) // kind.block_values * kind.block_bytes
    return TensorInfo(name, kind.name, shape, offset, size_bytes)


def _check_size(cursor: Cursor, tensors: tuple[TensorInfo, ...], data_offset: int) -> None:
    """Every tensor must lie within the file, whatever the last one's padding."""
    needed = max((tensor.offset + (tensor.size_bytes or 0) for tensor in tensors), default=0)
    if needed and data_offset + needed > cursor.size:
        raise cursor.invalid(
            f"is cut short or damaged: it should have {data_offset + needed} bytes and has"
            f" {cursor.size}"
        )
