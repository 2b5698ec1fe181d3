"""Makes libraries forget the folders of the machine that built them: Linux only.

A Python that was installed into a folder of its own is looked for there by each of its modules. On
the machine of a user that folder is missing, or it is somebody else's.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

_LOADED, _DYNAMIC = 1, 2  # PT_LOAD, PT_DYNAMIC
_END, _STRINGS = 0, 5  # DT_NULL, DT_STRTAB
_SEARCHED = (15, 29)  # DT_RPATH, DT_RUNPATH
_ENTRY = struct.Struct("<QQ")  # tag, value


def forget_build_folders(folder: Path) -> int:
    """Work on every library under a folder; returns how many were changed."""
    changed = 0
    for path in sorted(folder.rglob("*.so*")):
        if path.is_symlink() or not path.is_file():
            continue
        before = path.read_bytes()
        after = without_build_folders(before)
        if after != before:
            path.write_bytes(after)
            changed += 1
    return changed


def without_build_folders(library: bytes) -> bytes:
    """A 64-bit ELF file of the same size that looks in no folder with a fixed name. Folders beside
    the library ("$ORIGIN/…") stay, and so does a list that has any of these."""
    parts = list(_parts(library))
    dynamic = next(((at, size) for kind, at, _, size in parts if kind == _DYNAMIC), None)
    if dynamic is None:
        return library
    start, size = dynamic
    entries = list(_ENTRY.iter_unpack(library[start : start + size]))
    address = next((value for tag, value in entries if tag == _STRINGS), 0)
    strings = next(
        (
            at + address - first
            for kind, at, first, length in parts
            if kind == _LOADED and first <= address < first + length
        ),
        None,
    )
    if strings is None:
        return library
    kept = [
        (tag, value)
        for tag, value in entries
        if tag not in _SEARCHED or b"$" in _text(library, strings + value)
    ]
    kept += [(_END, 0)] * (len(entries) - len(kept))
    table = b"".join(_ENTRY.pack(*entry) for entry in kept)
    return library[:start] + table + library[start + len(table) :]


def _parts(library: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Kind, place in the file, address, and length in the file of each part."""
    if library[:6] != b"\x7fELF\x02\x01":
        return
    (table,) = struct.unpack_from("<Q", library, 32)
    size, count = struct.unpack_from("<HH", library, 54)
    for at in range(table, table + size * count, size):
        kind, _, offset, address, _, length = struct.unpack_from("<IIQQQQ", library, at)
        yield kind, offset, address, length


def _text(library: bytes, at: int) -> bytes:
    return library[at : library.index(b"\0", at)]
