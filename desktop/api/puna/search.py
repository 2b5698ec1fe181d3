"""`/api/puna/search`: models on Hugging Face, and what a repository there holds."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.puna.estimate import placement_json
from desktop.api.puna.speed import Here
from desktop.api.replies import Line, json_reply
from desktop.core.errors import RequestInvalid
from desktop.models.token_cost import is_dense
from desktop.models.verdict import place_roughly

if TYPE_CHECKING:
    from desktop.models.search import Contents, HubSearch, Quantization

DEFAULT_LIMIT, MAX_LIMIT = 20, 100
MAX_WORDS_LENGTH = 200
MAX_CURSOR_LENGTH = 1024


class SearchRoutes:
    """The routes' handlers.

    Args:
        hub: Makes, or gives again, what asks Hugging Face; asked at each request.
    """

    def __init__(self, hub: "Callable[[], HubSearch]", here: Here) -> None:
        self._hub, self._here = hub, here

    async def search(self, request: Request) -> Response:
        """GET /api/puna/search?q=&limit=&cursor=: repositories with GGUF files."""
        asked = request.query_params
        words, cursor = asked.get("q", "").strip(), asked.get("cursor", "")
        if len(words) > MAX_WORDS_LENGTH:
            raise RequestInvalid(f'"q" must not be longer than {MAX_WORDS_LENGTH} characters')
        if len(cursor) > MAX_CURSOR_LENGTH:
            raise RequestInvalid('"cursor" must be one that an answer gave')
        limit = _limit(asked.get("limit", ""))
        page = await asyncio.to_thread(
            lambda: self._hub().search(words, limit=limit, cursor=cursor)
        )
        return json_reply(asdict(page))

    async def contents(self, request: Request) -> Response:
        """GET /api/puna/search/{user}/{repository}: its quantizations, smallest first."""
        name = f"{request.path_params['user']}/{request.path_params['repository']}"
        found = await asyncio.to_thread(lambda: self._hub().contents(name))
        shown = [self._shown(each, found) for each in found.quantizations]
        return json_reply(
            asdict(found.repository)
            | {"projector_bytes": found.projector_bytes, "quantizations": shown}
        )

    def _shown(self, quantization: "Quantization", among: "Contents") -> Line:
        """`verdict` is None where the size is not known."""
        line = asdict(quantization)
        if (size := quantization.size_bytes) is None:
            return line | {"verdict": None}
        repository = among.repository
        placement = place_roughly(size + (among.projector_bytes or 0), self._here.memory())
        read = size if is_dense(repository.architecture, repository.id) else 0
        line["speed"] = self._here.speed_expected(read, placement)
        shown = placement_json(placement)
        return line | {name: shown[name] for name in ("verdict", "sentence", "message")}


def _limit(text: str) -> int:
    limit = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    if text and not 1 <= limit <= MAX_LIMIT:
        raise RequestInvalid(f'"limit" must be a number between 1 and {MAX_LIMIT}')
    return limit or DEFAULT_LIMIT
