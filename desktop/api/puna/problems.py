"""GET /api/puna/problems: installed models that cannot be used, each with the reason."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.replies import json_reply
from desktop.models.library import Library


class Problems:
    """`/api/tags` leaves those out whose files are missing; here they are all."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def all(self, _request: Request) -> Response:
        """`{"problems": [{"model": …, "path": manifest, "reason": sentence}]}`."""
        found = await asyncio.to_thread(self._library.problems)
        problems = [
            {"model": each.name.short, "path": str(each.path), "reason": each.reason}
            for each in found
        ]
        return json_reply({"problems": problems})
