"""The ASGI application: which path is answered by which handler, and how errors become answers."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from desktop.api.access import AccessControl, is_loopback
from desktop.api.access_log import AccessLog
from desktop.api.desk import Desk
from desktop.api.ollama.routes import ollama_routes
from desktop.api.openai.routes import openai_routes
from desktop.api.puna.routes import puna_routes
from desktop.api.replies import error_body, internal_error, json_reply
from desktop.core.errors import AppError


def make_application(desk: Desk) -> ASGIApp:
    """Everything behind the socket: the log outermost, then access control, then the routes."""
    application = Starlette(routes=[*ollama_routes(desk), *openai_routes(desk), *puna_routes(desk)])
    application.router.redirect_slashes = False
    # Instead of Starlette's own stack, which raises again what it has answered: uvicorn would log
    # it a second time and close the connection.
    application.middleware_stack = ExceptionMiddleware(
        application.router,
        handlers={AppError: _on_app_error, HTTPException: _on_http_error, Exception: _on_bug},
    )
    settings = desk.settings
    loopback = is_loopback(settings.host)
    return AccessLog(AccessControl(application, origins=settings.origins, loopback=loopback))


async def _on_app_error(_request: Request, error: Exception) -> Response:
    """The one place where an AppError becomes an HTTP answer."""
    assert isinstance(error, AppError)
    return json_reply(error_body(error), error.status)


async def _on_http_error(_request: Request, error: Exception) -> Response:
    """Starlette's own 404 and 405, in Ollama's words."""
    assert isinstance(error, HTTPException)
    texts = {404: "404 page not found", 405: "405 method not allowed"}
    headers = {**(error.headers or {}), "content-type": "text/plain"}
    return Response(texts.get(error.status_code, error.detail), error.status_code, headers)


async def _on_bug(_request: Request, error: Exception) -> Response:
    return json_reply(internal_error(error), 500)
