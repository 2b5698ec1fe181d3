"""What needs its user's attention although Puna runs: found at the start, or later."""

import threading
from collections.abc import Callable

import msgspec


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """One thing. Windows say it in their language by `code`; the texts are for everybody else."""

    code: str
    """`settings_damaged`, `setting_ignored`, `safe_mode`, … (`resources/help/trouble.md`)."""
    text: str
    """What happened, in a sentence."""
    remedy: str = ""
    """What its reader can do, in a sentence."""
    file: str = ""
    """Path that it is about."""


class Troubles:
    """All of one run of Puna, in the order in which they were found. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: list[Trouble] = []

    @property
    def all(self) -> list[Trouble]:
        with self._lock:
            return list(self._found)

    def add(self, trouble: Trouble) -> None:
        """The same one is kept once."""
        with self._lock:
            if trouble not in self._found:
                self._found.append(trouble)


Tell = Callable[[Trouble], None]
