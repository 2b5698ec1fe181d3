"""`settings.json` on the disk, and its last good copy, which takes its place when it is damaged."""

import logging
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from desktop.core.errors import RequestInvalid, SettingInvalid
from desktop.core.kept_file import FileDamaged, KeptFile
from desktop.core.settings import settings_of
from desktop.core.troubles import Trouble

log = logging.getLogger(__name__)


class SettingsFile:
    """Reads and writes the choices; what they mean is no matter here.

    Args:
        path: A missing file means that nothing was chosen.
    """

    def __init__(self, path: Path, today: Callable[[], date] = date.today) -> None:
        self.path = path
        self._kept = KeptFile(
            path, dict[str, Any], check=lambda values: settings_of(values, str(path)), today=today
        )

    def read(self) -> dict[str, Any]:
        """Raises SettingInvalid: it cannot be read, or is not a JSON object."""
        try:
            return self._kept.read() or {}
        except FileDamaged as error:
            raise SettingInvalid(str(self.path), str(error), "a JSON object") from error
        except OSError as error:
            raise SettingInvalid(str(self.path), error.strerror, "a file that can be read") from (
                error
            )

    def write(self, values: Mapping[str, Any]) -> None:
        """Raises RequestInvalid: it is as it was."""
        try:
            self._kept.write(dict(values))
        except OSError as error:
            raise RequestInvalid(f"{self.path} cannot be written: {error.strerror}") from error
        self.keep(values)

    def keep(self, values: Mapping[str, Any]) -> None:
        """These are good: have a copy of them. A disk that does not take it is no failure."""
        self._kept.keep(dict(values))

    def mended(self) -> tuple[dict[str, Any], Trouble | None]:
        """What `read` gives; a file that is damaged is moved aside first, and the last good copy
        put in its place."""
        try:
            found = self._kept.mended()
        except OSError as error:
            log.error("%s cannot be read: %s", self.path, error)
            return {}, _unreadable(self.path, error)
        values = found.content or {}
        if not found.aside:
            return values, None
        return values, _damaged(self.path, found.aside, restored=found.is_restored)


def _unreadable(path: Path, error: OSError) -> Trouble:
    return Trouble(
        code="settings_unreadable",
        text=f"{path} cannot be read ({error.strerror or error}), so the defaults hold.",
        remedy="Give yourself the right to read this file, and start Puna again.",
        file=str(path),
    )


def _damaged(path: Path, aside: str, *, restored: bool) -> Trouble:
    now = "the last good settings hold again" if restored else "the defaults hold"
    return Trouble(
        code="settings_restored" if restored else "settings_damaged",
        text=f"The settings were damaged; {now}. The damaged file is {aside}.",
        remedy="Look through the settings, and choose again what is missing.",
        file=str(path),
    )
