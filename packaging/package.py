"""Makes what is given to users out of this source: `make package`.

    .venv/bin/python packaging/package.py [--vulkan auto|on|off] [--no-timing]

Into `dist/`: the frozen application (`puna/`), on Linux a Debian package and a tarball of it, on
Windows an installer, on macOS a disk image; a bill of materials, and the SHA-256 of each file.
Prints how large it is and how quickly it starts. The first run builds llama.cpp (10 to 25 minutes)
and numpy (6); both are kept in `.cache`.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import build_llama
import build_numpy
import bundle
from bill_of_materials import write_bill
from licenses import components, license_text
from macos_image import image
from measure_app import size_mb, start_figures
from release import SYSTEM, VERSION
from search_paths import forget_build_folders
from shrink import shrink
from windows_installer import installer

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
APP = DIST / "puna"
MOST_MB = {"unpacked": 200.0, "Debian package": 70.0}
MOST_S = {"server answers, best": 0.6, "worker ready, best": 0.15}


def main() -> int:
    parser = argparse.ArgumentParser(description="Make Puna's packages.")
    parser.add_argument("--vulkan", choices=("auto", "on", "off"), default="auto")
    parser.add_argument("--no-timing", action="store_true", help="measure sizes only")
    given = parser.parse_args()
    try:
        llama = build_llama.built(given.vulkan, os.cpu_count() or 1)
        print("llama.cpp takes here:", ", ".join(build_llama.loaded_from(llama)["files"]))
        numpy = build_numpy.built()
    except (build_llama.BuildFailed, build_numpy.BuildFailed) as error:
        print(f"Nothing is packaged: {error}")
        return 1
    if not freeze(llama, numpy):
        return 1
    sizes, files = {"unpacked": size_mb(APP)}, pack_up()
    for file in files:
        if file.suffix == ".deb":
            sizes["Debian package"] = file.stat().st_size / 1e6
    missed = tell(sizes, MOST_MB, "MB")
    if not given.no_timing:
        tell(start_figures(APP), MOST_S, "s")
    return 1 if missed else 0


def freeze(llama: Path, numpy: Path) -> bool:
    """Make `dist/puna` with these libraries; False if it failed, and why was printed."""
    shutil.rmtree(APP, ignore_errors=True)
    print("Freezing …", flush=True)
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    command += ["--distpath", str(DIST), "--workpath", str(ROOT / "build")]
    environ = os.environ | {"LLAMA_CPP_LIB_PATH": str(llama), "PYTHONPATH": str(numpy)}
    done = subprocess.run(
        [*command, str(ROOT / "packaging" / "puna.spec")], env=environ, cwd=ROOT, check=False
    )
    if done.returncode:
        print("PyInstaller failed; what it said is above.")
        return False
    if sys.platform == "linux":
        shrink(APP)
        forget_build_folders(APP)
    return True


def pack_up() -> list[Path]:
    """Licences, packages, the bill of materials and sums; returns the files for users."""
    found = json.loads(bundle.FOUND_FILE.read_text(encoding="utf-8"))
    source = build_llama.CACHE / "source" / version("llama-cpp-python")
    parts = components(found, source)
    licenses = license_text(parts, ROOT / "LICENSE")
    (APP / "licenses.txt").write_text(licenses, encoding="utf-8")
    name = f"puna-{VERSION}-{SYSTEM}"
    bill = DIST / f"{name}.cdx.json"
    write_bill(parts, VERSION, bill)
    files = [bill]
    print("Packing …", flush=True)
    if sys.platform == "linux":
        from linux_packages import debian_package, tarball

        when_s = int(os.environ.get("SOURCE_DATE_EPOCH") or time.time())
        files.append(tarball(APP, VERSION, when_s))
        if shutil.which("dpkg-deb"):
            files.append(debian_package(APP, VERSION, when_s))
    elif sys.platform == "win32":
        files.append(DIST / f"{name}.exe")
        installer(APP, VERSION, files[-1])
    elif sys.platform == "darwin":
        files.append(DIST / f"{name}.dmg")
        image(DIST / "Puna.app", APP / "licenses.txt", files[-1])
    lines = [f"{_sha256(file)}  {file.name}\n" for file in sorted(files)]
    (DIST / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
    return files


def tell(figures: dict[str, float], most: dict[str, float], unit: str) -> list[str]:
    """Print figures beside what they may be at most; returns the names of those that are more."""
    for name, value in figures.items():
        line = f"  {name:<24} {value:8.3f} {unit}"
        if name in most:
            verdict = "too much" if value > most[name] else "good"
            line += f"   at most {most[name]:g} {unit}: {verdict}"
        print(line, flush=True)
    return [name for name, value in figures.items() if value > most.get(name, value)]


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


if __name__ == "__main__":
    sys.exit(main())
