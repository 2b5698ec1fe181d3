"""The cursor: values in order, through a window, never beyond the end."""

import io
import struct

import pytest

from desktop.core.errors import ModelFileInvalid
from desktop.models.gguf_cursor import Cursor
from desktop.models.gguf_types import STRING
from tests.models.raw_gguf import U8, array_of, text


def cursor(data: bytes, size: int | None = None) -> Cursor:
    return Cursor(io.BytesIO(data), len(data) if size is None else size, "file")


def test_values_in_order() -> None:
    reader = cursor(struct.pack("<IQ", 7, 9) + text("é") + array_of(U8, 2, b"\x01\x02"))
    assert (reader.u32(), reader.u64(), reader.text()) == (7, 9, "é")
    assert reader.items(*reader.array_head()) == [1, 2]
    assert reader.remaining == 0


@pytest.mark.parametrize(
    ("kind", "data", "value"),
    [
        (0, b"\xff", 255),
        (1, b"\xff", -1),
        (3, b"\xfe\xff", -2),
        (7, b"\x02", True),
        (8, text("a"), "a"),
        (11, b"\xff" * 8, -1),
        (12, struct.pack("<d", 1.5), 1.5),
    ],
)
def test_scalars(kind: int, data: bytes, value: object) -> None:
    assert cursor(data).scalar(kind) == value


def test_moving_back_and_forth() -> None:
    reader = cursor(bytes(range(256)) * 8192)  # two windows
    assert reader.take(2) == b"\x00\x01"
    reader.move(2**20 + 5)
    assert reader.take(1) == b"\x05"
    reader.move(3)
    assert reader.take(1) == b"\x03"
    assert reader.position == 4
    with pytest.raises(ModelFileInvalid, match="goes on after them"):
        reader.move(2**21 + 1)


def test_texts_across_windows_are_passed_over() -> None:
    data = b"".join(text("x" * (number % 90)) for number in range(40_000))
    reader = cursor(data + b"end")
    reader.skip_items(STRING, 40_000)
    assert reader.take(3) == b"end"


@pytest.mark.parametrize("length", [4, 2**31, 2**63, 2**64 - 1])
def test_a_text_longer_than_the_file(length: int) -> None:
    reader = cursor(text("a") + struct.pack("<Q", length) + b"abc")
    with pytest.raises(ModelFileInvalid, match="file is cut short or damaged: it has 20 bytes"):
        reader.skip_items(STRING, 2)


def test_a_file_that_shrinks_while_it_is_read() -> None:
    with pytest.raises(ModelFileInvalid, match="cut short"):
        cursor(b"abc", size=10).take(5)
