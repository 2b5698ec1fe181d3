"""The `puna` command: what each subcommand takes, and in which words it fails.

Imports little at module level, so that `puna serve` listens quickly; asyncio, httpx and rich
come in when a command needs them.
"""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desktop.core.discovery import server_url
from desktop.core.errors import AppError, ModelFileInvalid
from desktop.core.paths import Paths
from desktop.core.version import OLLAMA_API_VERSION, PUNA_VERSION

if TYPE_CHECKING:
    from desktop.client.client import Client

app = typer.Typer(
    name="puna",
    help="A private AI server on your own computer. Without a command: the tray application.",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
ModelName = Annotated[str, typer.Argument(metavar="MODEL", help="Name of an installed model.")]


def main() -> int:
    """Run the command line; an expected failure is one sentence on stderr and exit code 1."""
    try:
        app()
    except AppError as error:
        print(f"puna: {error}", file=sys.stderr)
        return 1
    return 0


@app.callback(invoke_without_command=True)
def default(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        print(f"puna {PUNA_VERSION} (speaks Ollama's API {OLLAMA_API_VERSION})")
    elif context.invoked_subcommand is None:
        tray()


@app.command()
def tray() -> None:
    """Start the tray application; without a display, the server in this terminal."""
    from desktop.app import tray as start

    raise typer.Exit(start())


@app.command()
def serve(
    host: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS:PORT", help="Where to listen, for this start only."),
    ] = None,
) -> None:
    """Run the server in this terminal until Ctrl-C."""
    from desktop.app import serve as start

    raise typer.Exit(start(host))


@app.command()
def run(
    model: ModelName,
    prompt: Annotated[str | None, typer.Argument(help="Without it: an interactive chat.")] = None,
) -> None:
    """Ask a model, or chat with it. Text piped in is added to the prompt."""
    from desktop.cli import chat

    if not sys.stdin.isatty():
        piped = sys.stdin.read().strip()
        prompt = f"{prompt}\n\n{piped}" if prompt and piped else prompt or piped
    if prompt is None:
        chat.interactive(_client, model)
    else:
        chat.answer_once(_client, model, prompt)


@app.command("list")
def list_models() -> None:
    """Show the installed models (also: ls)."""
    import asyncio

    from desktop.cli import tables

    async def ask() -> None:
        async with _client() as client:
            tables.print_installed(await client.tags())

    asyncio.run(ask())


app.command("ls", hidden=True)(list_models)


@app.command()
def ps() -> None:
    """Show the models in memory."""
    import asyncio

    from desktop.cli import tables

    async def ask() -> None:
        async with _client() as client:
            tables.print_loaded(await client.ps())

    asyncio.run(ask())


@app.command()
def show(model: ModelName) -> None:
    """Show what is known about a model."""
    import asyncio

    from desktop.cli import tables

    async def ask() -> None:
        async with _client() as client:
            tables.print_card(await client.show(model))

    asyncio.run(ask())


@app.command()
def stop(model: ModelName) -> None:
    """Take a model out of memory."""
    import asyncio

    async def ask() -> None:
        async with _client() as client:
            await client.unload(model)

    asyncio.run(ask())


@app.command("import")
def import_model(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A GGUF file.")],
    name: Annotated[
        str | None, typer.Option(help='Such as "smollm2:135m"; without it: from the file.')
    ] = None,
) -> None:
    """Add a model file to Puna's models; works with and without a running server."""
    from desktop.cli import importing

    if not file.is_file():
        raise ModelFileInvalid(f"There is no file {file}.")
    print(f"Installed as {importing.run(_client, file.absolute(), name)}")


def _client() -> "Client":
    """A client of this machine's server, or of the one that OLLAMA_HOST names."""
    from desktop.client.client import Client

    return Client(server_url(Paths.of(os.environ).discovery_file, os.environ))
