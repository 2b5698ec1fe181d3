"""Builds numpy without a library for linear algebra.

    .venv/bin/python packaging/build_numpy.py

The worker compares, adds and sorts numbers and multiplies no matrices, and that library is half of
numpy's wheel twice over (28 MB). Takes 6 minutes, once: the result stays in `.cache/numpy`.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from macos_image import OLDEST

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = ["-Dallow-noblas=true", "-Dblas=none", "-Dlapack=none"]
if platform.machine() in ("AMD64", "x86_64"):
    OPTIONS.append("-Dcpu-dispatch=X86_V3")  # AVX-512 gains us little for 3 MB
if sys.platform == "win32":
    OPTIONS.append("--vsenv")  # Microsoft's compiler, also where another one is on the path


class BuildFailed(Exception):
    """One sentence that says why."""


def main() -> int:
    try:
        print(built())
    except BuildFailed as error:
        print(f"numpy is not built: {error}")
        return 1
    return 0


def built() -> Path:
    """A folder to be put before the others in Python's search, built if it is not there.

    Raises:
        BuildFailed: nothing is left in the folder.
    """
    wanted, tag = version("numpy"), sys.implementation.cache_tag
    key = hashlib.sha256(" ".join(OPTIONS).encode()).hexdigest()[:8]
    target = ROOT / ".cache" / "numpy" / f"{wanted}-{tag}-{key}"
    if target.is_dir():
        return target
    print(f"Building numpy {wanted} without linear algebra …", flush=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as name:
        options = [f"-Csetup-args={option}" for option in OPTIONS]
        _pip("wheel", "--no-binary", "numpy", "--wheel-dir", name, *options, f"numpy=={wanted}")
        wheel = next(Path(name).glob("numpy-*.whl"))
        _pip("install", "--target", f"{name}/site", str(wheel))
        shutil.move(f"{name}/site", target)
    return target


def _pip(*words: str) -> None:
    command = [sys.executable, "-m", "pip", words[0], "--quiet", "--no-deps", *words[1:]]
    environ = os.environ | {"MACOSX_DEPLOYMENT_TARGET": OLDEST}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildFailed(f"pip {words[0]} failed:\n{done.stderr.strip()[-1000:]}")


if __name__ == "__main__":
    sys.exit(main())
