"""Request bodies of OpenAI's routes."""

from starlette.requests import Request

from desktop.api.fields import Fields, read_body
from desktop.core.errors import NotSupported, RequestInvalid


def read_fields(request: Request, body: bytes, struct: str) -> Fields:
    """The body's fields.

    Args:
        struct: Name of the request's type in error texts.

    Raises:
        RequestInvalid: no body, not JSON, or not an object.
        NotSupported: the body is compressed.
    """
    encoding = request.headers.get("content-encoding", "identity")
    if encoding.lower() != "identity":
        raise NotSupported(f"Content-Encoding {encoding} is not supported; send JSON", status=415)
    if not body.strip():
        raise RequestInvalid("EOF")
    return read_body(body, struct)
