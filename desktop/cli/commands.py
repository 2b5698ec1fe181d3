"""The `puna` command: what each subcommand takes, and in which words it fails.

Imports little at module level, so that `puna serve` listens quickly; asyncio, httpx and rich
come in when a command needs them.
"""

import contextlib
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desktop.core.discovery import find_server
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
Safe = Annotated[bool, typer.Option("--safe", help="Without your settings, for this start only.")]
ModelName = Annotated[str, typer.Argument(metavar="MODEL", help="Name of an installed model.")]


def main() -> int:
    """Run the command line; an expected failure is one sentence on stderr and exit code 1."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # Windows' files and old terminals lack letters
        sys.stdout.reconfigure(errors="replace")
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
    safe: Safe = False,
) -> None:
    if version:
        print(f"puna {PUNA_VERSION} (speaks Ollama's API {OLLAMA_API_VERSION})")
    elif context.invoked_subcommand is None:
        tray(safe=safe)


@app.command()
def tray(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE", help="GGUF files to add.")
    ] = None,
    place: Annotated[
        str,
        typer.Option(
            "--open", help="Window to open: chat, models, status, connect, settings or help."
        ),
    ] = "",
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Open no window, as at the start of the session.")
    ] = False,
    safe: Safe = False,
) -> None:
    """Start the tray application; without a display, the server in this terminal. If it runs
    already, it opens a window."""
    from desktop.app import tray as start

    raise typer.Exit(start(place, files or (), quiet=quiet, safe=safe))


@app.command("quit")
def quit_tray() -> None:
    """End the tray application, as its menu does. Downloads go on at the next start."""
    from desktop.app import send_tray_away

    if not send_tray_away():
        print("puna: The tray application does not answer.", file=sys.stderr)
        raise typer.Exit(1)


@app.command()
def serve(
    host: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS:PORT", help="Where to listen, for this start only."),
    ] = None,
    safe: Safe = False,
) -> None:
    """Run the server in this terminal until Ctrl-C."""
    from desktop.app import serve as start

    raise typer.Exit(start(host, safe=safe))


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
def show(
    model: ModelName,
    modelfile: Annotated[bool, typer.Option("--modelfile", help="Its Modelfile.")] = False,
    parameters: Annotated[bool, typer.Option("--parameters", help="Its options.")] = False,
    template: Annotated[bool, typer.Option("--template", help="Its prompt template.")] = False,
    system: Annotated[bool, typer.Option("--system", help="Its system text.")] = False,
    license_text: Annotated[bool, typer.Option("--license", help="Its licence.")] = False,
) -> None:
    """Show what is known about a model, or one of its texts."""
    import asyncio

    wanted = {
        "modelfile": modelfile,
        "parameters": parameters,
        "template": template,
        "system": system,
        "license": license_text,
    }
    texts = [name for name, is_wanted in wanted.items() if is_wanted]
    if len(texts) > 1:
        raise typer.BadParameter("only one of the texts can be shown at a time")
    if texts:
        from desktop.cli import exporting

        exporting.show_text(_client, model, texts[0])
        return

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


Insecure = Annotated[bool, typer.Option("--insecure", help="Allow plain http.")]


@app.command()
def pull(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A name, or a web address.")],
    insecure: Insecure = False,
) -> None:
    """Download a model, or bring it up to date. Ctrl-C stops; the next pull goes on from there."""
    from desktop.cli import transfers

    transfers.run(_client, lambda client: client.pull(model, insecure=insecure))


@app.command()
def push(model: ModelName, insecure: Insecure = False) -> None:
    """Send a model to the registry that its name belongs to."""
    from desktop.cli import transfers

    transfers.run(_client, lambda client: client.push(model, insecure=insecure))


@app.command("cp")
def copy(
    source: ModelName,
    destination: Annotated[str, typer.Argument(metavar="NAME", help="The second name.")],
) -> None:
    """Give a model a second name; its files are shared."""
    import asyncio

    async def ask() -> None:
        async with _client() as client:
            await client.copy(source, destination)

    asyncio.run(ask())
    print(f"Copied {source} to {destination}")


@app.command("rm")
def remove(
    models: Annotated[list[str], typer.Argument(metavar="MODEL…", help="Installed models.")],
) -> None:
    """Remove models from the disk."""
    import asyncio

    async def ask() -> None:
        async with _client() as client:
            for model in models:
                with contextlib.suppress(AppError):
                    await client.unload(model)  # or its memory would stay taken for a while
                await client.delete(model)
                print(f"Removed {model}")

    asyncio.run(ask())


@app.command()
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the new model.")],
    file: Annotated[
        Path, typer.Option("--file", "-f", metavar="MODELFILE", help="What it is made of.")
    ] = Path("Modelfile"),
    quantize: Annotated[
        str, typer.Option("--quantize", "-q", metavar="TYPE", help="Such as Q4_K_M.")
    ] = "",
    draft_quantize: Annotated[
        str, typer.Option("--draft-quantize", metavar="TYPE", help="For its DRAFT model.")
    ] = "",
) -> None:
    """Make a model by a Modelfile."""
    from desktop.cli import creating

    creating.run(_client, name, file, quantize=quantize, draft_quantize=draft_quantize)


@app.command()
def export(
    model: ModelName,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new or empty one.")],
    link: Annotated[
        bool, typer.Option("--link", help="Share the files with Puna; do not write to them then.")
    ] = False,
) -> None:
    """Write a model's files and its Modelfile into a folder."""
    from desktop.cli import exporting

    for file in exporting.run(_client, model, folder.absolute(), link=link):
        print(file)


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    online: Annotated[
        bool, typer.Option("--online", help="Connect to where models come from, too.")
    ] = False,
) -> None:
    """Look at everything that could be wrong; exit code 1 if something needs attention."""
    from desktop.cli import doctor

    raise typer.Exit(doctor.run(as_json=as_json, online=online))


@app.command("import")
def import_model(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A GGUF file, or a folder.")],
    name: Annotated[
        str | None, typer.Option(help='Such as "smollm2:135m"; without it: from the file.')
    ] = None,
) -> None:
    """Add a model file to Puna's models; works with and without a running server."""
    from desktop.cli import importing

    if not file.exists():
        raise ModelFileInvalid(f"There is no file {file}.")
    print(f"Installed as {importing.run(_client, file.absolute(), name)}")


def _client() -> "Client":
    """A client of this machine's server, or of the one that OLLAMA_HOST names."""
    from desktop.client.client import Client

    url, key = find_server(Paths.of(os.environ).discovery_file, os.environ)
    return Client(url, key)
