"""The ASGI application: which path is answered by which handler, and how errors become answers."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from desktop.api.access import AccessControl
from desktop.api.access_log import AccessLog
from desktop.api.activity.refusals import RefusalLog
from desktop.api.anthropic.routes import anthropic_routes
from desktop.api.apps.callers import Callers
from desktop.api.apps.gate import Gate
from desktop.api.description.routes import description_routes
from desktop.api.desk import Desk
from desktop.api.metrics import metrics_routes
from desktop.api.network.addresses import is_loopback
from desktop.api.network.callers import Proxies
from desktop.api.network.door import Door
from desktop.api.network.refusals import refusal
from desktop.api.ollama.routes import ollama_routes
from desktop.api.openai.routes import openai_routes
from desktop.api.puna.routes import puna_routes
from desktop.api.replies import unexpected
from desktop.core.errors import AppError
from desktop.core.settings import Settings


def all_routes(desk: Desk) -> list[Route]:
    """Every route, each described in `api/description/`."""
    rooms = (
        ollama_routes,
        openai_routes,
        anthropic_routes,
        puna_routes,
        description_routes,
        metrics_routes,
    )
    return [each for routes in rooms for each in routes(desk)]


def make_application(desk: Desk) -> ASGIApp:
    """Everything behind the socket: the log outermost, then who is there and may come in (what is
    refused from there on, is among the activity), then the routes."""
    application = Starlette(routes=all_routes(desk))
    application.router.redirect_slashes = False
    # Instead of Starlette's own stack, which raises again what it has answered: uvicorn would log
    # it a second time and close the connection.
    application.middleware_stack = ExceptionMiddleware(
        Gate(application.router, Callers(desk.apps)),
        handlers={AppError: _on_app_error, HTTPException: _on_http_error, Exception: _on_bug},
    )
    preferences = desk.preferences

    def settings() -> Settings:
        return preferences.current

    door = Door(application, settings, desk.apps, desk.own_key)
    watched = RefusalLog(door, desk.activity)
    control = AccessControl(
        watched, origins=desk.origins, is_private=lambda: is_loopback(settings().host)
    )
    return AccessLog(Proxies(control, settings))


async def _on_app_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)
    return refusal(request.scope, error)


async def _on_http_error(_request: Request, error: Exception) -> Response:
    """Starlette's own 404 and 405, in Ollama's words."""
    assert isinstance(error, HTTPException)
    texts = {404: "404 page not found", 405: "405 method not allowed"}
    headers = {**(error.headers or {}), "content-type": "text/plain"}
    return Response(texts.get(error.status_code, error.detail), error.status_code, headers)


async def _on_bug(request: Request, error: Exception) -> Response:
    return refusal(request.scope, unexpected(error))
