"""Prints models as tables. Columns are as wide as their words, also when piped to a file."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.table import Table

from desktop.client.answers import InstalledModel, LoadedModel, ModelCard
from desktop.core.sizes import human_bytes

PIPE_WIDTH = 10_000  # no screen, nothing to wrap at
FOREVER = timedelta(days=365 * 100)
LICENSE_LINES = 2


def print_installed(models: list[InstalledModel]) -> None:
    rows = [
        (model.name, model.digest[:12], human_bytes(model.size), _ago(model.modified_at))
        for model in models
    ]
    _print(("NAME", "ID", "SIZE", "MODIFIED"), rows)


def print_loaded(models: list[LoadedModel]) -> None:
    rows = [
        (
            model.name,
            model.digest[:12],
            human_bytes(model.size),
            processor(model.size, model.size_vram),
            str(model.context_length),
            _until(model.expires_at),
        )
        for model in models
    ]
    _print(("NAME", "ID", "SIZE", "PROCESSOR", "CONTEXT", "UNTIL"), rows)


def print_card(card: ModelCard) -> None:
    """Sections: kind, capabilities, parameters, system text, first lines of the licence."""
    info = card.model_info
    arch = str(info.get("general.architecture", card.details.family))
    facts = {
        "architecture": arch,
        "parameters": card.details.parameter_size,
        "quantization": card.details.quantization_level,
        "context length": info.get(f"{arch}.context_length", ""),
        "embedding length": info.get(f"{arch}.embedding_length", ""),
    }
    _section("Model", [f"{name:<20}{value}" for name, value in facts.items() if value])
    _section("Capabilities", card.capabilities)
    _section("Parameters", [" ".join(line.split(None, 1)) for line in card.parameters.splitlines()])
    _section("System", card.system.splitlines())
    words = [line.strip() for line in card.license.splitlines() if line.strip()]
    _section("License", words[:LICENSE_LINES])


def processor(size: int, size_vram: int) -> str:
    """Where a model's memory is.

    >>> processor(100, 0), processor(100, 100), processor(100, 52)
    ('100% CPU', '100% GPU', '48%/52% CPU/GPU')
    """
    gpu = round(100 * size_vram / size) if size else 0
    if gpu in (0, 100):
        return "100% GPU" if gpu else "100% CPU"
    return f"{100 - gpu}%/{gpu}% CPU/GPU"


def span(seconds: float) -> str:
    """A length of time, in its largest unit.

    >>> span(20), span(70), span(3 * 3600), span(86400 * 400)
    ('20 seconds', '1 minute', '3 hours', '13 months')
    """
    units = (("month", 30 * 86400), ("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))
    word, length = next((unit for unit in units if seconds >= unit[1]), units[-1])
    count = int(seconds // length)
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _ago(moment: datetime) -> str:
    return f"{span((datetime.now(UTC) - moment).total_seconds())} ago"


def _until(moment: datetime) -> str:
    left = moment - datetime.now(UTC)
    if left > FOREVER:
        return "for ever"
    return f"{span(left.total_seconds())} from now" if left > timedelta() else "stopping"


def _section(title: str, lines: list[str]) -> None:
    if lines:
        print(f"  {title}")
        print("".join(f"    {line}\n" for line in lines))


def _print(titles: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    table = Table(*titles, box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="")
    for row in rows:
        table.add_row(*row)
    width = None if sys.stdout.isatty() else PIPE_WIDTH
    Console(width=width, highlight=False, markup=False).print(table)
