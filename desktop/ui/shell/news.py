"""What the server tells once: troubles of its start, and a newer Puna; has no widget.

Both streams of news sleep in the server until there is some.
"""

from PySide6.QtCore import QObject, Signal

from desktop.client.client import Client
from desktop.client.settings import SettingsCalls
from desktop.client.update import UpdateCalls
from desktop.core.errors import AppError


class News(QObject):
    """One for each server that we are connected to."""

    troubled = Signal(list)  # of Problem, at least one
    newer = Signal(str)  # a version that can be had, once

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client
        self._told = ""

    async def run(self) -> None:
        """Until cancelled, or the end of the connection."""
        wire = self._client.wire
        try:
            if problems := (await SettingsCalls(wire).all()).problems:
                self.troubled.emit(problems)
            async for update in UpdateCalls(wire).events():
                if update.newer and update.newer != self._told:
                    self._told = update.newer
                    self.newer.emit(update.newer)
        except AppError:
            return  # whoever watches the server says so
