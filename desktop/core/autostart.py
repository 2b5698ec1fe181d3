"""Start at login: the entry that the system reads, by its own rules on each platform.

Linux has a file in `autostart`, macOS a property list of launchd, Windows a value in the registry.
The system's own list of login programs may switch the entry off as well; that counts.
"""

import os
import plistlib
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from desktop.core.errors import AppError
from desktop.core.program import app_image
from desktop.core.whole_file import write_whole

BEHIND = "--quiet"
"""Tells Puna that nobody waits for a window."""
_LABEL = "org.puna.Puna"
_RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"
_APPROVED_KEY = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
"""Bytes; the first one is odd if the user has refused the entry."""
_VALUE = "Puna"
_FIELD_CODE = re.compile("%")


class AutostartFailed(AppError):
    """The entry cannot be written."""

    code = "autostart_failed"
    status = 500


class Autostart(Protocol):
    """The entry of one user."""

    @property
    def is_on(self) -> bool:
        """Whether Puna starts at the next login."""

    def switch(self, on: bool) -> None:
        """Write the entry, or remove it. Raises AutostartFailed."""


def autostart(environ: Mapping[str, str], platform: str, home: Path) -> Autostart:
    """This platform's way."""
    if platform == "win32":
        return RunKey(start_command())
    if platform == "darwin":
        return LaunchAgent(home / "Library" / "LaunchAgents", start_command())
    config = environ.get("XDG_CONFIG_HOME", "")
    folder = Path(config) if Path(config).is_absolute() else home / ".config"
    return DesktopEntry(folder / "autostart", start_command())


def load_registry() -> Any:
    """Windows' registry."""
    import winreg

    return winreg


def start_command() -> list[str]:
    """What starts this installation of Puna, in the background."""
    if getattr(sys, "frozen", False):
        program = Path(sys.executable)
        program = app_image(program.parent, os.environ) or program
        if os.name == "nt":
            program = program.with_name("puna-tray.exe")  # the one without a console
        return [str(program), "tray", BEHIND]
    script = Path(sys.executable).with_name("puna.exe" if os.name == "nt" else "puna")
    if script.is_file():
        return [str(script), "tray", BEHIND]
    return [sys.executable, "-m", "desktop", "tray", BEHIND]


def start_again() -> None:
    """Another Puna, with its windows, takes our place; call it as the last thing."""
    subprocess.Popen(start_command()[:-1], start_new_session=True)


class DesktopEntry:
    """`puna.desktop` of the desktops that follow freedesktop.org.

    Args:
        folder: `autostart` of the user's configuration.
    """

    def __init__(self, folder: Path, command: list[str]) -> None:
        self._path = folder / "puna.desktop"
        self._command = command

    @property
    def is_on(self) -> bool:
        try:
            lines = self._path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return False
        refused = {"Hidden=true", "X-GNOME-Autostart-enabled=false"}
        return not refused & {line.replace(" ", "") for line in lines}

    def switch(self, on: bool) -> None:
        if not on:
            _remove(self._path)
            return
        lines = (
            "[Desktop Entry]",
            "Type=Application",
            "Name=Puna",
            "Comment=A private AI server on your own computer",
            f"TryExec={_escaped(self._command[0])}",  # nothing happens once Puna is removed
            f"Exec={' '.join(map(_quoted, self._command))}",
            "Icon=puna",
            "Terminal=false",
            "X-GNOME-Autostart-enabled=true",
            "X-GNOME-Autostart-Delay=5",
            "X-KDE-autostart-after=panel",
        )
        _write(self._path, ("\n".join(lines) + "\n").encode())


class LaunchAgent:
    """A property list for macOS's launchd.

    Args:
        folder: `~/Library/LaunchAgents`.
    """

    def __init__(self, folder: Path, command: list[str]) -> None:
        self._path = folder / f"{_LABEL}.plist"
        self._command = command

    @property
    def is_on(self) -> bool:
        try:
            found = plistlib.loads(self._path.read_bytes())
        except (OSError, ValueError, plistlib.InvalidFileException):
            return False
        return bool(found.get("RunAtLoad")) and not found.get("Disabled")

    def switch(self, on: bool) -> None:
        if not on:
            _remove(self._path)
            return
        entry = {
            "Label": _LABEL,
            "ProgramArguments": self._command,
            "RunAtLoad": True,
            "ProcessType": "Interactive",
        }
        _write(self._path, plistlib.dumps(entry))


class RunKey:
    """A value of Windows's registry; the task manager keeps beside it what the user refused.

    Args:
        registry: `winreg`; named here for tests.
    """

    def __init__(self, command: list[str], registry: Any = None) -> None:
        self._command = command
        self._registry = registry or load_registry()

    @property
    def is_on(self) -> bool:
        if self._value(_RUN_KEY) is None:
            return False
        verdict = self._value(_APPROVED_KEY)
        return not (isinstance(verdict, bytes) and verdict and verdict[0] & 1)

    def switch(self, on: bool) -> None:
        registry = self._registry
        try:
            self._remove(_APPROVED_KEY)
            if not on:
                self._remove(_RUN_KEY)
                return
            with registry.CreateKey(registry.HKEY_CURRENT_USER, _RUN_KEY) as key:
                line = subprocess.list2cmdline(self._command)
                registry.SetValueEx(key, _VALUE, 0, registry.REG_SZ, line)
        except OSError as error:
            raise AutostartFailed(f"Windows did not take the entry: {error.strerror}") from error

    def _value(self, path: str) -> object:
        """None: there is none."""
        registry = self._registry
        try:
            with registry.OpenKey(registry.HKEY_CURRENT_USER, path) as key:
                return registry.QueryValueEx(key, _VALUE)[0]
        except OSError:
            return None

    def _remove(self, path: str) -> None:
        registry = self._registry
        user, may_write = registry.HKEY_CURRENT_USER, registry.KEY_SET_VALUE
        with suppress(FileNotFoundError), registry.OpenKey(user, path, 0, may_write) as key:
            registry.DeleteValue(key, _VALUE)


def _quoted(word: str) -> str:
    """One word of `Exec`, by the rules of desktop entries.

    >>> _quoted("/usr/bin/puna"), _quoted("/opt/my apps/puna"), _quoted("100%")
    ('/usr/bin/puna', '"/opt/my apps/puna"', '"100%%"')
    """
    if word == shlex.quote(word) and not _FIELD_CODE.search(word):
        return word
    inner = re.sub(r'(["`$\\])', r"\\\1", word).replace("\\", "\\\\").replace("%", "%%")
    return f'"{inner}"'


def _escaped(text: str) -> str:
    """A value of a desktop entry that is no command line.

    >>> print(_escaped("/opt/my apps/a\\\\b"))
    /opt/my apps/a\\\\b
    """
    return text.replace("\\", "\\\\")


def _write(path: Path, content: bytes) -> None:
    try:
        write_whole(path, content)
    except OSError as error:
        raise AutostartFailed(f"{path} cannot be written: {error.strerror}") from error


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise AutostartFailed(f"{path} cannot be removed: {error.strerror}") from error
