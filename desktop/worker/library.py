"""llama.cpp through llama-cpp-python's ctypes layer alone.

Importing the whole package costs a quarter of a second and 25 MB (numpy, jinja2, diskcache) for
nothing we use, so its `__init__` is stepped over. Only this worker's modules import `llama`.
"""

import contextlib
import ctypes
import importlib
import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any


def _open() -> Any:
    spec = importlib.util.find_spec("llama_cpp")
    if spec is None or spec.submodule_search_locations is None:
        raise ImportError("llama-cpp-python is not installed")
    package = ModuleType("llama_cpp")
    package.__path__ = list(spec.submodule_search_locations)
    package.__spec__ = spec
    sys.modules["llama_cpp"] = package
    return importlib.import_module("llama_cpp.llama_cpp")


llama = _open()


def open_mtmd() -> Any:
    """The ctypes layer of libmtmd, which reads images and sounds."""
    return importlib.import_module("llama_cpp.mtmd_cpp")


def start_backends() -> None:
    """Make the compute devices known; needed where they are loaded at run time
    (`GGML_BACKEND_DL`)."""
    llama.llama_backend_init()
    folder = Path(os.environ.get("LLAMA_CPP_LIB_PATH") or Path(llama.__file__).parent / "lib")
    pattern = "ggml.dll" if sys.platform == "win32" else "libggml.*"
    for file in sorted(folder.glob(pattern)):
        with contextlib.suppress(OSError, AttributeError):
            ggml = ctypes.CDLL(str(file))
            if ggml.ggml_backend_reg_count() == 0:
                ggml.ggml_backend_load_all_from_path(os.fsencode(folder))
            return
