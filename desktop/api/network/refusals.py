"""Errors of what comes before the routes, in the envelope of the dialect that is spoken."""

from starlette.responses import Response

from desktop.api.anthropic.errors import error_reply
from desktop.api.openai.errors import envelope
from desktop.api.replies import error_body, json_reply
from desktop.core.errors import AppError


def refusal(path: str, error: AppError) -> Response:
    """The answer; `path` tells the dialect."""
    if path.startswith("/v1/messages"):
        reply = error_reply(error)
    elif path.startswith("/v1/"):
        reply = json_reply(envelope(error), error.status)
    else:
        reply = json_reply(error_body(error), error.status)
    reply.headers.update(error.headers)
    return reply
