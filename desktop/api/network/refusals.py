"""The one place where an error becomes an answer: in the envelope of the dialect that is spoken."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from desktop.api.anthropic.errors import error_reply
from desktop.api.anthropic.models import is_anthropic
from desktop.api.dialects import dialect_of
from desktop.api.openai.errors import envelope
from desktop.api.replies import error_body, json_reply
from desktop.core.errors import AppError


def refusal(scope: Scope, error: AppError) -> Response:
    """The answer. The path tells the dialect; of `/v1/models`, which two have, the client does."""
    path = scope["path"]
    dialect = dialect_of(path)
    if dialect == "anthropic" or (path.startswith("/v1/models") and is_anthropic(Request(scope))):
        return error_reply(error)
    body = envelope(error) if dialect == "openai" else error_body(error)
    reply = json_reply(body, error.status)
    reply.headers.update(error.headers)
    return reply
