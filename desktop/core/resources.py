"""Finds the files of `resources/`: icons, and what else is not code."""

import sys
from pathlib import Path


def resource(name: str) -> Path:
    """Path of one file: in the frozen application, the source tree, or an installed package.

    >>> resource("puna.svg").name
    'puna.svg'
    """
    places = (
        Path(getattr(sys, "_MEIPASS", ""), "resources") if hasattr(sys, "_MEIPASS") else None,
        Path(__file__).resolve().parents[2] / "resources",
        Path(sys.prefix, "share", "puna", "resources"),
    )
    for place in places:
        if place and (place / name).is_file():
            return place / name
    raise FileNotFoundError(f"resource {name} is missing from this installation")
