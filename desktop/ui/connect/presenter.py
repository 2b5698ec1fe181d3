"""State of the connect window: who may ask, who does, which web pages want to, which models there
are for the recipes."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from desktop.client.activity import ActivityLog, Entry
from desktop.client.apps import App, Apps
from desktop.client.client import Client
from desktop.client.origins import Origins, PageBook
from desktop.client.settings import SettingsCalls
from desktop.core.errors import AppError
from desktop.ui.connect.recipes import Recipe, load_recipes
from desktop.ui.failures import failure_sentence

OWN_APP = "puna"


@dataclass(frozen=True, slots=True)
class Live:
    """One look."""

    apps: tuple[App, ...]
    """Those that were here last come first."""
    running: tuple[Entry, ...]
    pages: PageBook


@dataclass(frozen=True, slots=True)
class Pantry:
    """What recipes are made of."""

    recipes: tuple[Recipe, ...]
    models: tuple[str, ...]
    """Those that can chat first."""
    keys_required: bool


class ConnectPresenter(QObject):
    """Asks the server; has no widget. A refresh during a refresh does nothing."""

    refreshed = Signal(object)  # Live
    stocked = Signal(object)  # Pantry
    key_made = Signal(object)  # NewKey
    failed = Signal(str)  # a refresh, in one sentence for the user
    refused = Signal(str)  # an action, likewise

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client
        self._busy = False
        self._recipes: tuple[Recipe, ...] = ()

    @property
    def address(self) -> str:
        return self._client.url

    async def stock(self) -> None:
        """Read the recipes, and what is filled in."""
        if not self._recipes:
            self._recipes = tuple(await asyncio.to_thread(load_recipes))
        try:
            installed = await self._client.tags()
            settings = await SettingsCalls(self._client.wire).all()
        except AppError as error:
            self.failed.emit(failure_sentence(error))
            self.stocked.emit(Pantry(self._recipes, (), False))
            return
        chatting = [model.name for model in installed if "completion" in model.capabilities]
        others = [model.name for model in installed if model.name not in chatting]
        models = (*chatting, *others)
        self.stocked.emit(Pantry(self._recipes, models, bool(settings.value("require_keys"))))

    async def refresh(self) -> None:
        if self._busy:
            return
        self._busy = True
        try:
            live = await self._look()
        except AppError as error:
            self.failed.emit(failure_sentence(error))
        else:
            self.refreshed.emit(live)
        finally:
            self._busy = False

    async def add_app(self, name: str) -> None:
        """A new one; its key is told by `key_made`."""
        try:
            made = await self._apps.add(name)
        except AppError as error:
            self.refused.emit(failure_sentence(error))
            return
        self.key_made.emit(made)
        await self.refresh()

    async def add_key(self, app: str) -> None:
        """Another key, told by `key_made`."""
        try:
            made = await self._apps.add_key(app)
        except AppError as error:
            self.refused.emit(failure_sentence(error))
            return
        self.key_made.emit(made)
        await self.refresh()

    async def remove_keys(self, app: App) -> None:
        """None of its keys is good any more."""
        for key in app.keys:
            await self._do(self._apps.remove_key(app.id, key.id))

    async def block(self, app: str, is_blocked: bool) -> None:
        await self._do(self._apps.change(app, blocked=is_blocked))

    async def remove(self, app: str) -> None:
        """Forget it and its keys."""
        await self._do(self._apps.remove(app))

    async def answer(self, origin: str, answer: str) -> None:
        """`once`, `always` or `never`, for a web page."""
        await self._do(self._origins.answer(origin, answer))

    async def forget(self, origin: str) -> None:
        """The web page is unknown again."""
        await self._do(self._origins.forget(origin))

    async def _look(self) -> Live:
        apps = await self._apps.all()
        running = await ActivityLog(self._client.wire).running()
        pages = await self._origins.all()
        others = tuple(entry for entry in running if entry.app.id != OWN_APP)
        return Live(tuple(apps), others, pages)

    @property
    def _apps(self) -> Apps:
        return Apps(self._client.wire)

    @property
    def _origins(self) -> Origins:
        return Origins(self._client.wire)

    async def _do(self, action: Awaitable[object]) -> None:
        try:
            await action
        except AppError as error:
            self.refused.emit(failure_sentence(error))
        else:
            await self.refresh()
