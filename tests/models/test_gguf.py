"""Headers: what is read, and how damage of every kind is refused."""

import os
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.core.errors import ModelFileInvalid
from desktop.models.gguf import GgufArray, TensorInfo, read_header
from tests import tiny_gguf
from tests.models.raw_gguf import (
    ARRAY,
    BOOL,
    FLOAT,
    STRING,
    U8,
    U64,
    array_of,
    entry,
    entry_text,
    entry_u32,
    tensor,
    text,
    whole,
)

LLAMA = entry_text("general.architecture", "llama")
SAMPLE = whole(
    [
        LLAMA,
        entry_text("general.name", "Sämple"),
        entry_u32("llama.context_length", 4096),
        entry("llama.rope.freq_base", FLOAT, struct.pack("<f", 0.5)),
        entry("flag", BOOL, b"\x01"),
        entry("big", U64, struct.pack("<Q", 2**63)),
        entry("tokens", ARRAY, array_of(STRING, 3, text("a") + text("") + text("ccc"))),
        entry("scores", ARRAY, array_of(FLOAT, 2, struct.pack("<2f", 1, 2))),
        entry("nested", ARRAY, array_of(ARRAY, 1, array_of(U8, 2, b"\x01\x02"))),
        entry_u32("llama.embedding_length", 64),
    ],
    [tensor("a.weight", (32, 2), 8), tensor("b.weight", (4,), 0, 96)],
    data=bytes(96 + 16),
)


def written(folder: Path, content: bytes) -> Path:
    path = folder / "m.gguf"
    path.write_bytes(content)
    return path


@pytest.fixture(scope="module")
def fuzz_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "m.gguf"


def test_everything_of_a_header(tmp_path: Path) -> None:
    header = read_header(written(tmp_path, SAMPLE))
    assert header.architecture == "llama"
    assert header.metadata["general.name"] == "Sämple"
    assert header.metadata["llama.rope.freq_base"] == 0.5
    assert header.metadata["flag"] is True
    assert header.metadata["big"] == 2**63
    assert (header.context_length, header.embedding_length) == (4096, 64)
    assert header.block_count is None
    assert header.chat_template is None
    assert header.parameter_count == 68
    assert header.tensors == (
        TensorInfo("a.weight", "Q8_0", (32, 2), 0, 68),
        TensorInfo("b.weight", "F32", (4,), 96, 16),
    )


def test_lists_are_loaded_on_request_only(tmp_path: Path) -> None:
    header = read_header(written(tmp_path, SAMPLE))
    tokens = header.metadata["tokens"]
    assert isinstance(tokens, GgufArray)
    assert tokens.length == 3
    assert header.array("tokens") == ["a", "", "ccc"]
    assert header.array("scores") == [1.0, 2.0]
    assert header.array("nested") == [[1, 2]]
    with pytest.raises(ModelFileInvalid, match="too many"):
        header.array("tokens", max_items=2)
    with pytest.raises(KeyError):
        header.array("flag")


def test_long_vocabularies_with_texts_of_every_length(tmp_path: Path) -> None:
    texts = ["x" * (number % 70) for number in range(1000)] + ["y" * 300_000] * 5 + ["é"] * 600
    items = b"".join(text(item) for item in texts)
    entries = [entry("tokens", ARRAY, array_of(STRING, len(texts), items)), LLAMA]
    header = read_header(written(tmp_path, whole(entries)))
    assert header.architecture == "llama"
    assert header.array("tokens") == texts


def test_version_2_is_the_same(tmp_path: Path) -> None:
    header = read_header(written(tmp_path, whole([LLAMA], version=2)))
    assert (header.version, header.architecture) == (2, "llama")


def test_alignment_decides_where_the_data_begins(tmp_path: Path) -> None:
    entries = [entry_u32("general.alignment", 1024)]
    content = whole(entries, [tensor("t", (4,))], alignment=1024, data=bytes(16))
    assert read_header(written(tmp_path, content)).data_offset == 1024


def test_of_a_repeated_key_the_first_counts(tmp_path: Path) -> None:
    content = whole([LLAMA, entry_text("general.architecture", "other")])
    assert read_header(written(tmp_path, content)).architecture == "llama"


def test_text_that_is_not_utf8_is_replaced(tmp_path: Path) -> None:
    header = read_header(written(tmp_path, whole([entry_text("general.name", b"a\xff")])))
    assert header.text("general.name") == "a\ufffd"


@pytest.mark.parametrize(
    ("entries", "tensors", "name"),
    [
        ([entry_u32("general.file_type", 15)], [], "Q4_K_M"),
        ([entry_u32("general.file_type", 1024 + 7)], [], "Q8_0"),
        ([entry_u32("general.file_type", 38)], [], "MXFP4"),
        ([entry_u32("general.file_type", 999)], [tensor("t", (0,), 30)], "BF16"),
        ([], [tensor("a", (0, 9), 12), tensor("b", (0,), 12)], "Q4_K"),
        ([], [tensor("new", (0,), 77)], "type 77"),
        ([], [], "unknown"),
    ],
)
def test_quantization(
    tmp_path: Path, entries: list[bytes], tensors: list[bytes], name: str
) -> None:
    assert read_header(written(tmp_path, whole(entries, tensors))).quantization == name


