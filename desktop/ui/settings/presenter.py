"""The server's settings and what else the settings window can do; state and work, no widget."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from desktop.client.client import Client
from desktop.client.settings import AllSettings, Keeper, SettingsCalls
from desktop.core.autostart import Autostart
from desktop.core.errors import AppError

if TYPE_CHECKING:
    from desktop.history.history import History


class SettingsPresenter(QObject):
    """What fails is told by `failed`, but for values that the server refuses."""

    shown = Signal(object)  # AllSettings
    changed = Signal(str)  # the setting that was just changed
    refused = Signal(str, object)  # setting, AppError
    failed = Signal(object)  # AppError
    loaded_counted = Signal(int)  # models in memory that go on as they were loaded
    login_shown = Signal(bool)  # whether Puna starts at login
    login_failed = Signal(object)
    keepers_shown = Signal(list)  # of Keeper
    requests_cleared = Signal()
    chats_counted = Signal(int)
    chats_removed = Signal(int)
    diagnosed = Signal(str)
    saved = Signal(str)  # path
    save_failed = Signal(str)  # the system's words

    def __init__(self, client: Client, history: "History", autostart: Autostart) -> None:
        super().__init__()
        self._client = client
        self._calls = SettingsCalls(client.wire)
        self._history = history
        self._autostart = autostart
        self.all = AllSettings({})

    async def load(self) -> None:
        """Everything that the window shows at first."""
        self.login_shown.emit(await asyncio.to_thread(lambda: self._autostart.is_on))
        try:
            self._show(await self._calls.all())
            self.keepers_shown.emit(await self._calls.apps())
        except AppError as error:
            self.failed.emit(error)
        await self._count_chats()

    async def change(self, name: str, value: Any, *, is_for_loading: bool = False) -> None:
        """Choose a value; None goes back to the default.

        Args:
            is_for_loading: Models that are in memory already go on without it.
        """
        try:
            answer = await self._calls.change(**{name: value})
        except AppError as error:
            self.refused.emit(name, error)
            return
        self._show(answer)
        self.changed.emit(name)
        if is_for_loading:
            await self._count_loaded()

    async def unload_all(self) -> None:
        """Each is loaded again when it is needed, as the settings are then."""
        try:
            for each in await self._client.ps():
                await self._client.unload(each.name)
        except AppError as error:
            self.failed.emit(error)
            return
        self.loaded_counted.emit(0)

    async def switch_login(self, on: bool) -> None:
        try:
            await asyncio.to_thread(self._autostart.switch, on)
        except AppError as error:
            self.login_failed.emit(error)
        self.login_shown.emit(await asyncio.to_thread(lambda: self._autostart.is_on))

    async def keep_texts(self, app_id: str, keep: bool) -> None:
        try:
            await self._calls.keep_texts(app_id, keep)
            found: list[Keeper] = await self._calls.apps()
        except AppError as error:
            self.failed.emit(error)
            return
        self.keepers_shown.emit(found)

    async def clear_requests(self) -> None:
        try:
            await self._calls.clear_requests()
        except AppError as error:
            self.failed.emit(error)
            return
        self.requests_cleared.emit()

    async def remove_chats(self) -> None:
        """All of them."""
        count = 0
        try:
            for line in await self._history.chats():
                await self._history.remove_chat(line.id)
                count += 1
        except AppError as error:
            self.failed.emit(error)
        self.chats_removed.emit(count)
        await self._count_chats()

    async def diagnose(self) -> None:
        try:
            found = await self._calls.diagnostics()
        except AppError as error:
            self.failed.emit(error)
            return
        self.diagnosed.emit(found.text)

    async def save(self, path: Path, text: str) -> None:
        try:
            await asyncio.to_thread(path.write_text, text, encoding="utf-8")
        except OSError as error:
            self.save_failed.emit(error.strerror or str(error))
            return
        self.saved.emit(str(path))

    async def _count_loaded(self) -> None:
        try:
            self.loaded_counted.emit(len(await self._client.ps()))
        except AppError as error:
            self.failed.emit(error)

    async def _count_chats(self) -> None:
        try:
            self.chats_counted.emit(len(await self._history.chats()))
        except AppError as error:
            self.failed.emit(error)

    def _show(self, found: AllSettings) -> None:
        self.all = found
        self.shown.emit(found)
