"""Runs the `llama-server` of `llama_build.py`, with its own defaults but for what both sides
share.
"""

import os
from pathlib import Path

from tests.bench.llama_build import Build
from tests.bench.process import ServerProcess, free_address
from tests.bench.terms import Terms


def llama_server(build: Build, terms: Terms, folder: Path) -> ServerProcess:
    """Start it and wait until its model is loaded.

    Every slot has `terms.context` tokens of its own, as each of Puna's requests has.

    Raises:
        ServerFailed: it ended, or did not load the model in time.
    """
    address = free_address()
    threads = str(terms.threads)
    arguments = ["--model", str(terms.model), "--host", address.host, "--port", str(address.port)]
    arguments += ["--threads", threads, "--threads-batch", threads]
    arguments += ["--parallel", str(terms.parallel)]
    arguments += ["--ctx-size", str(terms.context * terms.parallel)]
    environ = {name: value for name, value in os.environ.items() if "LLAMA" not in name}
    log = folder / f"llama-server-{address.port}.log"
    process = ServerProcess(
        [build.binary, *arguments], address, log=log, environ=environ, folder=folder
    )
    try:
        process.wait_for("/health", 120)
    except BaseException:
        process.__exit__()
        raise
    return process
