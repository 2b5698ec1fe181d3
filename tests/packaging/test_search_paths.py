"""Where the libraries of the package look for others."""

import struct
from pathlib import Path

import pytest
from search_paths import forget_build_folders

NEEDED, STRINGS, RUNPATH = 1, 5, 29
ADDRESS, STRINGS_AT = 0x5000, 256


def library(looks_in: str) -> bytes:
    """The parts of a 64-bit ELF file that the loader reads to find other libraries."""
    head = bytearray(64)
    head[:6] = b"\x7fELF\x02\x01"
    struct.pack_into("<Q", head, 32, 64)
    struct.pack_into("<HH", head, 54, 56, 2)
    strings = b"\0" + looks_in.encode() + b"\0libz.so.1\0"
    tags = ((RUNPATH, 1), (NEEDED, 2 + len(looks_in)), (STRINGS, ADDRESS + STRINGS_AT), (0, 0))
    table = b"".join(struct.pack("<QQ", *tag) for tag in tags)
    loaded = struct.pack("<IIQQQQQQ", 1, 4, 0, ADDRESS, 0, 512, 512, 4096)
    dynamic = struct.pack("<IIQQQQQQ", 2, 4, 176, ADDRESS + 176, 0, len(table), len(table), 8)
    return (bytes(head) + loaded + dynamic + table).ljust(STRINGS_AT, b"\0") + strings


def tags(content: bytes) -> list[int]:
    return [tag for tag, _ in struct.iter_unpack("<QQ", content[176 : 176 + 64])]


@pytest.mark.parametrize(
    ("looks_in", "left"),
    [
        ("/opt/python/lib", [NEEDED, STRINGS, 0, 0]),
        ("$ORIGIN/../lib", [RUNPATH, NEEDED, STRINGS, 0]),
    ],
)
def test_only_folders_beside_the_library_are_searched(
    looks_in: str, left: list[int], tmp_path: Path
) -> None:
    path = tmp_path / "libpython3.so.1.0"
    path.write_bytes(library(looks_in))
    assert forget_build_folders(tmp_path) == (len(left) - left.count(0) == 2)
    after = path.read_bytes()
    assert tags(after) == left
    assert len(after) == len(library(looks_in))


def test_what_is_no_library_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.so.txt").write_text("no library")
    assert forget_build_folders(tmp_path) == 0
