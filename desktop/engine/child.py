"""The child process with llama.cpp in it, as the system starts it, and the way to hear from it."""

import asyncio
import subprocess
import sys
from pathlib import Path

from desktop.core.errors import WorkerFailed
from desktop.core.program import ProgramReplaced, was_replaced
from desktop.worker.frames import HEADER, body_length, unpack_report
from desktop.worker.messages import Report

_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # on Windows, no console opens


def worker_command() -> list[str]:
    """Command line of a worker; in a frozen build, the second executable beside the app's."""
    if getattr(sys, "frozen", False):
        app = Path(sys.executable).resolve()  # started through a link, maybe
        return [str(app.with_name(f"puna-worker{app.suffix}"))]
    return [sys.executable, "-P", "-m", "desktop.worker"]


async def start_child(*arguments: str) -> asyncio.subprocess.Process:
    """One that we have three pipes to.

    Raises:
        WorkerFailed: the system does not start it.
        ProgramReplaced: it would be one of another version, which may speak otherwise.
    """
    if was_replaced():
        raise ProgramReplaced
    try:
        return await asyncio.create_subprocess_exec(
            *worker_command(),
            *arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            creationflags=_NO_WINDOW,
            start_new_session=True,  # Ctrl-C in the terminal is for the server, which stops us
        )
    except OSError as error:
        raise WorkerFailed(
            f"The part of Puna that runs models cannot be started ({error.strerror or error}):"
            " start Puna again, and if that does not help, install it again."
        ) from error


async def next_report(stream: asyncio.StreamReader) -> Report | None:
    """None at end-of-file.

    Raises:
        msgspec.MsgspecError, ValueError: it is not in our language.
    """
    try:
        header = await stream.readexactly(HEADER.size)
        return unpack_report(await stream.readexactly(body_length(header)))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
