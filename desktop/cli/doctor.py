"""`puna doctor`: says how this Puna is, in words or as JSON."""

import logging
import os
import sys

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from desktop.cli.tables import PIPE_WIDTH


def run(*, as_json: bool, online: bool) -> int:
    """Returns the exit code: 1 if something needs attention."""
    from desktop.app import examine

    logging.getLogger().addHandler(logging.NullHandler())  # the report says it
    report = examine(os.environ, online=online)
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(report), indent=2).decode())
        return 0 if report.healthy else 1
    width = None if sys.stdout.isatty() else PIPE_WIDTH
    console = Console(width=width, highlight=False, markup=False)
    for part in report.sections:
        console.print(Text(part.title, style="bold"))
        table = Table(box=None, show_header=False, pad_edge=True, padding=(0, 2, 0, 1))
        for each in part.findings:
            mark = Text("!", style="bold yellow") if each.problem else Text("✓", style="green")
            table.add_row(mark, each.name, each.value)
        console.print(table)
    for problem in report.problems:
        console.print(Text("! ", style="bold yellow") + Text(problem))
    if report.healthy:
        console.print(Text("Nothing needs attention.", style="green"))
    return 0 if report.healthy else 1
