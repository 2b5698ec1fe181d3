"""Has this computer measured where nothing is known of it, and tells when that is done."""

from PySide6.QtCore import QObject, Signal

from desktop.client.client import Client
from desktop.client.speed import SpeedBoard, Speeds
from desktop.core.errors import AppError


class MeasuringPresenter(QObject):
    """Asks only after a wish, until that is fulfilled or cannot be."""

    measured = Signal()

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client
        self.is_waiting = False

    async def wish(self) -> None:
        """Measure if need be; without a figure, windows show none."""
        try:
            self.is_waiting = await SpeedBoard(self._client.wire).wish()
        except AppError:
            self.is_waiting = False

    async def look(self) -> None:
        """Whether it is done by now."""
        if not self.is_waiting:
            return
        if not (await speeds_of(self._client)).is_measuring:
            self.is_waiting = False
            self.measured.emit()


async def speeds_of(client: Client) -> Speeds:
    """How fast installed models are; nothing, if the server does not say."""
    try:
        return await SpeedBoard(client.wire).all()
    except AppError:
        return Speeds()
