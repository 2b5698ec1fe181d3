"""Installs packages of the operating system where we may, and says the one line to run where not.

Runs under any Python 3.11 without our environment: standard library only.
"""

import os
import shutil
import subprocess


def install(packages: list[str], why: str) -> bool:
    """Install by apt as root or with passwordless sudo; `why` completes "Puna needs … ".

    Returns:
        False if that was not possible; the reader was told what to do.
    """
    line = "apt-get install -y --no-install-recommends " + " ".join(packages)
    if not shutil.which("apt-get"):
        print(f"Puna needs {why}. Install what your system calls: {' '.join(packages)}")
        return False
    prefix = root_prefix()
    if prefix is None:
        print(f"Puna needs {why}. Please run:\n\n    sudo {line}\n")
        return False
    print(f"Installing {why} ({' '.join(packages)}) …", flush=True)
    command = [*prefix, *line.split()]
    if _quiet(command):
        return True
    _quiet([*prefix, "apt-get", "update"])  # a new machine has no package lists, or old ones
    if _quiet(command):
        return True
    print(f"That did not work. Please run:\n\n    sudo {line}\n")
    return False


def root_prefix() -> list[str] | None:
    """What goes before a command that only root may run; None: nobody here may."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and _quiet(["sudo", "-n", "true"]):
        return ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive"]
    return None


def _quiet(command: list[str]) -> bool:
    environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    return done.returncode == 0
