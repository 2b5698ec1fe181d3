"""What the kernel tells in small files below `/proc` and `/sys` (Linux)."""

from pathlib import Path


def text_of(path: Path) -> str:
    """Without the space around it; empty where there is no such file, it may not be read, or the
    device behind it does not answer."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def number_of(path: Path) -> int | None:
    """None where there is none: no such file, or a word such as `max`."""
    text = text_of(path)
    return int(text) if text.isascii() and text.isdigit() else None
