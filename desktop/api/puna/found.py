"""Models that other programs have on this machine: `/api/puna/found`."""

import asyncio
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.fields import read_body
from desktop.api.puna.working import installed, progress_of
from desktop.api.replies import Lines, json_reply
from desktop.core.errors import ModelNotFound, RequestInvalid
from desktop.models.found.adopting import adopt
from desktop.models.found.places import Surroundings, places_of
from desktop.models.found.scanning import FoundModel, scan
from desktop.models.library import Library
from desktop.models.names import ModelName, without_source


class Found:
    """GET lists them, POST takes one in, without a copy."""

    def __init__(self, library: Library, machine: Surroundings) -> None:
        self._library = library
        self._machine = machine

    async def all(self, _request: Request) -> Response:
        """GET: `{"found": [...]}`; the disk is looked at anew."""
        return json_reply({"found": [_view(each) for each in await self._scan()]})

    async def adopt(self, _request: Request, body: bytes) -> Response:
        """POST `{path, model?}`: lines of progress, and the model's name in the last one.

        `path` is the first of a found model's files.
        """
        fields = read_body(body, "AdoptRequest")
        path, text = fields.text("path"), fields.text("model")
        if not path:
            raise RequestInvalid('"path" must be the first file of a model that was found')
        name = ModelName.parse(without_source(text)) if text else None
        for each in await self._scan():
            if str(each.files[0]) == path:
                work = partial(adopt, self._library, each, name)
                return await Lines.opened(progress_of(work, status="reading", ending=installed))
        raise ModelNotFound(path)

    async def _scan(self) -> list[FoundModel]:
        return await asyncio.to_thread(lambda: scan(places_of(self._machine), self._library))


def _view(found: FoundModel) -> dict[str, Any]:
    view: dict[str, Any] = {
        "title": found.title,
        "origin": found.origin,
        "files": [str(path) for path in found.files],
        "projectors": [str(path) for path in found.projectors],
        "size": found.size_bytes,
        "quantization_level": found.quantization,
        "model": found.suggested.short,
        "installed": found.installed.short if found.installed else None,
    }
    return view | ({"problem": found.problem} if found.problem else {})
