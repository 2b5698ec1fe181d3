"""The settings in force, where each comes from, and the only writer of `settings.json`.

What was given for this start (the command line) goes first, then `settings.json`, which holds what
was chosen in the windows, then Ollama's environment variables, then the defaults.
"""

import os
import threading
from collections.abc import Callable, Mapping
from copy import copy
from pathlib import Path
from typing import Any, Self

from desktop.core.environment import from_environment
from desktop.core.errors import SettingInvalid
from desktop.core.settings import UNQUANTIZED, Settings, settings_of
from desktop.core.settings_file import SettingsFile
from desktop.core.troubles import Trouble, Troubles

AT_START = frozenset(("port", "models_dir", "share_ollama"))
"""Settings that a running server cannot change."""
_PLAIN = (None, *UNQUANTIZED)


class Preferences:
    """Thread-safe. `current` is replaced by a change, `started` never is.

    Args:
        path: The file; a missing one means that nothing was chosen.
        given: Values for this start only.

    Raises:
        SettingInvalid: the file is not JSON, has an unknown key, or a value is out of range.
    """

    is_safe = False
    """Neither the file nor the environment is followed."""

    def __init__(
        self, path: Path, environ: Mapping[str, str], given: Mapping[str, Any] | None = None
    ) -> None:
        self._begin(path, environ, given or {})
        self._file = self._disk.read()
        self.current = self.started = self._settle(self._file)

    @classmethod
    def mended(
        cls,
        path: Path,
        environ: Mapping[str, str],
        given: Mapping[str, Any] | None = None,
        *,
        forgives: bool = False,
    ) -> Self:
        """The same, but a damaged file is moved aside, and its last good copy holds.

        Args:
            forgives: What the file has of unknown keys, and values out of range, is left out.

        Raises:
            SettingInvalid: something is out of range, and not to be forgiven.
        """
        made = cls.__new__(cls)
        made._begin(path, environ, given or {})
        made._file, trouble = made._disk.mended()
        if trouble:
            made.tell(trouble)
        if forgives:
            made._file = made._usable(made._file)
        made.current = made.started = made._settle(made._file)
        if os.path.exists(path) and not made.troubles.all:
            made._disk.keep(made._file)
        return made

    @classmethod
    def safe(cls, path: Path, given: Mapping[str, Any], reason: str) -> Self:
        """The defaults; only what is changed from now on holds, and goes into the file.

        Args:
            reason: Why, in a sentence.
        """
        made = cls.__new__(cls)
        made._begin(path, {}, given)
        made.is_safe = True
        made._file = {}
        made.current = made.started = made._settle({})
        made.tell(
            Trouble(
                code="safe_mode",
                text=f"Puna runs in safe mode: settings are as at first, and no model is loaded"
                f" by itself. {reason}",
                remedy="Quit Puna and start it again to go back to your settings.",
            )
        )
        return made

    def _begin(self, path: Path, environ: Mapping[str, str], given: Mapping[str, Any]) -> None:
        self.path = path
        self._ignored = frozenset[str]()
        self._disk = SettingsFile(path)
        self._environ = environ
        self._given = dict(given)
        self._named = from_environment(environ)
        self._lock = threading.Lock()
        self._listeners: list[Callable[[Settings], None]] = []
        self.notes: list[str] = []
        """Sentences about this start that its user should know."""
        self.troubles = Troubles()
        """What needs the user's attention."""

    def tell(self, trouble: Trouble) -> None:
        """It is among the notes, which the service logs, and among the troubles."""
        self.notes.append(trouble.text)
        self.troubles.add(trouble)

    def with_given(self, **given: Any) -> "Preferences":
        """The same, with other values for this start."""
        made = copy(self)
        made._lock = threading.Lock()
        made._listeners = []
        made._given = self._given | given
        made.current = made.started = made._settle(made._file)
        made.notes = list(self.notes)
        return made

    def source(self, name: str) -> str:
        """`start` (the command line), `file`, `environment` or `default`."""
        if name in self._given:
            return "start"
        if name in self._file:
            return "file"
        return "environment" if name in self._named else "default"

    def overruled(self, name: str) -> tuple[Any, str] | None:
        """Value and variable of the environment that are not followed, as another place wins."""
        if self.source(name) in ("start", "file") and name in self._named:
            return self._named[name]
        return None

    @property
    def overruled_variables(self) -> list[str]:
        found = {each[1] for name in self._named if (each := self.overruled(name))}
        return sorted(found)

    @property
    def restart_needed(self) -> list[str]:
        """Settings that were changed and take effect at the next start."""
        names = sorted(AT_START)
        return [
            name for name in names if getattr(self.current, name) != getattr(self.started, name)
        ]

    def listen(self, listener: Callable[[Settings], None]) -> None:
        """Call it with the settings at every change, in the thread that makes it."""
        self._listeners.append(listener)

    def change(
        self, values: Mapping[str, Any], check: Callable[[Settings], None] | None = None
    ) -> None:
        """Choose: write the values into the file, and follow them.

        Args:
            values: By name; None takes the choice back.
            check: May refuse the settings that would come of it, by an AppError.

        Raises:
            SettingInvalid: a name is unknown, or a value out of range; nothing was changed.
            RequestInvalid: the file cannot be written.
        """
        with self._lock:
            chosen = self._chosen(values)
            followed = self._followed(chosen, values)
            made = self._settle(followed)
            if check:
                check(made)
            self._disk.write(chosen)
            self._file, self.current = followed, made
            self._ignored -= values.keys()
        for listener in self._listeners:
            listener(made)

    def foresee(self, values: Mapping[str, Any]) -> Settings:
        """What would come of such a change. Raises SettingInvalid as `change` does."""
        return self._settle(self._followed(self._chosen(values), values))

    def _chosen(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The file's new content."""
        known = Settings.__struct_fields__
        unknown = {name: value for name, value in values.items() if name not in known}
        settings_of(unknown, "the request")
        return _without_none(self._disk.read() | dict(values))

    def _followed(self, chosen: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
        """What holds of the file's new content in this run."""
        if self.is_safe:
            return _without_none(self._file | dict(new))
        ignored = self._ignored - new.keys()
        return {name: value for name, value in chosen.items() if name not in ignored}

    def _usable(self, file: Mapping[str, Any]) -> dict[str, Any]:
        """What can be followed of it; the rest is told, and stays in the file."""
        usable, left = dict[str, Any](), dict(file)
        while left:
            refused: dict[str, SettingInvalid] = {}
            for name, value in left.items():
                try:
                    self._settle(usable | {name: value})
                except SettingInvalid as error:
                    refused[name] = error
                else:
                    usable[name] = value
            if len(refused) == len(left):  # what is left does not become sound by the others
                self._tell_ignored(refused)
                break
            left = {name: left[name] for name in refused}
        self._ignored = frozenset(left)
        return usable

    def _tell_ignored(self, refused: Mapping[str, SettingInvalid]) -> None:
        for error in refused.values():
            self.tell(
                Trouble(
                    code="setting_ignored",
                    text=f"{error}. It is not followed.",
                    remedy="Choose it again in the settings, or correct it in the file.",
                    file=str(self.path),
                )
            )

    def _settle(self, file: Mapping[str, Any]) -> Settings:
        place = str(self.path)
        settings_of(file, place)  # sound by itself, whatever else is given
        chosen = dict(file) | self._given
        named = {name: value for name, (value, _) in self._named.items() if name not in chosen}
        both = named | chosen
        if both.get("flash_attention") == "off" and both.get("kv_cache_type") not in _PLAIN:
            for name in ("flash_attention", "kv_cache_type"):  # like Ollama: no such thing
                named.pop(name, None)
        return settings_of(named | chosen, place)


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
