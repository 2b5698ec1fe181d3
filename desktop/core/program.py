"""The program itself, as it lies on the disk: which file it is, and whether it is still the one
that runs.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from desktop.core.errors import AppError

RUNNING = "/proc/self/exe"
"""The file that this process was started from, whatever its name is now."""


class ProgramReplaced(AppError):
    """Another version lies where we were started from: what we have not yet read is not ours."""

    code = "program_replaced"
    status = 503

    def __init__(self) -> None:
        super().__init__("Puna was updated while it ran. Start it again to go on.")


def app_image(folder: Path, environ: Mapping[str, str]) -> Path | None:
    """The AppImage that the program in this folder was started from; None: it is none.

    The variables also reach programs that an AppImage starts.

    >>> told = {"APPIMAGE": "/home/ada/Puna.AppImage", "APPDIR": "/mnt/puna"}
    >>> app_image(Path("/mnt/puna/usr/lib/puna"), told).name
    'Puna.AppImage'
    >>> app_image(Path("/usr/lib/puna"), told)
    """
    image, mounted = environ.get("APPIMAGE", ""), environ.get("APPDIR", "")
    if not image or not mounted or not folder.resolve().is_relative_to(Path(mounted).resolve()):
        return None
    return Path(image)


def was_replaced(running: str = RUNNING) -> bool:
    """Whether another file has taken the place of the frozen program. Takes two calls of the
    system.

    Only Linux lets that happen to programs that run. One that was removed was not replaced.
    """
    return bool(getattr(sys, "frozen", False)) and is_another(sys.executable, running)


def is_another(path: str, running: str) -> bool:
    """Whether there is a file at the path, and not the one that `running` names.

    Where another processor is emulated (qemu, Rosetta), only the link's text is ours: the file is
    the emulator.
    """
    try:
        is_it = os.path.samefile(path, running) or os.readlink(running) == os.path.realpath(path)
    except OSError:
        return False
    return not is_it
