"""Models that the user has removed, while it can still be taken back."""

from PySide6.QtCore import QObject, QTimer, Signal

HOLD_MS = 10_000


class Removals(QObject):
    """Nothing is asked of the server before the time is up. A window that goes away keeps all."""

    changed = Signal(list)  # names that are held, in order
    due = Signal(str)  # a name that is to be deleted now

    def __init__(self, parent: QObject, hold_ms: int = HOLD_MS) -> None:
        super().__init__(parent)
        self.hold_ms = hold_ms
        self._timers: dict[str, QTimer] = {}
        self._deleting: set[str] = set()

    @property
    def names(self) -> list[str]:
        return list(self._timers)

    @property
    def hidden(self) -> list[str]:
        """What a list leaves out: those that are held, and those that are just being deleted."""
        return [*self._timers, *self._deleting]

    def hold(self, name: str) -> None:
        """From now on the time runs; for one that is held already, it begins again."""
        self._drop(name)
        timer = QTimer(self, interval=self.hold_ms, singleShot=True)
        timer.timeout.connect(lambda: self._on_due(name))
        self._timers[name] = timer
        timer.start()
        self.changed.emit(self.names)

    def undo(self) -> None:
        """Take the last one back."""
        if self._timers:
            self._drop(next(reversed(self._timers)))
            self.changed.emit(self.names)

    def settle(self, name: str) -> None:
        """It has been deleted, or could not be."""
        self._deleting.discard(name)
        self.changed.emit(self.names)

    def _on_due(self, name: str) -> None:
        self._drop(name)
        self._deleting.add(name)
        self.changed.emit(self.names)
        self.due.emit(name)

    def _drop(self, name: str) -> None:
        if timer := self._timers.pop(name, None):
            timer.stop()
            timer.deleteLater()
