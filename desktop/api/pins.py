"""Models that the user wants always ready: loaded when the service starts, or when they are chosen,
and kept in memory."""

import asyncio
import contextlib
import logging
from pathlib import Path

from desktop.api.apps.aliases import folded
from desktop.core.errors import AppError
from desktop.core.preferences import Preferences
from desktop.core.settings import Settings
from desktop.core.troubles import Trouble
from desktop.engine.engine import Engine
from desktop.engine.options import merge
from desktop.models.installed import InstalledModel
from desktop.models.library import Library

log = logging.getLogger(__name__)


class Pins:
    """Follows the setting `pinned`. Service loop only."""

    def __init__(self, preferences: Preferences, library: Library, engine: Engine) -> None:
        self._preferences = preferences
        self._library = library
        self._engine = engine
        self._changed = asyncio.Event()
        self.troubles: list[Trouble] = []
        """Of those that could not be loaded."""

    async def run(self) -> None:
        """Load what is chosen, one after the other. Runs until cancelled; sleeps otherwise."""
        loop = asyncio.get_running_loop()

        def follow(_settings: Settings) -> None:
            with contextlib.suppress(RuntimeError):  # the service is ending
                loop.call_soon_threadsafe(self._changed.set)

        self._preferences.listen(follow)
        chosen: tuple[str, ...] = ()
        while True:
            if chosen != self._preferences.current.pinned:
                chosen = self._preferences.current.pinned
                await self._follow(chosen)
            await self._changed.wait()
            self._changed.clear()

    def choose(self, model: str, *, pinned: bool) -> None:
        """Write into the settings that this model is always ready, or no longer.

        Raises:
            SettingInvalid, RequestInvalid: they cannot be written.
        """
        others = [
            name for name in self._preferences.current.pinned if folded(name) != folded(model)
        ]
        self._preferences.change({"pinned": [*others, model] if pinned else others or None})

    async def _follow(self, names: tuple[str, ...]) -> None:
        self.troubles = []
        found = [model for name in names if (model := await self._find(name))]
        weights: dict[Path, InstalledModel] = {model.weights: model for model in found}
        self._engine.pin(weights.keys())
        for model in found:
            if self._preferences.current.pinned != names:
                return  # what is chosen now comes next
            await self._load(model)

    async def _find(self, name: str) -> InstalledModel | None:
        try:
            return await asyncio.to_thread(self._library.find, name)
        except AppError as error:
            self._tell(name, error)
            return None

    async def _load(self, model: InstalledModel) -> None:
        try:
            options = merge(model.parameters, {})
            await self._engine.load(model, options, None)
        except AppError as error:
            self._tell(model.name.short, error)
        else:
            log.info("%s stays in memory, as it is pinned", model.name.short)

    def _tell(self, name: str, error: AppError) -> None:
        trouble = Trouble(
            code="pinned_not_loaded",
            text=f"{name} is to be always ready, but could not be loaded: {error}",
            remedy="Free the memory that it needs, or let it be loaded when it is asked.",
        )
        log.warning("%s", trouble.text)
        self.troubles.append(trouble)
