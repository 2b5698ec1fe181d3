"""Failures as OpenAI's clients expect them: an object under `error`."""

from typing import Any

from desktop.core.errors import AppError

_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
}


def envelope(error: AppError) -> dict[str, Any]:
    """The body of an error, with our code and figures beside OpenAI's type."""
    kind = _TYPES.get(error.status, "api_error")
    told = {"message": str(error), "type": kind, "param": None, "code": error.code}
    return {"error": {**told, **error.figures}}
