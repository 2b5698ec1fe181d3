"""Files of downloads that are not complete: `/api/puna/partials`."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.replies import json_reply
from desktop.core.errors import AppError
from desktop.models.downloads.drafts import Draft, drafts_in, drop_draft
from desktop.models.downloads.jobs import DRAFTS
from desktop.models.library import Library


class PartialNotFound(AppError):
    """No partial file has this name."""

    code = "partial_not_found"
    status = 404

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no partial file {name!r:.80}")


class Partials:
    """They are never deleted unasked."""

    def __init__(self, library: Library) -> None:
        self._folder = library.own.partial / DRAFTS

    async def all(self, _request: Request) -> Response:
        """GET: `{"partials": [...], "size": bytes on the disk}`."""
        drafts = await asyncio.to_thread(drafts_in, self._folder)
        size = sum(draft.occupied_bytes for draft in drafts)
        return json_reply({"partials": [_view(draft) for draft in drafts], "size": size})

    async def drop(self, request: Request) -> Response:
        """DELETE /{name}: one that is being written to is refused."""
        name = request.path_params["name"]
        for draft in await asyncio.to_thread(drafts_in, self._folder):
            if draft.path.name == name:
                await asyncio.to_thread(drop_draft, draft.path)
                return json_reply({"size": draft.occupied_bytes})
        raise PartialNotFound(name)


def _view(draft: Draft) -> dict[str, Any]:
    return {
        "name": draft.path.name,
        "completed": draft.done_bytes,
        "total": draft.total_bytes,
        "size": draft.occupied_bytes,
        "url": draft.url,
        "digest": draft.digest,
        "modified_at": draft.modified_at,
    }
