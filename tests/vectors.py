"""Vectors, for the tests of embeddings."""

import math
from array import array
from collections.abc import Sequence


def numbers(vector: bytes) -> list[float]:
    """Of a vector as workers send it."""
    return array("f", vector).tolist()


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """1 for the same direction, whatever the lengths."""
    product = sum(a * b for a, b in zip(one, other, strict=True))
    return product / (math.hypot(*one) * math.hypot(*other))
