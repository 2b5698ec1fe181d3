"""Where this build of Puna looks for updates, whose signatures it believes, and which file fits."""

import base64
import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

from desktop.updates.feed import Feed, Kind, ReleaseFile

_MACHINES = {"amd64": "x86_64", "aarch64": "arm64"}
_SYSTEMS = {"win32": "windows", "darwin": "macos"}


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
    folder: Path | None = None
    """Of a tarball that was unpacked: it is replaced as a whole."""

    def fitting(self, feed: Feed) -> ReleaseFile | None:
        """None: the feed has nothing for us."""
        for kind in self.kinds:
            for file in feed.files:
                if (file.platform, file.kind) == (self.platform, kind):
                    return file
        return None


def this_installation() -> Installation:
    """From source, there is nothing to replace."""
    system = _SYSTEMS.get(sys.platform, "linux")
    machine = platform.machine().lower()
    name = f"{system}-{_MACHINES.get(machine, machine)}"
    if not getattr(sys, "frozen", False):
        return Installation(name, ())
    if system == "windows":
        return Installation(name, ("exe",))
    if system == "macos":
        return Installation(name, ("dmg",))
    folder = Path(sys.executable).resolve().parent
    if os.access(folder, os.W_OK) and os.access(folder.parent, os.W_OK):
        return Installation(name, ("tar",), folder)
    return Installation(name, ("deb",))
