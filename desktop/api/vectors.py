"""Vectors as JSON: thousands of numbers, written a vector at a time."""

import asyncio
import sys
from array import array
from collections.abc import Sequence

import msgspec


def json_numbers(vector: bytes) -> bytes:
    """Little-endian float32 as a JSON array, with the nine digits that give them back exactly.

    >>> json_numbers(bytes.fromhex("0000003f cdcccc3d"))
    b'[0.5,0.100000001]'
    """
    numbers = array("f", vector)
    if sys.byteorder == "big":
        numbers.byteswap()
    form = ",".join(["%.9g"] * len(numbers))
    return f"[{form % tuple(numbers)}]".encode()


async def json_vectors(vectors: Sequence[bytes]) -> list[msgspec.Raw]:
    """Each as a JSON array; on a thread, so that a large batch holds nobody else up."""
    if len(vectors) == 1:
        return [msgspec.Raw(json_numbers(vectors[0]))]
    return await asyncio.to_thread(lambda: [msgspec.Raw(json_numbers(each)) for each in vectors])
