"""POST /api/puna/import: takes GGUF files of this machine into the store."""

import asyncio
import os
from functools import partial
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.desk import Desk
from desktop.api.fields import read_body
from desktop.api.puna.working import installed, progress_of
from desktop.api.replies import Lines
from desktop.core.errors import ModelFileInvalid, RequestInvalid
from desktop.models.importing import import_folder, import_gguf, name_for
from desktop.models.names import ModelName, without_source


class ImportRoute:
    """`{path, name?}`; `path` is a file, any part of a split one, or a folder with one model.

    Answers with lines: `{"status":"copying","completed":bytes,"total":bytes}`, and at the end
    `{"status":"success","model":name}`.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def __call__(self, _request: Request, body: bytes) -> Response:
        fields = read_body(body, "ImportRequest")
        path, name = Path(fields.text("path")), fields.text("name")
        if not path.is_absolute():
            raise RequestInvalid('"path" must be an absolute path of a GGUF file or a folder')
        try:
            if name:
                target = ModelName.parse(without_source(name))
            else:
                target = await asyncio.to_thread(name_for, path)
            take = import_folder if await asyncio.to_thread(os.path.isdir, path) else import_gguf
            work = partial(take, self._desk.library.own, path, target)
            return await Lines.opened(progress_of(work, status="copying", ending=installed))
        except ModelFileInvalid as error:
            error.status = 400  # the file is the caller's
            raise
