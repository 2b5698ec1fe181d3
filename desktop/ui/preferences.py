"""What the user chose for the windows: kept in `desktop.json` of the configuration folder.

The server's settings are another thing (`core/settings.py`); the server never reads these.
"""

import logging
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal

from desktop.client.status import Problem
from desktop.core.kept_file import KeptFile, Mended

log = logging.getLogger(__name__)


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """One snapshot. Unknown keys of the file are ignored, damaged ones mean the defaults."""

    language: str = ""
    """`de`, `en`; empty: as the system."""
    theme: str = "system"
    """`system`, `light`, `dark`."""
    notify_downloads: bool = True
    notify_models: bool = True
    """A model was too large and something was done about it."""
    notify_permissions: bool = True
    """Another program or a web page waits for permission."""
    confirm_links: bool = True
    """Ask before a link of an answer is opened in the browser."""
    last_model: str = ""
    parameters: dict[str, Any] = {}
    """`options` that the chat window sends, as the user set them."""
    system: str = ""
    """What every chat tells its model about how to answer."""
    think: str = ""
    """`on`, `off`, `low`, `medium`, `high`; empty: as the model does it by itself."""
    presets: dict[str, str] = {}
    """System prompts by name."""
    geometry: dict[str, str] = {}
    """Where each window was: Qt's own bytes, in base64."""
    sharing: dict[str, Any] = {}
    """Of the sharing that goes on: `until` (seconds since 1970; 0: no end), `apps` (ids of those
    it made), and `before` (what was chosen for the settings that it changed)."""
    welcomed: bool = False
    """The first run has been shown."""


class Preferences(QObject):
    """The current choices. `changed` tells of each new snapshot; a disk that cannot be written is
    told in the log and done without.

    Args:
        path: None: the defaults hold, and nothing is kept.
    """

    changed = Signal(object)  # Choices

    def __init__(self, path: Path | None) -> None:
        super().__init__()
        self._file = KeptFile(path, Choices) if path else None
        self.problems: list[Problem] = []
        """What its user should know about the file."""
        self.choices = self._read(self._file) if self._file else Choices(welcomed=True)

    def change(self, **values: Any) -> None:
        """Replace some of the choices, and keep them on the disk."""
        self.choices = msgspec.structs.replace(self.choices, **values)
        if self._file:
            self._write(self._file)
        self.changed.emit(self.choices)

    def _write(self, file: KeptFile[Choices]) -> None:
        try:
            file.write(self.choices)
        except OSError as error:
            log.warning("%s cannot be written: %s", file.path, error.strerror or error)

    def _read(self, file: KeptFile[Choices]) -> Choices:
        try:
            found = file.mended()
        except OSError as error:
            log.warning("%s cannot be read, so the defaults hold: %s", file.path, error)
            return Choices()
        if found.aside:
            self.problems.append(_damaged(file.path, found))
        if found.content is None:
            return Choices()
        file.keep(found.content)
        return found.content


def _damaged(path: Path, found: Mended[Choices]) -> Problem:
    now = "the last good ones hold again" if found.is_restored else "they are as at first"
    return Problem(
        code="choices_restored" if found.is_restored else "choices_damaged",
        text=f"The choices for the windows were damaged; {now}. The damaged file is {found.aside}.",
        file=str(path),
    )
