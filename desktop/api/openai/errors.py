"""Failures as OpenAI's clients expect them: an object under `error`."""

import functools
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.replies import internal_error, json_reply
from desktop.core.errors import AppError

Handler = TypeVar("Handler", bound=Callable[..., Awaitable[Response]])
_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
}


def openai_errors(handler: Handler) -> Handler:
    """The same method, whose failures are answered in OpenAI's envelope.

    It takes a request, and its body where the route is `attended`.
    """

    @functools.wraps(handler)
    async def answer(self: Any, request: Request, *body: bytes) -> Response:
        try:
            return await handler(self, request, *body)
        except AppError as error:
            return openai_error(error)
        except Exception as error:
            return openai_error(AppError(internal_error(error)["error"]))

    return answer  # type: ignore[return-value]


def openai_error(error: AppError) -> Response:
    """The answer to a request that failed."""
    reply = json_reply(envelope(error), error.status)
    reply.headers.update(error.headers)
    return reply


def envelope(error: AppError) -> dict[str, Any]:
    """The body of an error, with our code beside OpenAI's type."""
    kind = _TYPES.get(error.status, "api_error")
    return {"error": {"message": str(error), "type": kind, "param": None, "code": error.code}}
