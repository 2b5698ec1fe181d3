"""Sharing on the network: switched on with a key, switched off again after a time."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.client.apps import Apps
from desktop.client.client import Client
from desktop.client.settings import AllSettings, SettingsCalls
from desktop.core.errors import AppError
from desktop.ui.failures import failure_sentence
from desktop.ui.preferences import Preferences
from desktop.ui.task_scope import Start

EVERYWHERE = "0.0.0.0"
CHANGED = ("host", "require_keys", "tls")
_HERE = ("", "127.0.0.1", "::1", "localhost")
MAX_TIMER_MS = 3_600_000  # then it looks again: the machine may have slept
RETRY_MS = 60_000


@dataclass(frozen=True, slots=True)
class Sharing:
    """How it stands."""

    is_on: bool
    is_fixed: bool
    """The address was given when Puna was started, and wins over any choice."""
    secured: bool
    port: int
    until: float
    """Seconds since 1970; 0: until it is switched off."""
    certificate_sha256: str = ""


class SharingPresenter(QObject):
    """Has no widget. What it changes is remembered in the preferences, and taken back later."""

    changed = Signal(object)  # Sharing
    key_made = Signal(object)  # NewKey
    failed = Signal(str)

    def __init__(
        self, client: Client, preferences: Preferences, now: Callable[[], float] = time.time
    ) -> None:
        super().__init__()
        self._client = client
        self._preferences = preferences
        self._now = now

    async def refresh(self) -> None:
        try:
            self._tell(await self._settings.all())
        except AppError as error:
            self.failed.emit(failure_sentence(error))

    async def begin(self, name: str, for_s: float, secured: bool) -> None:
        """Make a key and let other machines in.

        Args:
            name: Of who gets the key.
            for_s: Seconds; 0: until it is switched off.
        """
        try:
            seen = await self._settings.all()
            made = await self._apps.add(name)
        except AppError as error:
            self.failed.emit(failure_sentence(error))
            return
        memory = self._memory
        self._remember(
            until=self._now() + for_s if for_s else 0.0,
            apps=[*memory.get("apps", ()), made.id],
            before=memory.get("before") or {each: seen.chosen(each) for each in CHANGED},
        )
        tls = "own" if secured else "off"
        try:
            self._tell(await self._settings.change(host=EVERYWHERE, require_keys=True, tls=tls))
        except AppError as error:
            self._preferences.change(sharing=memory)
            with suppress(AppError):  # then its key opens nothing all the same
                await self._apps.remove(made.id)
            self.failed.emit(failure_sentence(error))
        else:
            self.key_made.emit(made)

    async def add_key(self, name: str) -> None:
        """For one more device."""
        try:
            made = await self._apps.add(name)
        except AppError as error:
            self.failed.emit(failure_sentence(error))
            return
        self._remember(apps=[*self._memory.get("apps", ()), made.id])
        self.key_made.emit(made)

    async def end(self) -> None:
        """Let nobody in any more."""
        try:
            for app in await self._apps.all():
                if app.id in self._memory.get("apps", ()):
                    await self._apps.change(app.id, blocked=True)
            before = self._memory.get("before") or dict.fromkeys(CHANGED)
            if before.get("host") == EVERYWHERE:  # else it would go on
                before = before | {"host": None}
            seen = await self._settings.change(**before)
        except AppError as error:
            self.failed.emit(failure_sentence(error))
            return
        self._preferences.change(sharing={})
        self._tell(seen)

    @property
    def _memory(self) -> dict[str, Any]:
        return self._preferences.choices.sharing

    def _remember(self, **values: Any) -> None:
        self._preferences.change(sharing=self._memory | values)

    @property
    def _settings(self) -> SettingsCalls:
        return SettingsCalls(self._client.wire)

    @property
    def _apps(self) -> Apps:
        return Apps(self._client.wire)

    def _tell(self, seen: AllSettings) -> None:
        host = seen.settings.get("host")
        self.changed.emit(
            Sharing(
                is_on=bool(host) and str(seen.value("host")) not in _HERE,
                is_fixed=host is not None and host.source == "start",
                secured=seen.value("tls") not in (None, "off"),
                port=urlsplit(self._client.url).port or 80,
                until=float(self._memory.get("until", 0.0)),
                certificate_sha256=seen.certificate_sha256,
            )
        )


class SharingEnd(QObject):
    """Ends a sharing when its time is up, also if its window is closed; lives as long as the
    application.

    Args:
        presenter: Its `end` is called.
    """

    def __init__(
        self,
        presenter: SharingPresenter,
        preferences: Preferences,
        start: Start,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__()
        self._presenter = presenter
        self._preferences = preferences
        self._start = start
        self._now = now
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.look)
        preferences.changed.connect(self._on_changed)

    def close(self) -> None:
        """Look no more."""
        self._timer.stop()
        self._preferences.changed.disconnect(self._on_changed)

    def _on_changed(self, _choices: object) -> None:
        self.look()

    def look(self) -> None:
        """End it, or look again when it is time. Call it once the server answers."""
        self._timer.stop()
        until = float(self._preferences.choices.sharing.get("until", 0.0))
        if not until:
            return
        left_ms = round((until - self._now()) * 1000)
        self._timer.start(min(left_ms, MAX_TIMER_MS) if left_ms > 0 else RETRY_MS)
        if left_ms <= 0:
            self._start(self._presenter.end())
