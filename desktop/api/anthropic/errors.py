"""Failures as Anthropic's clients expect them: an object with a type, and the request's id."""

import secrets

from starlette.responses import Response

from desktop.api.replies import Line, json_reply
from desktop.core.errors import AppError

_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    529: "overloaded_error",
}


def request_id() -> str:
    """A new one, as Anthropic writes them."""
    return f"req_{secrets.token_hex(12)}"


def error_line(error: AppError, id_: str) -> Line:
    """The envelope, with our code and figures beside Anthropic's type."""
    kind = _TYPES.get(error.status, "api_error")
    told: Line = {"type": kind, "message": str(error), "code": error.code, **error.figures}
    return {"type": "error", "error": told, "request_id": id_}


def error_reply(error: AppError) -> Response:
    """The envelope with its status."""
    id_ = request_id()
    reply = json_reply(error_line(error, id_), error.status)
    reply.headers.update({**error.headers, "request-id": id_})
    return reply
