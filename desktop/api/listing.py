"""Lists of all models, as some programs poll them: written once for as long as nothing changes."""

import dataclasses
from collections.abc import Callable
from typing import Any

from desktop.api.apps.app import App
from desktop.api.apps.policy import may_use
from desktop.api.replies import encode
from desktop.models.library import Library
from desktop.models.store import Snapshot


class Listing:
    """The JSON text of what `render` makes of the library. Thread-safe: at worst made twice."""

    def __init__(self, library: Library, render: Callable[[Snapshot], Any]) -> None:
        self._library = library
        self._render = render
        self._last: tuple[Snapshot, bytes] | None = None

    def text(self, app: App | None) -> bytes:
        """Of the models that the app may use; None: all of them."""
        snapshot = self._library.snapshot()
        if app and app.models:
            models = tuple(model for model in snapshot.models if may_use(app, model))
            return encode(self._render(dataclasses.replace(snapshot, models=models)))
        last = self._last
        if last is None or last[0] is not snapshot:
            last = self._last = (snapshot, encode(self._render(snapshot)))
        return last[1]
