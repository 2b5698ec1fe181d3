"""llama.cpp through llama-cpp-python's ctypes layer alone.

Importing the whole package costs a quarter of a second and 25 MB (numpy, jinja2, diskcache) for
nothing we use, so its `__init__` is stepped over. Only this worker's modules import `llama`.
"""

import ctypes
import importlib
import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from desktop.core.errors import ModelLoadFailed


def _open() -> Any:
    spec = importlib.util.find_spec("llama_cpp")
    if spec is None or spec.submodule_search_locations is None:
        raise ImportError("llama-cpp-python is not installed")
    package = ModuleType("llama_cpp")
    package.__path__ = list(spec.submodule_search_locations)
    package.__spec__ = spec
    sys.modules["llama_cpp"] = package
    return importlib.import_module("llama_cpp.llama_cpp")


# At a crash, ggml would start a debugger where there is one. That takes seconds, and its words hide
# the last ones of llama.cpp.
os.environ.setdefault("GGML_NO_BACKTRACE", "1")
llama = _open()


def open_mtmd() -> Any:
    """The ctypes layer of libmtmd, which reads images and sounds."""
    return importlib.import_module("llama_cpp.mtmd_cpp")


def library_folder() -> Path:
    """Where llama.cpp's libraries are."""
    return Path(os.environ.get("LLAMA_CPP_LIB_PATH") or Path(llama.__file__).parent / "lib")


def ggml_libraries() -> list[ctypes.CDLL]:
    """What has ggml's functions, as it is loaded already: a second copy would know no device."""
    if sys.platform != "win32":
        return [llama._lib]  # one that depends on others finds their functions as well
    return [ctypes.CDLL(str(library_folder() / name)) for name in ("ggml.dll", "ggml-base.dll")]


def start_backends() -> None:
    """Make the compute devices known. A build for one processor has its own inside; one for any
    (`GGML_BACKEND_DL`) picks it here, among the files of the folder.

    Raises:
        ModelLoadFailed: there is none for this processor.
    """
    llama.llama_backend_init()
    ggml, *_ = ggml_libraries()
    if ggml.ggml_backend_reg_count():
        return
    folder = library_folder()
    ggml.ggml_backend_load_all_from_path(os.fsencode(folder))
    if not ggml.ggml_backend_reg_count():
        raise ModelLoadFailed(
            f"llama.cpp finds nothing in {folder} that can compute on this machine.",
            reason="missing_cpu_feature",
        )
