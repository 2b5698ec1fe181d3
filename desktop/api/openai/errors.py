"""Failures as OpenAI's clients expect them: an object under `error`."""

import functools
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.replies import internal_error, json_reply
from desktop.core.errors import AppError

Handler = TypeVar("Handler", bound=Callable[..., Awaitable[Response]])
_TYPES = {400: "invalid_request_error", 404: "not_found_error"}


def openai_errors(handler: Handler) -> Handler:
    """The same method, whose failures are answered in OpenAI's envelope."""

    @functools.wraps(handler)
    async def answer(self: Any, request: Request) -> Response:
        try:
            return await handler(self, request)
        except AppError as error:
            return json_reply(_envelope(str(error), error.status, error.code), error.status)
        except Exception as error:
            return json_reply(_envelope(internal_error(error)["error"], 500, "internal"), 500)

    return answer  # type: ignore[return-value]


def _envelope(text: str, status: int, code: str) -> dict[str, Any]:
    kind = _TYPES.get(status, "api_error")
    return {"error": {"message": text, "type": kind, "param": None, "code": code}}
