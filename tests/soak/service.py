"""The service under the soak: a process of its own, as users have it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from desktop.models.importing import import_gguf
from desktop.models.names import ModelName
from desktop.models.store import ModelStore
from tests.tiny_gguf import Shape, write_random_model, write_script_model

SPEAKERS = ("script", "endless", "random")
EMBEDDER = "embedder"
SETTINGS = {"max_loaded_models": 2, "context_tokens": 2048, "max_queue": 16}
STOP_S = 30.0
_BUGS = ("Traceback", "unexpected error", "internal error", "has stood still")


def install_models(home: Path) -> None:
    """One that ends, one that does not, one whose words depend on the question, and one that
    makes embeddings."""
    files = home / "files"
    files.mkdir()
    write_script_model(files / "script", "Hello big world", context=4096)
    write_script_model(files / "endless", "a b c", eos=False, context=4096)
    write_random_model(files / "random", shape=Shape(context=4096))
    write_random_model(files / EMBEDDER, extra={"llama.pooling_type": 1})
    for file in files.iterdir():
        import_gguf(ModelStore(home / "models"), file, ModelName.parse(file.name))


class SoakService:
    """`puna serve` with its files in `home`."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._log = home / "soak.log"
        self.url = ""
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        (self._home / "settings.json").write_text(json.dumps(SETTINGS))
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "desktop", "serve", "--host", "127.0.0.1:0"],
                env=os.environ | {"PUNA_HOME": str(self._home), "HOME": str(self._home)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout
        words = self._process.stdout.readline().split()
        assert words[:3] == ["Puna", "listens", "at"], words
        self.url = words[3]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._process.communicate()

    @property
    def is_up(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def process(self) -> psutil.Process:
        assert self._process
        return psutil.Process(self._process.pid)

    def workers(self) -> list[psutil.Process]:
        return self.process.children()

    def complaints(self) -> list[str]:
        """Lines of its log that no service should write, and how it ended if not well."""
        text = self._log.read_text(errors="replace").splitlines()
        found = [f"log: {line}" for line in text if any(bug in line for bug in _BUGS)]
        code = self._process.poll() if self._process else None
        return found if code in (0, None) else [*found, f"the service ended with {code}"]
