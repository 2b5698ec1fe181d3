"""GGUF files put together by hand, for what no proper writer would write."""

import struct

U8, U32, FLOAT, BOOL, STRING, ARRAY, U64 = 0, 4, 6, 7, 8, 9, 10


def text(value: str | bytes) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return struct.pack("<Q", len(raw)) + raw


def entry(key: str, kind: int, value: bytes) -> bytes:
    return text(key) + struct.pack("<I", kind) + value


def entry_text(key: str, value: str | bytes) -> bytes:
    return entry(key, STRING, text(value))


def entry_u32(key: str, value: int) -> bytes:
    return entry(key, U32, struct.pack("<I", value))


def array_of(kind: int, length: int, items: bytes) -> bytes:
    return struct.pack("<IQ", kind, length) + items


def tensor(name: str, shape: tuple[int, ...], kind: int = 0, offset: int = 0) -> bytes:
    dimensions = struct.pack(f"<I{len(shape)}Q", len(shape), *shape)
    return text(name) + dimensions + struct.pack("<IQ", kind, offset)


def whole(
    entries: list[bytes],
    tensors: list[bytes] | None = None,
    *,
    data: bytes = b"",
    version: int = 3,
    alignment: int = 32,
) -> bytes:
    """A file with correct counts and padding."""
    tensors = tensors or []
    head = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(entries))
    head += b"".join(entries) + b"".join(tensors)
    return head + bytes(-len(head) % alignment) + data
