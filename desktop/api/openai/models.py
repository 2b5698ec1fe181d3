"""GET /v1/models: what is installed, in OpenAI's words."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.anthropic import models as anthropic
from desktop.api.apps.callers import caller_of
from desktop.api.apps.policy import may_use
from desktop.api.listing import Listing
from desktop.api.replies import json_reply, raw_json
from desktop.core.errors import ModelNotAllowed, ModelNotFound
from desktop.models.installed import InstalledModel
from desktop.models.library import Library
from desktop.models.names import ModelName, without_source
from desktop.models.store import Snapshot


class Models:
    """The routes' handlers."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._listing = Listing(library, _listed)
        self._anthropic = Listing(library, anthropic.listed)

    async def list(self, request: Request) -> Response:
        """GET /v1/models: those that the caller may use, the newest first."""
        listing = self._anthropic if anthropic.is_anthropic(request) else self._listing
        return raw_json(await asyncio.to_thread(listing.text, caller_of(request).app))

    async def retrieve(self, request: Request) -> Response:
        """GET /v1/models/{id}; the id may have slashes and is given back as it came."""
        wanted = request.path_params["model"]
        try:
            model = await asyncio.to_thread(self._library.find, wanted)
        except ModelNotFound as error:
            raise ModelNotFound(ModelName.parse(without_source(wanted)).short) from error
        app = caller_of(request).app
        if app and not may_use(app, model):
            raise ModelNotAllowed(wanted, app.name)
        shown = anthropic.entry if anthropic.is_anthropic(request) else _entry
        return json_reply(shown(model, wanted))


def _listed(snapshot: Snapshot) -> dict[str, Any]:
    entries = [_entry(model, model.name.short) for model in snapshot.models]
    return {"object": "list", "data": entries}


def _entry(model: InstalledModel, name: str) -> dict[str, Any]:
    return {
        "id": name,
        "object": "model",
        "created": int(model.modified_at.timestamp()),
        "owned_by": model.name.namespace,
    }
