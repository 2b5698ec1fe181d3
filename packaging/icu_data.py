"""Cuts down ICU's data, of which Qt brings 32 MB on Linux and uses the lesser part.

Qt sorts, changes case and reads time zones with ICU; languages' names, currencies, units, breaks
between words and old encodings it has itself, or nobody asks it for them. Layout of the data: a
header, a table of offsets, names, items (ICU, `source/common/ucmndata.h`, `unicode/udata.h`).
"""

import re
import struct
import subprocess
import tempfile
from pathlib import Path

_USED = re.compile(
    r"""[^/]+/(?:
        [^/]+\.(?:icu|nrm)
        | (?!(?!root\.|pool\.|res_index\.)[a-z]{2,3}[._])[^/]+\.res  # no language's
        | (?:zone/)?(?:de|en|pool|res_index|root)(?:_\w+)?\.res
        | coll/.*
      )""",
    re.VERBOSE,
)
_MAGIC = re.compile(rb"..\xda\x27.{8}CmnD", re.DOTALL)
_ALIGN = 16


class DataUnknown(Exception):
    """The library does not hold ICU's data as we know it."""


def cut_library(path: Path) -> int:
    """Replace `libicudata.so.N` by one with the used items alone; returns the bytes saved.

    Raises:
        DataUnknown: nothing was changed.
    """
    before = path.stat().st_size
    symbol = f"icudt{path.suffix.removeprefix('.')}_dat"
    with tempfile.TemporaryDirectory() as name:
        data, code, made = (Path(name, each) for each in ("data", "data.s", "library"))
        data.write_bytes(cut(path.read_bytes()))
        code.write_text(
            f'.section .note.GNU-stack,"",@progbits\n.section .rodata\n.globl {symbol}\n'
            f'.type {symbol}, @object\n.balign {_ALIGN}\n{symbol}:\n.incbin "{data}"\n'
            f".size {symbol}, . - {symbol}\n"
        )
        command = ["cc", "-shared", "-nostdlib", f"-Wl,-soname,{path.name}"]
        subprocess.run([*command, "-o", str(made), str(code)], check=True)
        path.write_bytes(made.read_bytes())
    return before - path.stat().st_size


def cut(library: bytes) -> bytes:
    """ICU's data out of a library, without what is not used.

    Raises:
        DataUnknown: there is none, or none that begins as it should.
    """
    found = _MAGIC.search(library)
    if not found:
        raise DataUnknown("no data of ICU")
    (header_size,) = struct.unpack_from("<H", library, found.start())
    table = found.start() + header_size
    items = _items(library, table)
    used = {name: body for name, body in items.items() if _USED.fullmatch(name)}
    if not {name for name in used if name.endswith("/root.res")}:
        raise DataUnknown("data of ICU without a root")
    return library[found.start() : table] + _packed(used)


def _items(library: bytes, table: int) -> dict[str, bytes]:
    """By name, in their order. The last one is not cut at its end, which nothing tells."""
    (count,) = struct.unpack_from("<I", library, table)
    entries = list(struct.iter_unpack("<II", library[table + 4 : table + 4 + 8 * count]))
    ends = [offset for _, offset in entries[1:]] + [len(library) - table]
    items = {}
    for (name, offset), end in zip(entries, ends, strict=True):
        start = table + name
        word = library[start : library.index(b"\0", start)].decode("ascii")
        items[word] = library[table + offset : table + end]
    return items


def _packed(items: dict[str, bytes]) -> bytes:
    """Table, names and items."""
    names, name_offsets = b"", []
    first = 4 + 8 * len(items)
    for name in items:
        name_offsets.append(first + len(names))
        names += name.encode("ascii") + b"\0"
    bodies, offsets = b"", []
    start = _aligned(first + len(names))
    for body in items.values():
        offsets.append(start + len(bodies))
        bodies += body.ljust(_aligned(len(body)), b"\0")
    entries = zip(name_offsets, offsets, strict=True)
    table = struct.pack("<I", len(items)) + b"".join(struct.pack("<II", *each) for each in entries)
    return (table + names).ljust(start, b"\0") + bodies


def _aligned(size: int) -> int:
    return -(-size // _ALIGN) * _ALIGN
