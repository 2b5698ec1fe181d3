"""The settings in force, where each comes from, and the only writer of `settings.json`.

What was given for this start (the command line) goes first, then `settings.json`, which holds what
was chosen in the windows, then Ollama's environment variables, then the defaults.
"""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from desktop.core.environment import from_environment
from desktop.core.errors import RequestInvalid, SettingInvalid
from desktop.core.settings import UNQUANTIZED, Settings, settings_of
from desktop.core.whole_file import write_whole

AT_START = frozenset(
    ("host", "port", "tls", "tls_certificate", "tls_key", "models_dir", "share_ollama")
)
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

    def __init__(
        self, path: Path, environ: Mapping[str, str], given: Mapping[str, Any] | None = None
    ) -> None:
        self.path = path
        self._environ = environ
        self._given = dict(given or {})
        self._named = from_environment(environ)
        self._lock = threading.Lock()
        self._listeners: list[Callable[[Settings], None]] = []
        self._file = _read(path)
        self.notes: list[str] = []
        """Sentences about this start that its user should know."""
        self.current = self._settle(self._file)
        self.started = self.current

    def with_given(self, **given: Any) -> "Preferences":
        """The same, with other values for this start."""
        made = Preferences(self.path, self._environ, self._given | given)
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
        known = Settings.__struct_fields__
        unknown = {name: value for name, value in values.items() if name not in known}
        settings_of(unknown, "the request")
        with self._lock:
            chosen = {k: v for k, v in (_read(self.path) | dict(values)).items() if v is not None}
            made = self._settle(chosen)
            if check:
                check(made)
            _write(self.path, chosen)
            self._file, self.current = chosen, made
        for listener in self._listeners:
            listener(made)

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


def _read(path: Path) -> dict[str, Any]:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingInvalid(str(path), error.strerror, "a file that can be read") from error
    try:
        return msgspec.json.decode(raw, type=dict[str, Any])
    except msgspec.MsgspecError as error:
        raise SettingInvalid(str(path), str(error), "a JSON object") from error


def _write(path: Path, values: Mapping[str, Any]) -> None:
    try:
        write_whole(path, msgspec.json.format(msgspec.json.encode(values), indent=2) + b"\n")
    except OSError as error:
        raise RequestInvalid(f"{path} cannot be written: {error.strerror}") from error
