"""Writes small files whole or not at all."""

import os
import threading
from contextlib import suppress
from pathlib import Path


def write_whole(
    path: Path, content: bytes, *, private: bool = False, scratch: Path | None = None
) -> None:
    """Replace a file, or make it and its folder. It is seen complete, even after a power cut.

    Args:
        private: Only its owner may read it.
        scratch: Folder on the same disk for the draft, which must exist; None: the file's own.

    Raises:
        OSError: it is as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    name = f".puna-{path.name}.{os.getpid()}-{threading.get_ident()}"
    draft = (scratch or path.parent) / name
    draft.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with open(os.open(draft, flags, 0o600 if private else 0o666), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
