"""POST /api/puna/export `{model, folder, link?}`: a model's files and a Modelfile, into a folder.

Answers with lines: `{"status":"exporting","completed":bytes,"total":bytes}`, and at the end
`{"status":"success","files":[paths]}`.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.fields import read_body
from desktop.api.puna.working import progress_of
from desktop.api.replies import Line, Lines
from desktop.core.errors import RequestInvalid
from desktop.models.exporting import export_model
from desktop.models.installed import InstalledModel


class ExportRoute:
    """The work ends with the request; what is not finished then is removed again.

    Args:
        find: The installed model that a text means.
    """

    def __init__(self, find: Callable[[str], InstalledModel]) -> None:
        self._find = find

    async def __call__(self, _request: Request, body: bytes) -> Response:
        fields = read_body(body, "ExportRequest")
        wanted, folder = fields.text("model"), fields.text("folder")
        copy = not fields.flag("link")  # a linked file must not be written to: it is the store's
        if not wanted:
            raise RequestInvalid("model is required")
        if not folder or "\0" in folder or not Path(folder).is_absolute():
            raise RequestInvalid('"folder" must be the absolute path of a folder')
        model = await asyncio.to_thread(self._find, wanted)
        work = partial(export_model, model, Path(folder), copy=copy)
        return await Lines.opened(progress_of(work, status="exporting", ending=_written))


def _written(files: Sequence[Path]) -> Line:
    return {"files": [str(path) for path in files]}
