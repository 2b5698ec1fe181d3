"""Aliases for everybody: `/api/puna/aliases`."""

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.apps.aliases import MAX_ALIASES, Aliases
from desktop.api.apps.changes import MAX_NAME, AliasChange, check_model_name
from desktop.api.bodies import body_of, typed
from desktop.api.replies import json_reply
from desktop.core.errors import RequestInvalid


class AliasRoutes:
    """The routes' handlers. A name may have `*` in it, and slashes."""

    def __init__(self, aliases: Aliases) -> None:
        self._aliases = aliases

    async def all(self, _request: Request) -> Response:
        """GET: `{"aliases": {name: model}}`."""
        return json_reply({"aliases": self._aliases.table})

    async def put(self, request: Request) -> Response:
        """PUT /{name} `{model}`. The model need not be installed yet."""
        name, model = request.path_params["name"], typed(await body_of(request), AliasChange).model
        check_model_name(model)
        if len(name) > MAX_NAME:
            raise RequestInvalid(f"the name is longer than {MAX_NAME} characters")
        if len(self._aliases.table) >= MAX_ALIASES and name not in self._aliases.table:
            raise RequestInvalid(f"there are {MAX_ALIASES} aliases already")
        await self._aliases.put(name, model)
        return json_reply({"aliases": self._aliases.table})

    async def remove(self, request: Request) -> Response:
        """DELETE /{name}."""
        await self._aliases.remove(request.path_params["name"])
        return json_reply({"aliases": self._aliases.table})
