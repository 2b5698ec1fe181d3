"""Installs the JavaScript programs that the tests let talk to Puna, into `.cache/js`.

    .venv/bin/python packaging/js_clients.py

Says nothing when that has been done already. Where Node.js is missing, or the packages cannot be
had, it says so in one line and fails nothing: those tests are then skipped.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WANTED = ROOT / "tests" / "clients" / "js" / "package.json"
FOLDER = ROOT / ".cache" / "js"
INSTALL = ["install", "--no-audit", "--no-fund", "--no-progress", "--omit=optional"]
INSTALL_S = 600


def main() -> int:
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        print("Tests with JavaScript clients are skipped: Node.js is not installed.")
        return 0
    stamp = FOLDER / "installed.json"
    wanted = WANTED.read_bytes()
    if stamp.exists() and stamp.read_bytes() == wanted:
        return 0
    print("Installing the JavaScript clients for the tests …", flush=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "package.json").write_bytes(wanted)
    if problem := _install(npm):
        print(f"Tests with JavaScript clients are skipped: {problem}")
        return 0
    stamp.write_bytes(wanted)
    return 0


def _install(npm: str) -> str:
    """Why it did not work; empty if it did."""
    try:
        done = subprocess.run(
            [npm, *INSTALL],
            cwd=FOLDER,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=INSTALL_S,
        )
    except subprocess.TimeoutExpired:
        return f"npm was not done after {INSTALL_S} s"
    if not done.returncode:
        return ""
    lines = done.stderr.strip().splitlines() or ["no reason given"]
    return f"npm failed ({lines[0][:200]})"


if __name__ == "__main__":
    sys.exit(main())
