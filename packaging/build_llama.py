"""Builds llama.cpp for any processor and any graphics card, into one flat folder.

    .venv/bin/python packaging/build_llama.py [--vulkan auto|on|off] [--jobs N]

The source is that of the installed llama-cpp-python, so that its bindings fit. Every kind of
processor has a library of its own, and llama.cpp takes the best one when it starts; without
Vulkan's loader on a machine, that library is passed over. Takes 10 to 25 minutes, once: the result
stays in `.cache/llama`, under a name made of version and options.
"""

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from macos_image import OLDEST
from vulkan_headers import HeadersMissing, vulkan_headers

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "llama"
MANIFEST = "manifest.json"
_ORIGIN = {"linux": "$ORIGIN", "darwin": "@loader_path"}
_NAMES = ("llama", "ggml", "mtmd")
_ENDINGS = (".so", ".dylib", ".dll")
_NO_GIT = ["-DGIT_EXE=OFF", "-DGIT_EXECUTABLE=OFF", "-DCMAKE_DISABLE_FIND_PACKAGE_Git=ON"]
"""The repository around the source is ours, and its commits say nothing about llama.cpp."""


class BuildFailed(Exception):
    """One sentence that says why."""


@dataclass(frozen=True)
class Recipe:
    """What is built; two equal ones have the same result.

    Args:
        version: Of llama-cpp-python.
        system: As `sys.platform`.
        machine: As `platform.machine()`.
    """

    version: str
    system: str
    vulkan: bool
    machine: str = platform.machine()

    @property
    def options(self) -> list[str]:
        """Of CMake, sorted."""
        chosen = {
            "BUILD_SHARED_LIBS": "ON",
            "CMAKE_BUILD_TYPE": "Release",
            "CMAKE_PLATFORM_NO_VERSIONED_SONAME": "ON",  # one file each, no links
            "GGML_BACKEND_DL": "ON",
            "GGML_CPU_ALL_VARIANTS": "ON",
            "GGML_NATIVE": "OFF",
            "GGML_VULKAN": "ON" if self.vulkan else "OFF",
            "LLAMA_BUILD_APP": "OFF",
            "LLAMA_BUILD_COMMON": "OFF",
            "LLAMA_BUILD_EXAMPLES": "OFF",
            "LLAMA_BUILD_MTMD": "ON",
            "LLAMA_BUILD_SERVER": "OFF",
            "LLAMA_BUILD_TESTS": "OFF",
            "LLAMA_BUILD_TOOLS": "OFF",
            "LLAMA_OPENSSL": "OFF",
        }
        if origin := _ORIGIN.get(self.system):
            chosen |= {"CMAKE_BUILD_WITH_INSTALL_RPATH": "ON", "CMAKE_INSTALL_RPATH": origin}
        if self.system == "darwin":
            # With the graphics of Intel's Macs, Metal computes wrong answers.
            metal = "ON" if self.machine == "arm64" else "OFF"
            chosen |= {"GGML_METAL": metal, "GGML_METAL_EMBED_LIBRARY": metal}
            chosen |= {"CMAKE_OSX_DEPLOYMENT_TARGET": OLDEST, "GGML_OPENMP": "OFF"}
        return sorted(f"{name}={value}" for name, value in chosen.items())

    @property
    def folder(self) -> Path:
        text = "\n".join([self.version, *self.options])
        return CACHE / f"{self.version}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def main() -> int:
    parser = argparse.ArgumentParser(description="Build llama.cpp for any computer.")
    parser.add_argument("--vulkan", choices=("auto", "on", "off"), default="auto")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    try:
        folder = built(given.vulkan, given.jobs)
        print(folder)
        print(json.dumps(loaded_from(folder), indent=1))
    except BuildFailed as error:
        print(f"llama.cpp is not built: {error}")
        return 1
    return 0


def built(vulkan: str, jobs: int) -> Path:
    """The folder with the libraries and their manifest, built if it is not there.

    Args:
        vulkan: "auto", "on" or "off"; auto: where headers, loader and glslc are at hand.

    Raises:
        BuildFailed: nothing usable is left in the folder.
    """
    headers = _headers(vulkan)
    recipe = Recipe(version("llama-cpp-python"), sys.platform, headers is not None)
    libraries = recipe.folder / "lib"
    if is_whole(libraries):
        return libraries
    source = _source(recipe.version) / "vendor" / "llama.cpp"
    build = recipe.folder / "build"
    print(f"Building llama.cpp {recipe.version} ({', '.join(recipe.options)}) …", flush=True)
    command = ["cmake", "-S", str(source), "-B", str(build), *_NO_GIT, *_prefix_map(source)]
    command += [f"-D{option}" for option in recipe.options]
    if headers:
        command.append(f"-DVulkan_INCLUDE_DIR={headers.as_posix()}")
    if sys.platform != "win32" and shutil.which("ninja"):
        command += ["-G", "Ninja"]
    log = recipe.folder / "build.log"
    _run(command, log)
    parallel = ["--parallel", str(jobs), "--config", "Release"]
    _run(["cmake", "--build", str(build), *parallel, "--target", "llama", "mtmd"], log)
    _collect(build, libraries, recipe)
    return libraries


