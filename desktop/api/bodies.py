"""The body of a request, read whole."""

from typing import TypeVar

import msgspec
from starlette.requests import ClientDisconnect, Request

from desktop.core.errors import AppError, RequestCanceled, RequestInvalid

Body = TypeVar("Body")

MAX_BYTES = 400 * 2**20  # a worker takes 256 MiB of a request, in which files are not in base64


class BodyTooLarge(AppError):
    """More than any request needs, and than memory should be spent on."""

    code = "body_too_large"
    status = 413

    def __init__(self) -> None:
        super().__init__(f"the request's body is too large: at most {MAX_BYTES // 2**20} MiB")


async def body_of(request: Request) -> bytes:
    """Raises BodyTooLarge, or RequestCanceled if the client left in between."""
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:20]) > MAX_BYTES:
        raise BodyTooLarge
    pieces, size = list[bytes](), 0
    try:
        async for piece in request.stream():
            pieces.append(piece)
            size += len(piece)
            if size > MAX_BYTES:
                raise BodyTooLarge
    except ClientDisconnect as error:
        raise RequestCanceled from error
    return b"".join(pieces)


def typed(body: bytes, kind: type[Body]) -> Body:
    """A body of our own routes, as a JSON object of this type; an empty one is `{}`.

    Raises:
        RequestInvalid: it is not one; names the field that is wrong.
    """
    try:
        return msgspec.json.decode(body or b"{}", type=kind)
    except RecursionError as error:
        raise RequestInvalid("the body is nested too deeply") from error
    except (msgspec.DecodeError, UnicodeError) as error:
        raise RequestInvalid(str(error)) from error
