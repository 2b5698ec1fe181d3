"""Hands a verified file to what installs it: the system's own installer, or, where Puna came as a
folder or as one file, a swap of that. Blocks.
"""

import os
import shlex
import shutil
import stat
import subprocess
import tarfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from desktop.core.errors import AppError

Launch = Callable[[list[str]], None]
OPEN_S = 5.0  # an opener that has found nothing to open a file with has said so by then


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
    """Of a package: what to type where no installer opens."""


def launch(command: list[str]) -> None:
    """Start a program that outlives us. Raises OSError."""
    _started(command)


def install(
    path: Path,
    kind: str,
    place: Path | None,
    environ: Mapping[str, str],
    start: Launch = launch,
) -> Handed:
    """Begin.

    Args:
        kind: One of `Kind`.
        place: What is replaced as a whole (`tar`, `appimage`).

    Raises:
        InstallFailed
    """
    try:
        match kind:
            case "tar" | "appimage":
                assert place
                (replace_folder if kind == "tar" else replace_file)(path, place)
                return Handed(how="replaced", ends=True, restarts=True)
            case "deb":
                return _package_opened(path, environ)
            case "dmg":
                start(["open", str(path)])
                return Handed(how="opened", ends=True, restarts=False)
            case _:
                start([str(path)])
                return Handed(how="opened", ends=True, restarts=False)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InstallFailed(f"{path} cannot be installed: {reason}.") from error


def _package_opened(path: Path, environ: Mapping[str, str]) -> Handed:
    """By the desktop's installer of packages, or else by its user in a terminal."""
    command = f"sudo apt install {shlex.quote(str(path))}"
    told = Handed(how="command", ends=False, restarts=False, command=command)
    opener = shutil.which("xdg-open", path=environ.get("PATH"))
    if not opener or not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        return told
    opening = _started([opener, str(path)])
    with suppress(subprocess.TimeoutExpired):  # some stay as long as what they have opened
        if opening.wait(OPEN_S):
            return told
    return Handed(how="opened", ends=False, restarts=False, command=command)


def _started(command: list[str]) -> "subprocess.Popen[bytes]":
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
    )


def replace_file(new: Path, old: Path) -> None:
    """Put a copy of one program in the place of another; who runs the old one is not disturbed.

    Raises:
        OSError: everything is as it was.
    """
    draft = old.with_name(f".{old.name}.new")
    try:
        shutil.copyfile(new, draft)
        draft.chmod(old.stat().st_mode | stat.S_IXUSR)
        draft.replace(old)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


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
