"""Hands a verified file to what installs it: the system's own installer, or, where Puna was
unpacked by hand, a swap of its folder. Blocks.
"""

import os
import shutil
import stat
import subprocess
import tarfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from desktop.core.errors import AppError
from desktop.updates.feed import Kind

Launch = Callable[[list[str]], None]


class InstallFailed(AppError):
    """Nothing was changed."""

    code = "install_failed"
    status = 500


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """What happens now."""

    how: str
    """`opened` (an installer asks its user), `replaced` (it is done), or `command`."""
    ends: bool
    """Puna has to end now."""
    restarts: bool
    """And to start again."""
    command: str = ""
    """What to type where no installer can be opened."""


def launch(command: list[str]) -> None:
    """Start a program that outlives us. Raises OSError."""
    quiet = subprocess.DEVNULL
    subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)


def install(
    path: Path,
    kind: Kind,
    folder: Path | None,
    environ: Mapping[str, str],
    start: Launch = launch,
) -> Handed:
    """Begin.

    Args:
        folder: Of this installation, if it is to be replaced (`tar`).

    Raises:
        InstallFailed
    """
    try:
        match kind:
            case "tar":
                assert folder
                replace_folder(path, folder)
                return Handed(how="replaced", ends=True, restarts=True)
            case "deb":
                opener = shutil.which("xdg-open", path=environ.get("PATH"))
                if not opener or not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
                    command = f"sudo apt install {path}"
                    return Handed(how="command", ends=False, restarts=False, command=command)
                start([opener, str(path)])
                return Handed(how="opened", ends=False, restarts=False)
            case "dmg":
                start(["open", str(path)])
                return Handed(how="opened", ends=True, restarts=False)
            case "exe":
                start([str(path)])
                return Handed(how="opened", ends=True, restarts=False)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InstallFailed(f"{path} cannot be installed: {reason}.") from error


def replace_folder(archive: Path, folder: Path) -> None:
    """Put the content of a tar file with one folder in it in the place of `folder`, which is kept
    beside it as `….old`.

    Raises:
        InstallFailed, OSError: everything is as it was.
    """
    draft = folder.with_name(f".{folder.name}.new")
    old = folder.with_name(f"{folder.name}.old")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        new = _unpacked(archive, draft)
        _check(new, folder)
        shutil.rmtree(old, ignore_errors=True)
        folder.rename(old)
        try:
            new.rename(folder)
        except OSError:
            old.rename(folder)
            raise
    finally:
        with suppress(OSError):
            shutil.rmtree(draft, ignore_errors=True)


def _unpacked(archive: Path, draft: Path) -> Path:
    """The one folder that was in it."""
    try:
        with tarfile.open(archive) as tar:
            tar.extractall(draft, filter="data")  # nothing outside, no devices, no foreign owners
    except tarfile.TarError as error:
        raise InstallFailed(f"{archive.name} cannot be unpacked: {error}.") from error
    found = list(draft.iterdir())
    if len(found) != 1 or not found[0].is_dir():
        raise InstallFailed(f"{archive.name} does not hold one folder.")
    return found[0]


def _check(new: Path, folder: Path) -> None:
    """Every program that is in the old folder is in the new one."""
    for path in folder.iterdir():
        if path.is_file() and os.access(path, os.X_OK):
            twin = new / path.name
            if not twin.is_file() or not twin.stat().st_mode & stat.S_IXUSR:
                raise InstallFailed(f"The new version has no program {path.name}.")
