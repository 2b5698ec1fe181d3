"""Length-prefixed msgpack frames: `<u32 little-endian length><msgpack>`, both ways."""

import struct
from typing import BinaryIO

import msgspec

from desktop.core.errors import RequestInvalid
from desktop.worker.messages import Order, Report

HEADER = struct.Struct("<I")
MAX_FRAME_BYTES = 256 * 2**20

_encoder = msgspec.msgpack.Encoder()
_orders: msgspec.msgpack.Decoder[Order] = msgspec.msgpack.Decoder(Order)
_reports: msgspec.msgpack.Decoder[Report] = msgspec.msgpack.Decoder(Report)


def pack(message: Order | Report) -> bytes:
    """One frame, header included.

    Raises:
        RequestInvalid: the other side would not take a frame of this size.
    """
    body = _encoder.encode(message)
    if len(body) > MAX_FRAME_BYTES:
        raise RequestInvalid(
            f"the request has {len(body)} bytes; at most {MAX_FRAME_BYTES} are possible"
        )
    return HEADER.pack(len(body)) + body


def unpack_report(body: bytes) -> Report:
    """Message of a frame's body. Raises msgspec.MsgspecError when it is not one."""
    return _reports.decode(body)


def body_length(header: bytes) -> int:
    """Bytes that follow this header. Raises ValueError when no frame can be that long."""
    (length,) = HEADER.unpack(header)
    if length > MAX_FRAME_BYTES:
        raise ValueError(f"a frame of {length} bytes")
    return int(length)


def read_order(stream: BinaryIO) -> Order | None:
    """Next message of the parent; None at end-of-file, which means: leave."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    body = stream.read(body_length(header))
    return _orders.decode(body)
