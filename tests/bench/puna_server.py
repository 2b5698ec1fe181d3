"""Runs Puna as its users do, `python -m desktop serve`, in a folder of its own that holds the
model.
"""

import os
import sys
from pathlib import Path

from desktop.core.paths import Paths
from desktop.models.importing import import_gguf
from desktop.models.names import ModelName
from desktop.models.store import ModelStore
from tests.bench.process import ServerProcess, free_address

NAME = "bench:latest"  # of the model
ROOT = Path(__file__).parents[2]


def prepare_home(home: Path, model: Path) -> None:
    """Make `home` a Puna folder with one model in it, called `NAME`."""
    store = ModelStore(Paths.of({"PUNA_HOME": str(home)}).models)
    import_gguf(store, model, ModelName.parse(NAME))


def puna_server(home: Path, *, parallel: int = 8) -> ServerProcess:
    """Start the server, not waiting for it. `home` becomes PUNA_HOME; no model is loaded yet."""
    address = free_address()
    listen = f"{address.host}:{address.port}"
    environ = {name: value for name, value in os.environ.items() if "OLLAMA" not in name}
    environ |= {"PUNA_HOME": str(home), "OLLAMA_NUM_PARALLEL": str(parallel)}
    command = [sys.executable, "-m", "desktop", "serve", "--host", listen]
    log = home / f"serve-{address.port}.log"
    return ServerProcess(command, address, log=log, environ=environ, folder=ROOT)