HOSTILE = {
    "is not a GGUF file": b"<html>",
    "is not a GGUF file.": b"",
    "of GGUF version 1;": whole([LLAMA], version=1),
    "of GGUF version 4;": whole([LLAMA], version=4),
    "big-endian": b"GGUF" + struct.pack(">IQQ", 3, 0, 0),
    "claims 9223372036854775808 entries": b"GGUF" + struct.pack("<IQQ", 3, 0, 2**63),
    "claims 1152921504606846976 tensors": b"GGUF" + struct.pack("<IQQ", 3, 2**60, 0),
    "its header goes on": whole([text("k") + struct.pack("<IQ", STRING, 2**62)]) + bytes(100),
    "goes on after them": whole([entry("k", ARRAY, array_of(STRING, 2**61, b""))]) + bytes(51),
    "unknown type 13 ": whole([entry("k", 13, bytes(8))]),
    "list of the unknown type 99 ": whole([entry("k", ARRAY, array_of(99, 1, bytes(8)))]),
    "nested too deeply": whole(
        [
            entry(
                "k",
                ARRAY,
                array_of(
                    ARRAY,
                    1,
                    array_of(
                        ARRAY,
                        1,
                        array_of(ARRAY, 1, array_of(ARRAY, 1, array_of(ARRAY, 1, bytes(64)))),
                    ),
                ),
            )
        ]
    ),
    "not a power of two": whole([entry_u32("general.alignment", 3)]),
    "alignment is not": whole([entry_u32("general.alignment", 0)]),
    "has 5 dimensions": whole([], [tensor("t", (1, 1, 1, 1, 1))]),
    "not whole blocks": whole([], [tensor("t", (31, 2), 8)]),
    "should have 1084 bytes and has 64": whole([], [tensor("t", (5,), 0, 1000)]),
    "should have .* bytes and has": whole([], [tensor("t", (2**64 - 1,) * 4)]),
}


@pytest.mark.parametrize("complaint", HOSTILE)
def test_hostile_files_are_refused_with_a_reason(tmp_path: Path, complaint: str) -> None:
    path = written(tmp_path, HOSTILE[complaint])
    with pytest.raises(ModelFileInvalid, match=complaint) as refused:
        read_header(path)
    assert str(refused.value).startswith(str(path))


def test_a_text_of_gigabytes_is_not_read(tmp_path: Path) -> None:
    path = written(tmp_path, whole([text("k") + struct.pack("<IQ", STRING, 2**31)]))
    with path.open("r+b") as file:
        file.truncate(2**32)  # no bytes on the disk
    with pytest.raises(ModelFileInvalid, match="too long"):
        read_header(path)


def test_a_list_of_a_billion_texts_is_not_walked(tmp_path: Path) -> None:
    path = written(tmp_path, whole([entry("k", ARRAY, array_of(STRING, 2**29, b""))]))
    with path.open("r+b") as file:
        file.truncate(2**33)
    with pytest.raises(ModelFileInvalid, match="more list items"):
        read_header(path)


def test_what_is_missing_of_a_download_is_said(tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    tiny_gguf.write_random_model(path)
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(ModelFileInvalid, match=rf"should have {size} bytes and has {size - 1000}"):
        read_header(path)


def test_files_that_are_no_files(tmp_path: Path) -> None:
    with pytest.raises(ModelFileInvalid, match="does not exist"):
        read_header(tmp_path / "nothing")
    with pytest.raises(ModelFileInvalid, match="is a folder"):
        read_header(tmp_path)
    with pytest.raises(ModelFileInvalid, match="cannot be read"):
        read_header(tmp_path / ("n" * 300))
    with pytest.raises(ModelFileInvalid, match="not the name of a file"):
        read_header(tmp_path / "\0")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ModelFileInvalid, match="a pipe"):
        read_header(tmp_path / "pipe")


def read_all(path: Path) -> None:
    """Either works, or is refused with a reason."""
    try:
        header = read_header(path)
        assert header.quantization
        for key, value in header.metadata.items():
            if isinstance(value, GgufArray):
                header.array(key)
    except ModelFileInvalid:
        return


@pytest.mark.slow
@settings(max_examples=300, deadline=2000, derandomize=True, database=None)
@given(length=st.integers(0, len(SAMPLE) - 1))
def test_every_cut_is_refused(fuzz_path: Path, length: int) -> None:
    fuzz_path.write_bytes(SAMPLE[:length])
    with pytest.raises(ModelFileInvalid):
        read_header(fuzz_path)


@pytest.mark.slow
@settings(max_examples=500, deadline=2000, derandomize=True, database=None)
@given(st.lists(st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), max_size=4))
def test_flipped_bytes_do_no_harm(fuzz_path: Path, changes: list[tuple[int, int]]) -> None:
    content = bytearray(SAMPLE)
    for place, value in changes:
        content[place] = value
    fuzz_path.write_bytes(content)
    read_all(fuzz_path)


@pytest.mark.slow
@settings(max_examples=200, deadline=2000, derandomize=True, database=None)
@given(st.binary(max_size=200))
def test_noise_after_the_magic_does_no_harm(fuzz_path: Path, noise: bytes) -> None:
    fuzz_path.write_bytes(b"GGUF\x03\0\0\0" + noise)
    read_all(fuzz_path)
