"""Prints the table, and the facts about the machine without which its figures mean nothing."""

import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

from desktop.core.version import PUNA_VERSION
from tests.bench.figures import Figure, spread

HEADINGS = ("measure", "unit", "n", "llama-server", "Puna", "ratio", "bar", "")


def table(figures: Sequence[Figure]) -> str:
    """All figures, one line each; medians, then (min-max)."""
    rows = [HEADINGS, *(cells(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    rule = "  ".join("-" * width for width in widths if width)
    notes = [f"{figure.name}: {figure.note}" for figure in figures if figure.note]
    return "\n".join([lines[0], rule, *lines[1:], *notes])


def cells(figure: Figure) -> tuple[str, ...]:
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    limit = str(figure.limit or "")
    both = spread(figure.llama), spread(figure.puna)
    return (figure.name, figure.unit, str(len(figure.puna)), *both, ratio, limit, figure.verdict)


def machine_facts(llama_cpp: str, model: Path, threads: int) -> str:
    cores = os.cpu_count() or 1
    load = f", load {os.getloadavg()[0]:.1f} before the run" if hasattr(os, "getloadavg") else ""
    return (
        f"{processor()}, {cores} cores{load}; {platform.system()} {platform.machine()}\n"
        f"Puna {PUNA_VERSION}, Python {sys.version.split()[0]}; llama.cpp {llama_cpp}\n"
        f"{model.name}, {threads} threads on both sides"
    )


def processor() -> str:
    """The processor's name, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "unknown processor")
