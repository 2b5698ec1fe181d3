"""What the user chose for the windows: kept in `desktop.json` of the configuration folder.

The server's settings are another thing (`core/settings.py`); the server never reads these.
"""

import logging
import os
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal

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
    told in the log and done without."""

    changed = Signal(object)  # Choices

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self.choices = _read(path)

    def change(self, **values: Any) -> None:
        """Replace some of the choices, and keep them on the disk."""
        self.choices = msgspec.structs.replace(self.choices, **values)
        draft = self._path.with_suffix(f".{os.getpid()}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(msgspec.json.format(msgspec.json.encode(self.choices)))
            os.replace(draft, self._path)
        except OSError as error:
            log.warning("%s cannot be written: %s", self._path, error.strerror or error)
        self.changed.emit(self.choices)


def _read(path: Path) -> Choices:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Choices)
    except FileNotFoundError:
        return Choices()
    except (OSError, msgspec.MsgspecError) as error:
        log.warning("%s cannot be read, so the defaults hold: %s", path, error)
        return Choices()
