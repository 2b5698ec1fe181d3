"""Builds `llama-server` from the llama.cpp that is inside the installed llama-cpp-python.

The source comes from the sdist of that very version, and cmake gets the flags its wheel was built
with, so both sides of a benchmark run the same kernels. Built once; `llama_server.py` starts what
is built here.
"""

import importlib.metadata
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

PACKAGE = "llama-cpp-python"
SOURCE = "vendor/llama.cpp/"
COMMIT = ".git/modules/vendor/llama.cpp/HEAD"
# No web page, no TLS, nothing fetched while building; the rest is llama.cpp's default, as it is in
# the wheel.
OPTIONS = (
    "CMAKE_BUILD_TYPE=Release",
    "CMAKE_BUILD_RPATH_USE_ORIGIN=ON",  # the folder may be moved
    "LLAMA_BUILD_SERVER=ON",
    "LLAMA_BUILD_TOOLS=ON",
    "LLAMA_BUILD_COMMON=ON",
    "LLAMA_BUILD_TESTS=OFF",
    "LLAMA_BUILD_EXAMPLES=OFF",
    "LLAMA_BUILD_APP=OFF",
    "LLAMA_BUILD_UI=OFF",
    "LLAMA_USE_PREBUILT_UI=OFF",
    "LLAMA_OPENSSL=OFF",
    "LLAMA_CURL=OFF",
    "LLAMA_BUILD_NUMBER=0",  # otherwise counted from whatever git repository is around
)


class BuildFailed(Exception):
    """`llama-server` could not be built; the text says where the log is."""


@dataclass(frozen=True, slots=True)
class Build:
    """A finished `llama-server`, and what it was made of."""

    binary: str
    package_version: str
    llama_cpp: str  # version and commit


def built(cache: Path) -> Build:
    """The build for the installed llama-cpp-python, made now if there is none.

    Args:
        cache: Folder that keeps it: `llama-server-<version>/` is made there.

    Raises:
        BuildFailed: no source, no compiler, or an error in the build.
    """
    version = importlib.metadata.version(PACKAGE)
    home = cache / f"llama-server-{version}"
    record = home / "build.json"  # written last: with it, the build is whole
    if record.is_file():
        found = Build(**json.loads(record.read_text(encoding="utf-8")))
        binary = home / "build" / "bin" / Path(found.binary).name
        if binary.is_file():
            return Build(str(binary), found.package_version, found.llama_cpp)
    if shutil.which("cmake") is None:
        raise BuildFailed("Building llama-server needs cmake and a C++ compiler.")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    say(f"llama-server is built once, from the source of {PACKAGE} {version} (5 to 10 minutes).")
    commit = fetch(version, home)
    compile_server(home)
    done = Build(str(find_binary(home)), version, f"{source_version(home)} ({commit})")
    record.write_text(json.dumps(asdict(done)), encoding="utf-8")
    shutil.rmtree(home / "source")
    return done


def fetch(version: str, home: Path) -> str:
    """Put llama.cpp's source into `home/source`; the commit it is of, or "unknown"."""
    say("  Fetching the source (77 MB) …")
    wanted = ["--no-deps", "--no-binary", PACKAGE, f"{PACKAGE}=={version}"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", *wanted, "--dest", str(home)]
    log = home / "fetch.log"
    with log.open("wb") as output:
        code = subprocess.run(command, stdout=output, stderr=output, check=False).returncode
    sdists = list(home.glob("llama_cpp_python-*.tar.gz"))
    if code or not sdists:
        raise BuildFailed(f"pip could not fetch the source of {PACKAGE} {version}; see {log}")
    commit = unpack(sdists[0], home / "source")
    sdists[0].unlink()
    return commit


def unpack(sdist: Path, target: Path) -> str:
    """Take llama.cpp out of the sdist; see `fetch`. Plain files only, none outside `target`."""
    commit = "unknown"
    with tarfile.open(sdist) as archive:
        for member in archive:
            inside = member.name.partition("/")[2]
            reader = archive.extractfile(member) if member.isfile() else None
            if reader is None:
                continue
            if inside == COMMIT:
                text = reader.read(100).decode("ascii", "replace").strip()
                commit = text[:9] if re.fullmatch("[0-9a-f]{40}", text) else commit
            if not inside.startswith(SOURCE) or ".." in PurePosixPath(inside).parts:
                continue
            place = target / inside.removeprefix(SOURCE)
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("wb") as writer:
                shutil.copyfileobj(reader, writer)
    return commit


def compile_server(home: Path) -> None:
    """Run cmake in `home/build`, gently: other programs on the machine come first."""
    gently = ["nice", "-n", "10"] if shutil.which("nice") else []
    generator = ["-G", "Ninja"] if shutil.which("ninja") else []
    # CMAKE_ARGS is how llama-cpp-python is told to build for a GPU; both sides get the same.
    flags = [f"-D{option}" for option in OPTIONS] + shlex.split(os.environ.get("CMAKE_ARGS", ""))
    build = str(home / "build")
    log = home / "build.log"
    watch([*gently, "cmake", "-S", str(home / "source"), "-B", build, *generator, *flags], log)
    cores = str(os.cpu_count() or 1)
    make = ["cmake", "--build", build, "--config", "Release", "--target", "llama-server"]
    watch([*gently, *make, "--parallel", cores], log)


def watch(command: list[str], log: Path) -> None:
    """Run a step of the build: all output into the log, every tenth of the way on the screen."""
    started = time.monotonic()
    said = 0
    with (
        log.open("a", encoding="utf-8") as output,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            output.write(line)
            tenths = progress(line)
            if tenths > said:
                said = tenths
                say(f"  {tenths * 10:3} %  after {time.monotonic() - started:.0f} s")
    if process.returncode:
        raise BuildFailed(f"{command[0]} … ended with code {process.returncode}; see {log}")


def progress(line: str) -> int:
    """Tenths of the way, from a line of ninja or make.

    >>> progress("[50/200] Building CXX object a.o"), progress("[ 31%] Building"), progress("x")
    (2, 3, 0)
    """
    if match := re.match(r"\[(\d+)/(\d+)\]", line):
        return 10 * int(match[1]) // int(match[2])
    match = re.match(r"\[ *(\d+)%\]", line)
    return int(match[1]) // 10 if match else 0


def find_binary(home: Path) -> Path:
    for name in ("bin/llama-server", "bin/llama-server.exe", "bin/Release/llama-server.exe"):
        if (home / "build" / name).is_file():
            return home / "build" / name
    raise BuildFailed(f"The build left no llama-server in {home / 'build'}")


def source_version(home: Path) -> str:
    """llama.cpp's own version, as its CMakeLists.txt spells it."""
    text = (home / "source" / "CMakeLists.txt").read_text(encoding="utf-8", errors="replace")
    parts = re.findall(r"set\(LLAMA_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)\)", text)
    return ".".join(parts) or "unknown version"


def say(text: str) -> None:
    print(text, flush=True)
