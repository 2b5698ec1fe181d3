"""Versions of Puna, to be compared."""

import re

_FORM = re.compile(r"\d{1,6}(?:\.\d{1,6}){1,3}")


def parse_version(text: str) -> tuple[int, ...]:
    """Its numbers, without zeros at the end.

    Raises:
        ValueError: it is no version.

    >>> parse_version("0.10.0") > parse_version("0.9.12"), parse_version("1.0")
    (True, (1,))
    """
    if not _FORM.fullmatch(text):
        raise ValueError(f"{text!r:.40} is no version")
    numbers = [int(part) for part in text.split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
