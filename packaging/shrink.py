"""Makes a frozen application smaller where that takes nothing away: Linux only.

Names for debuggers leave the libraries, and what Qt does not use leaves ICU's data.
"""

import struct
import subprocess
import tempfile
from pathlib import Path

from icu_data import cut_library

_LOADED = 1  # PT_LOAD


def shrink(folder: Path) -> int:
    """Work on every library under a folder; returns the bytes saved."""
    saved = 0
    for path in sorted(folder.rglob("*.so*")):
        if path.is_symlink() or not path.is_file():
            continue
        if path.name.startswith("libicudata.so."):
            saved += cut_library(path)
        else:
            saved += _strip(path)
    return saved


def _strip(path: Path) -> int:
    """Nothing happens to a library that could not be loaded any more, as may be the case with what
    `auditwheel` has rewritten."""
    with tempfile.NamedTemporaryFile() as draft:
        command = ["strip", "--strip-unneeded", "-o", draft.name, str(path)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            return 0
        content = Path(draft.name).read_bytes()
        saved = path.stat().st_size - len(content)
        if saved <= 0 or not _can_be_loaded(content):
            return 0
        path.write_bytes(content)
        return saved


def _can_be_loaded(library: bytes) -> bool:
    """Whether each part of a 64-bit ELF file lies on a page as the loader wants it."""
    (table,) = struct.unpack_from("<Q", library, 32)
    size, count = struct.unpack_from("<HH", library, 54)
    for at in range(table, table + size * count, size):
        kind, _flags, offset, address = struct.unpack_from("<IIQQ", library, at)
        (alignment,) = struct.unpack_from("<Q", library, at + 48)
        if kind == _LOADED and (offset - address) % max(alignment, 1):
            return False
    return True
