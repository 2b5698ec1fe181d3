"""Which of llama.cpp's libraries a worker takes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

LISTED = "from desktop.worker.devices import list_devices; print(*list_devices().backends)"
LOADED = """
from desktop.worker.library import library_folder, start_backends
start_backends()
start_backends()
print(library_folder())
print(*sorted(line.split()[-1] for line in open("/proc/self/maps") if "libggml" in line))
"""
REFUSED = """
from desktop.core.errors import ModelLoadFailed
from desktop.worker import library
library.ggml_libraries = lambda: [Empty()]
class Empty:
    def ggml_backend_reg_count(self): return 0
    def ggml_backend_load_all_from_path(self, folder): assert folder
try:
    library.start_backends()
except ModelLoadFailed as error:
    print(error.code, error)
"""


def told(code: str, folder: Path | None = None) -> str:
    """What a process prints; with llama.cpp's libraries of this folder."""
    environ = dict(os.environ)
    environ.pop("LLAMA_CPP_LIB_PATH", None)
    if folder:
        environ["LLAMA_CPP_LIB_PATH"] = str(folder)
    command = [sys.executable, "-c", code]
    return subprocess.check_output(command, env=environ, text=True, timeout=60)


def test_the_installed_build_has_its_backend_inside() -> None:
    assert "CPU" in told(LISTED).split()


@pytest.mark.skipif(sys.platform != "linux", reason="reads the list of a process's files")
def test_no_library_is_loaded_twice(tmp_path: Path) -> None:
    """Wheels have each under several names; a second copy would have a list of its own."""
    folder, files = told(LOADED).splitlines()
    names = {Path(file).name.split(".so")[0] for file in files.split()}
    assert len(set(files.split())) == len(names)
    copy = tmp_path / "libraries"
    shutil.copytree(folder, copy)
    assert told(LOADED, copy).splitlines()[0] == str(copy)


def test_a_folder_with_nothing_for_this_processor_is_told() -> None:
    code, _, sentence = told(REFUSED).partition(" ")
    assert code == "unsupported_cpu"
    assert "nothing" in sentence
