"""`settings.json` on the disk, and its last good copy, which takes its place when it is damaged."""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from desktop.core.aside import move_aside
from desktop.core.errors import RequestInvalid, SettingInvalid
from desktop.core.settings import settings_of
from desktop.core.troubles import Trouble
from desktop.core.whole_file import write_whole

log = logging.getLogger(__name__)


class SettingsFile:
    """Reads and writes the choices; what they mean is no matter here.

    Args:
        path: A missing file means that nothing was chosen.
    """

    def __init__(self, path: Path, today: Callable[[], date] = date.today) -> None:
        self.path = path
        self._copy = path.parent / "backups" / path.name
        self._today = today

    def read(self) -> dict[str, Any]:
        """Raises SettingInvalid: it cannot be read, or is not a JSON object."""
        try:
            raw = self.path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise SettingInvalid(str(self.path), error.strerror, "a file that can be read") from (
                error
            )
        try:
            return _decoded(raw)
        except msgspec.MsgspecError as error:
            raise SettingInvalid(str(self.path), str(error), "a JSON object") from error

    def write(self, values: Mapping[str, Any]) -> None:
        """Raises RequestInvalid: it is as it was."""
        try:
            write_whole(self.path, _encoded(values))
        except OSError as error:
            raise RequestInvalid(f"{self.path} cannot be written: {error.strerror}") from error
        self.keep(values)

    def keep(self, values: Mapping[str, Any]) -> None:
        """These are good: have a copy of them. A disk that does not take it is no failure."""
        content = _encoded(values)
        try:
            if not self._copy.exists() or self._copy.read_bytes() != content:
                write_whole(self._copy, content)
        except OSError as error:
            log.warning("no copy of the settings: %s", error)

    def mended(self) -> tuple[dict[str, Any], Trouble | None]:
        """What `read` gives; a file that is damaged is moved aside first, and the last good copy
        put in its place."""
        try:
            return self.read(), None
        except SettingInvalid as error:
            log.error("%s", error)
            if not isinstance(error.__cause__, msgspec.MsgspecError):
                return {}, _unreadable(self.path, error)
        try:
            aside = move_aside(self.path, self._today()).name
        except OSError as error:
            log.error("%s stays where it is: %s", self.path, error)
            aside = self.path.name
        values = self._last_good()
        if values is not None:
            with suppress(RequestInvalid):
                self.write(values)
        return values or {}, _damaged(self.path, aside, restored=values is not None)

    def _last_good(self) -> dict[str, Any] | None:
        try:
            values = _decoded(self._copy.read_bytes())
            settings_of(values, str(self._copy))
        except (OSError, msgspec.MsgspecError, SettingInvalid):
            return None
        return values


def _decoded(raw: bytes) -> dict[str, Any]:
    return msgspec.json.decode(raw, type=dict[str, Any])


def _encoded(values: Mapping[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(values), indent=2) + b"\n"


def _unreadable(path: Path, error: SettingInvalid) -> Trouble:
    return Trouble(
        code="settings_unreadable",
        text=f"{error}. The defaults hold.",
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
