"""The search for newer versions, made when somebody first wants to know: a server that is not told
to look for them has nothing of it in memory.
"""

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING

from desktop.core.paths import Paths
from desktop.core.preferences import Preferences
from desktop.core.resources import resource
from desktop.core.settings import Settings

if TYPE_CHECKING:
    from desktop.updates.source import UpdateSource
    from desktop.updates.updates import Updates


class Updating:
    """Service loop only."""

    def __init__(self, preferences: Preferences, paths: Paths) -> None:
        self._preferences = preferences
        self._paths = paths
        self._changed = asyncio.Event()

    @cached_property
    def updates(self) -> "Updates":
        from desktop.updates.source import this_installation
        from desktop.updates.updates import Updates

        return Updates(self._paths.updates, self._source, this_installation())

    async def run(self) -> None:
        """Follow the setting, until cancelled; then nothing is being fetched any more."""
        loop = asyncio.get_running_loop()

        def follow(_settings: Settings) -> None:
            if not loop.is_closed():  # changes come on any thread
                loop.call_soon_threadsafe(self._changed.set)

        self._preferences.listen(follow)
        asking: asyncio.Task[None] | None = None
        try:
            while True:
                self._changed.clear()
                wanted = self._preferences.current.updates == "notify"
                if wanted and asking is None:
                    asking = asyncio.create_task(self.updates.run(), name="updates")
                if asking:
                    self.updates.want(wanted)
                await self._changed.wait()
        finally:
            if asking:
                asking.cancel()
                await asyncio.wait({asking})
            if "updates" in self.__dict__:
                await self.updates.cancel()

    def _source(self) -> "UpdateSource":
        from desktop.updates.source import UpdateSource

        own = UpdateSource.read(resource("updates.json"))
        return UpdateSource(self._preferences.current.update_feed or own.feed, own.keys)
