"""Lists of all models, as some programs poll them: written once for as long as nothing changes."""

from collections.abc import Callable
from typing import Any

from desktop.api.replies import encode
from desktop.models.library import Library
from desktop.models.store import Snapshot


class Listing:
    """The JSON text of what `render` makes of the library. Thread-safe: at worst made twice."""

    def __init__(self, library: Library, render: Callable[[Snapshot], Any]) -> None:
        self._library = library
        self._render = render
        self._last: tuple[Snapshot, bytes] | None = None

    def text(self) -> bytes:
        snapshot = self._library.snapshot()
        last = self._last
        if last is None or last[0] is not snapshot:
            last = self._last = (snapshot, encode(self._render(snapshot)))
        return last[1]
