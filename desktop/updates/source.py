"""Where this build of Puna looks for updates, whose signatures it believes, and which file fits."""

import base64
import os
import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from desktop.core.program import app_image
from desktop.updates.feed import Feed, Kind, ReleaseFile

_MACHINES = {"amd64": "x86_64", "aarch64": "arm64"}
_SYSTEMS = {"win32": "windows", "darwin": "macos"}
_DEBIAN = Path("/usr/lib/puna")  # where the package puts it


class _Content(msgspec.Struct, frozen=True):
    feed: str = ""
    keys: list[str] = []


@dataclass(frozen=True, slots=True)
class UpdateSource:
    """`feed` is a URL, empty where a build has none; `keys` are public keys of 32 bytes."""

    feed: str
    keys: tuple[bytes, ...]

    @classmethod
    def read(cls, path: Path) -> "UpdateSource":
        """Raises OSError, ValueError: the file is damaged."""
        try:
            content = msgspec.json.decode(path.read_bytes(), type=_Content)
        except msgspec.MsgspecError as error:
            raise ValueError(f"{path}: {error}") from error
        keys = tuple(base64.b64decode(text, validate=True) for text in content.keys)
        if any(len(key) != 32 for key in keys):
            raise ValueError(f"{path}: a key does not have 32 bytes")
        return cls(content.feed, keys)


@dataclass(frozen=True, slots=True)
class Installation:
    """This Puna, as it was installed. `kinds`: what can replace it, the best first."""

    platform: str
    kinds: tuple[Kind, ...]
    place: Path | None = None
    """What is replaced as a whole: the folder of an unpacked tarball, the file of an AppImage."""

    def fitting(self, feed: Feed) -> ReleaseFile | None:
        """None: the feed has nothing for us."""
        for kind in self.kinds:
            for file in feed.files:
                if (file.platform, file.kind) == (self.platform, kind):
                    return file
        return None


def this_installation() -> Installation:
    """From source, or where nobody but an administrator can replace it, there is nothing that we
    could do."""
    system = _SYSTEMS.get(sys.platform, "linux")
    machine = platform.machine().lower()
    name = f"{system}-{_MACHINES.get(machine, machine)}"
    if not getattr(sys, "frozen", False):
        return Installation(name, ())
    if system == "windows":
        return Installation(name, ("exe",))
    if system == "macos":
        return Installation(name, ("dmg",))
    return linux_installation(name, Path(sys.executable).resolve().parent, os.environ)


def linux_installation(name: str, folder: Path, environ: Mapping[str, str]) -> Installation:
    """Args:
    name: Of the platform.
    folder: Of the frozen program.
    """
    if image := app_image(folder, environ):
        return Installation(name, ("appimage",) if _can_replace(image) else (), image)
    if folder == _DEBIAN:
        return Installation(name, ("deb",))
    return Installation(name, ("tar",) if _can_replace(folder) else (), folder)


def _can_replace(place: Path) -> bool:
    return os.access(place, os.W_OK) and os.access(place.parent, os.W_OK)
