"""The client's side of making and exporting models: sends files as blobs, then what to make.

Functions beside `Client`, with the same failures: ServerUnreachable and RequestFailed.
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec

from desktop.client.answers import TransferLine
from desktop.client.client import Client, RequestFailed
from desktop.client.wire import check
from desktop.core.errors import AppError

CHUNK_BYTES = 2**22

OnBytes = Callable[[int], None]  # bytes done


class FileUnusable(AppError):
    """A file that is to become part of a model cannot be read, or is of no use."""

    code = "file_unusable"
    status = 400


class ExportLine(msgspec.Struct, frozen=True):
    """One line of an export; `files` are on the last one."""

    status: str
    completed: int = 0
    total: int = 0
    files: list[str] = []


class Recipe(msgspec.Struct, frozen=True):
    """The texts of a model, as `/api/show` gives them."""

    modelfile: str = ""
    parameters: str = ""
    template: str = ""
    system: str = ""
    license: str = ""


async def recipe(client: Client, model: str) -> Recipe:
    return await client.wire.ask("POST", "/api/show", Recipe, {"model": model})


def create(client: Client, order: dict[str, Any]) -> AsyncGenerator[TransferLine]:
    """Make a model; `order` is the body of `/api/create`, whose blobs have been sent."""
    return client.wire.stream("/api/create", TransferLine, order)


def export(
    client: Client, model: str, folder: str, *, link: bool = False
) -> AsyncGenerator[ExportLine]:
    """Write a model into a folder of the server's machine; `folder` is absolute."""
    body = {"model": model, "folder": folder, "link": link}
    return client.wire.stream("/api/puna/export", ExportLine, body)


def file_size(path: Path) -> int:
    """In bytes.

    Raises:
        FileUnusable: the file is not there, or cannot be looked at.
    """
    try:
        return path.stat().st_size
    except OSError as error:
        raise _unreadable(path, error) from error


async def file_digest(path: Path, on_bytes: OnBytes) -> str:
    """`sha256:…` of a file; `on_bytes` is called after each piece.

    Raises:
        FileUnusable: it cannot be read.
    """
    content, done = hashlib.sha256(), 0
    async for chunk in _chunks(path):
        await asyncio.to_thread(content.update, chunk)
        done += len(chunk)
        on_bytes(done)
    return f"sha256:{content.hexdigest()}"


async def has_blob(client: Client, digest: str) -> bool:
    """Whether the server has the content of that digest."""
    try:
        reply = await client.wire.http.head(f"/api/blobs/{digest}")
    except httpx.HTTPError as error:
        raise client.wire.unreachable(error) from error
    if reply.status_code not in (200, 404):
        raise RequestFailed(f"HTTP {reply.status_code} for {digest}", reply.status_code)
    return reply.status_code == 200


async def send_blob(client: Client, path: Path, digest: str, on_bytes: OnBytes) -> None:
    """Send a file's content; the server refuses it if the digest is another.

    Raises:
        FileUnusable: it cannot be read.
    """

    async def body() -> AsyncIterator[bytes]:
        done = 0
        async for chunk in _chunks(path):
            yield chunk
            done += len(chunk)
            on_bytes(done)

    headers = {"content-length": str(file_size(path)), "content-type": "application/octet-stream"}
    try:
        reply = await client.wire.http.post(f"/api/blobs/{digest}", content=body(), headers=headers)
    except httpx.HTTPError as error:
        raise client.wire.unreachable(error) from error
    check(reply)


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    try:
        with await asyncio.to_thread(path.open, "rb") as file:
            while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
                yield chunk
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> FileUnusable:
    return FileUnusable(f"{path} cannot be read: {error.strerror or error}.")
