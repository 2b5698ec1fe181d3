"""Figures as people of this language write them."""

from PySide6.QtCore import QLocale


def size_text(size_bytes: float) -> str:
    """Bytes in decimal units, as shops and download pages count.

    >>> QLocale.setDefault(QLocale("de")); size_text(3_212_749_888), size_text(98_362_432)
    ('3,2 GB', '98 MB')
    >>> QLocale.setDefault(QLocale("en")); size_text(3_212_749_888), size_text(999)
    ('3.2 GB', '999 B')
    """
    locale = QLocale()
    for unit, scale in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size_bytes >= scale:
            value = size_bytes / scale
            return f"{locale.toString(value, 'f', 1 if value < 10 else 0)} {unit}"
    return f"{locale.toString(int(size_bytes))} B"
