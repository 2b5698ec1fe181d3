"""Installs the Debian package of `dist/` on this machine, tries it, and removes it.

    .venv/bin/python packaging/package_test.py

Needs root, or sudo without a password. What a person has installed already is not touched: then
nothing is tried.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from system_packages import root_prefix

ROOT = Path(__file__).resolve().parent.parent
LEFT = ("/usr/bin/puna", "/usr/lib/puna", "/usr/share/doc/puna")
AUTOSTART = "/etc/xdg/autostart/puna.desktop"


class TestFailed(Exception):
    """One sentence that says what is wrong."""


def main() -> int:
    packages = sorted((ROOT / "dist").glob("puna_*.deb"))
    prefix = root_prefix()
    if not packages or prefix is None:
        print("There is no package in dist (make package), or nobody here may install it.")
        return 1
    if shutil.which("puna", path="/usr/bin"):
        print("Puna is installed on this machine already; nothing was tried.")
        return 1
    try:
        _try_out(packages[-1], prefix)
    except (TestFailed, subprocess.CalledProcessError) as error:
        print(f"FAILED: {error}")
        return 1
    print("The package can be installed, used and removed.")
    return 0


def _try_out(package: Path, prefix: list[str]) -> None:
    listing = subprocess.check_output(["dpkg-deb", "--contents", package], text=True)
    files = ["/" + line.split()[5].removeprefix("./") for line in listing.splitlines()]
    if AUTOSTART in files:
        raise TestFailed("it starts at every login without having been asked to")
    _run([*prefix, "apt-get", "install", "-y", "--no-install-recommends", str(package)])
    try:
        _check_shared("desktop-file-validate", "/usr/share/applications/puna.desktop")
        described = "/usr/share/metainfo/org.puna.Puna.metainfo.xml"
        _check_shared("appstreamcli", "validate", "--no-net", described)
        trial = [sys.executable, str(ROOT / "packaging" / "smoke.py"), "/usr/bin/puna"]
        if subprocess.run(trial, check=False).returncode:
            raise TestFailed("what was installed does not work")
    finally:
        _run([*prefix, "dpkg", "--purge", "puna"])
    left = [file for file in (*files, *LEFT) if _is_ours(file) and Path(file).exists()]
    if left:
        raise TestFailed(f"left after its removal: {', '.join(left)}")


def _is_ours(file: str) -> bool:
    """Not a folder that others use as well."""
    return "puna" in Path(file).name.lower() or file.startswith("/usr/lib/puna/")


def _check_shared(tool: str, *words: str) -> None:
    """Let a tool of the desktops judge a file, if it is installed."""
    if shutil.which(tool):
        _run([tool, *words])


def _run(command: list[str]) -> None:
    """Raises TestFailed, with what it said."""
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stdout + done.stderr).strip()[-800:]
        raise TestFailed(f"{' '.join(command)} ended with exit code {done.returncode}:\n{said}")


if __name__ == "__main__":
    sys.exit(main())
