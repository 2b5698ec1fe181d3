"""Sizes in words: bytes and parameter counts."""


def human_bytes(size_bytes: float) -> str:
    """Decimal units, as download pages and Ollama's CLI show them.

    >>> human_bytes(144_000_000), human_bytes(999), human_bytes(2_019_393_189)
    ('144 MB', '999 B', '2.0 GB')
    """
    for unit, scale in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("KB", 1e3)):
        if size_bytes >= scale:
            value = size_bytes / scale
            return f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}"
    return f"{size_bytes:.0f} B"


def human_parameters(count: int) -> str:
    """Parameter counts as Ollama writes them.

    >>> human_parameters(134_515_008), human_parameters(3_212_749_888), human_parameters(1500)
    ('134.52M', '3.2B', '1.50K')
    """
    if count >= 1e12:
        return f"{count / 1e12:.1f}T"
    if count >= 1e9:
        return f"{count / 1e9:.1f}B"
    if count >= 1e6:
        return f"{count / 1e6:.2f}M"
    if count >= 1e3:
        return f"{count / 1e3:.2f}K"
    return str(count)