def is_whole(folder: Path) -> bool:
    """Whether every file of the manifest is there, as it was built."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files: dict[str, str] = manifest["files"]
        return all(_sha256(folder / name) == digest for name, digest in files.items())
    except (OSError, ValueError, KeyError):
        return False


def loaded_from(folder: Path) -> dict[str, list[str]]:
    """What llama.cpp takes of this folder on this machine, asked in a process of its own.

    Returns:
        `backends`, `features` of the processor, and the `files` that were loaded.

    Raises:
        BuildFailed: it cannot be loaded.
    """
    code = (
        "import json, psutil\n"
        "from desktop.worker.devices import list_devices\n"
        "found = list_devices()\n"
        "maps = getattr(psutil.Process(), 'memory_maps', None)\n"
        "files = sorted({each.path for each in maps()}) if maps else None\n"
        "print(json.dumps([found.backends, found.cpu_features, files]))\n"
    )
    environ = os.environ | {"LLAMA_CPP_LIB_PATH": str(folder)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BuildFailed(f"what was built cannot be loaded: {done.stderr.strip()[-500:]}")
    backends, features, files = json.loads(done.stdout)
    taken = sorted(Path(file).name for file in files or () if Path(file).parent == folder.resolve())
    is_taken = files is None or any("ggml-cpu" in name for name in taken)  # macOS does not tell
    if "CPU" not in backends or not is_taken:
        raise BuildFailed(f"no library for this processor was taken of {folder}")
    return {"backends": backends, "features": features, "files": taken}


def _headers(vulkan: str) -> Path | None:
    """Folder with Vulkan's headers; None: build without Vulkan."""
    if vulkan == "off" or sys.platform == "darwin":
        return None
    try:
        if not shutil.which("glslc"):
            raise HeadersMissing("glslc, which compiles shaders, is not installed")
        return vulkan_headers(CACHE / "vulkan-headers")
    except HeadersMissing as error:
        if vulkan == "on":
            raise BuildFailed(str(error)) from error
        print(f"Building without Vulkan: {error}.", flush=True)
        return None


def _source(wanted: str) -> Path:
    """The unpacked source of this version of llama-cpp-python."""
    target = CACHE / "source" / wanted
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as name:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--no-build-isolation", "--no-binary", ":all:", "--dest", name]
        command.append(f"llama-cpp-python=={wanted}")
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        archive = next(Path(name).glob("*.tar.gz"), None)
        if archive is None:
            raise BuildFailed(f"its source cannot be had: {done.stderr.strip()[-300:]}")
        with tarfile.open(archive) as packed:
            packed.extractall(name, filter="data")
        Path(name, archive.name.removesuffix(".tar.gz")).rename(target)
    return target


def _prefix_map(source: Path) -> list[str]:
    """Keeps the names of this machine's folders out of llama.cpp's messages."""
    if sys.platform == "win32":
        return []
    flag = f"-ffile-prefix-map={source}/="
    return [f"-DCMAKE_{language}_FLAGS={flag}" for language in ("C", "CXX")]


def _run(command: list[str], log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        code = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, check=False).returncode
    if code:
        tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-25:]
        raise BuildFailed("\n".join([f"{command[0]} failed, see {log}", *tail]))


def _collect(build: Path, target: Path, recipe: Recipe) -> None:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for path in sorted((build / "bin").rglob("*")):
        name = path.name.removeprefix("lib")
        if name.startswith(_NAMES) and path.suffix in _ENDINGS and not path.is_symlink():
            shutil.copy2(path, target / path.name)
    if sys.platform == "linux":
        shutil.copy2(_openmp(build), target / "libgomp.so.1")
    if sys.platform != "win32":
        flag = "-x" if sys.platform == "darwin" else "--strip-unneeded"
        subprocess.run(["strip", flag, *map(str, sorted(target.iterdir()))], check=True)
    manifest = {
        "llama_cpp_python": recipe.version,
        "system": f"{sys.platform}-{platform.machine()}",
        "options": recipe.options,
        "files": {path.name: _sha256(path) for path in sorted(target.iterdir())},
    }
    (target / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def _openmp(build: Path) -> Path:
    """The library for threads that the compiler linked."""
    cache = (build / "CMakeCache.txt").read_text(encoding="utf-8")
    line = next(line for line in cache.splitlines() if line.startswith("CMAKE_C_COMPILER:"))
    compiler = line.partition("=")[2]
    found = subprocess.check_output([compiler, "-print-file-name=libgomp.so.1"], text=True)
    return Path(found.strip()).resolve()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    sys.exit(main())
