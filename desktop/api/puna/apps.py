"""Apps and their keys: `/api/puna/apps`."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.apps.app import App
from desktop.api.apps.apps import Apps
from desktop.api.apps.changes import AppChange
from desktop.api.bodies import body_of, typed
from desktop.api.replies import json_reply
from desktop.core.errors import RequestInvalid

_PLAIN = (
    "id", "name", "automatic", "program", "address", "admin", "blocked", "models", "aliases",
    "system", "options", "requests_at_once", "tokens_per_minute", "log_content", "created_at",
)  # fmt: skip


class AppRoutes:
    """The routes' handlers. A key is shown once, when it is made."""

    def __init__(self, apps: Apps) -> None:
        self._apps = apps

    async def all(self, _request: Request) -> Response:
        """GET: `{"apps": [...]}`, those that were here last first."""
        return json_reply({"apps": [self._view(app) for app in self._apps.all]})

    async def add(self, request: Request) -> Response:
        """POST `{name, ...}`: a new app, with its first key in `key`."""
        change = typed(await body_of(request), AppChange)
        if not isinstance(change.name, str):
            raise RequestInvalid('"name" is required')
        app = await self._apps.save(change.applied(self._apps.blank(change.name)))
        secret, app = await self._apps.add_key(app.id)
        return json_reply(self._view(app) | {"key": secret}, 201)

    async def one(self, request: Request) -> Response:
        """GET /{id}."""
        return json_reply(self._view(self._named(request)))

    async def change(self, request: Request) -> Response:
        """PATCH /{id}: any of the fields; a list or table is replaced as a whole."""
        change = typed(await body_of(request), AppChange)
        app = await self._apps.save(change.applied(self._named(request)))
        return json_reply(self._view(app))

    async def remove(self, request: Request) -> Response:
        """DELETE /{id}: its keys too. A program that was recognised is new when it comes again."""
        await self._apps.remove(request.path_params["id"])
        return Response(status_code=204)

    async def add_key(self, request: Request) -> Response:
        """POST /{id}/keys: another key, in `key`; the others stay."""
        secret, app = await self._apps.add_key(request.path_params["id"])
        return json_reply(self._view(app) | {"key": secret}, 201)

    async def remove_key(self, request: Request) -> Response:
        """DELETE /{id}/keys/{key}, by the key's id."""
        app = await self._apps.remove_key(request.path_params["id"], request.path_params["key"])
        return json_reply(self._view(app))

    def _named(self, request: Request) -> App:
        return self._apps.find(request.path_params["id"])

    def _view(self, app: App) -> dict[str, Any]:
        keys = [
            {"id": key.id, "ending": key.ending, "created_at": key.created_at} for key in app.keys
        ]
        plain = {name: getattr(app, name) for name in _PLAIN}
        return plain | {"keys": keys, "seen_at": self._apps.seen_at(app) or None}
