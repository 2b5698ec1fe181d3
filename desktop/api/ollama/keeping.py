"""Keeping house: `/api/copy`, `/api/delete`, `/api/blobs/:digest`."""

import asyncio
from collections.abc import AsyncGenerator

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from desktop.api.bodies import body_of
from desktop.api.fields import read_body
from desktop.core.errors import (
    ModelFileInvalid,
    ModelNameInvalid,
    ModelNotFound,
    NotSupported,
    RequestCanceled,
    RequestInvalid,
)
from desktop.models.blobs import BlobDraft, BlobMismatch, explained
from desktop.models.library import Library
from desktop.models.manifests import digest_hex
from desktop.models.names import ModelName

CHUNK_BYTES = 2**22


class SourceNotFound(ModelNotFound):
    """As `ModelNotFound`, in the words of `/api/copy`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.args = (f'model "{name}" not found',)


class Keeping:
    """The routes' handlers; the work is done on threads."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def copy(self, request: Request) -> Response:
        """POST /api/copy `{source, destination}`: a second name for the same files."""
        fields = read_body(await body_of(request), "CopyRequest")
        names = []
        for role in ("source", "destination"):
            text = fields.text(role)
            try:
                names.append(ModelName.parse(text))
            except ModelNameInvalid as error:
                raise ModelNameInvalid(f'{role} "{text}" is invalid') from error
        try:
            await asyncio.to_thread(self._library.copy, *names)
        except ModelNotFound as error:
            raise SourceNotFound(fields.text("source")) from error
        return Response()

    async def delete(self, request: Request) -> Response:
        """DELETE /api/delete `{model}`; `name` is the older word for it."""
        fields = read_body(await body_of(request), "DeleteRequest")
        text = fields.text("model") or fields.text("name")
        if not text:
            raise RequestInvalid("model is required")
        from_shared = fields.flag("from_shared") or False
        try:
            name = await asyncio.to_thread(self._library.named, text)
        except (ModelNameInvalid, NotSupported) as error:
            raise ModelNameInvalid(f'name "{text}" is invalid') from error
        await asyncio.to_thread(self._library.remove, name, from_shared=from_shared)
        return Response()

    async def has_blob(self, request: Request) -> Response:
        """HEAD /api/blobs/:digest."""
        is_here = self._library.has_blob(_digest(request))
        return Response(status_code=200 if is_here else 404)

    async def put_blob(self, request: Request) -> Response:
        """POST /api/blobs/:digest: the body becomes a blob, if its digest is the one named."""
        digest = _digest(request)
        if self._library.has_blob(digest):
            return Response()
        length = request.headers.get("content-length", "")
        size = int(length) if length.isascii() and length.isdigit() else None
        own = self._library.own
        with (
            explained(own, "The upload"),
            self._library.holding(digest),
            BlobDraft(own, "the upload", size) as draft,
        ):
            async for chunk in _large_chunks(request):
                await asyncio.to_thread(draft.write, chunk)
            if draft.digest != digest:
                raise BlobMismatch(digest, draft.digest)
            await asyncio.to_thread(draft.keep)
        return Response(status_code=201)


async def _large_chunks(request: Request) -> AsyncGenerator[bytes]:
    """The body in pieces that are worth a thread's while."""
    pieces, size = list[bytes](), 0
    try:
        async for piece in request.stream():
            pieces.append(piece)
            size += len(piece)
            if size >= CHUNK_BYTES:
                yield b"".join(pieces)
                pieces, size = [], 0
    except ClientDisconnect as error:
        raise RequestCanceled from error
    yield b"".join(pieces)


def _digest(request: Request) -> str:
    try:
        return f"sha256:{digest_hex(request.path_params['digest'])}"
    except ModelFileInvalid as error:
        raise RequestInvalid("invalid digest format") from error
