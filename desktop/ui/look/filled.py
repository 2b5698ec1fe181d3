"""Texts with places for values, which may stand in another order in another language."""

import re


def filled(text: str, *values: str) -> str:
    """`%1` becomes the first value, and so on; what is in a value stays as it is.

    >>> filled("%2 of %1", "100 %1", "7")
    '7 of 100 %1'
    """
    return re.sub(r"%([1-9])", lambda found: values[int(found[1]) - 1], text)
