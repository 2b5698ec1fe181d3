"""The ASGI application: which path is answered by which handler, and how errors become answers."""

from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from desktop.api.access import AccessControl, is_loopback
from desktop.api.access_log import AccessLog
from desktop.api.connection import Handler, while_connected
from desktop.api.ollama.asks import Desk
from desktop.api.ollama.chat import ChatRoute
from desktop.api.ollama.generate import GenerateRoute
from desktop.api.ollama.inventory import Inventory
from desktop.api.puna import ImportRoute
from desktop.api.replies import error_body, internal_error, json_reply
from desktop.core.errors import AppError, NotSupported
from desktop.core.version import OLLAMA_API_VERSION, PUNA_VERSION

# Routes of the three dialects that Puna knows of but cannot serve yet: they say so, instead of "not
# found".
NOT_YET = (
    ("POST", "/api/embed"),
    ("POST", "/api/embeddings"),
    ("POST", "/api/pull"),
    ("POST", "/api/push"),
    ("POST", "/api/create"),
    ("POST", "/api/copy"),
    ("DELETE", "/api/delete"),
    ("HEAD", "/api/blobs/{digest}"),
    ("POST", "/api/blobs/{digest}"),
    ("POST", "/v1/chat/completions"),
    ("POST", "/v1/completions"),
    ("POST", "/v1/embeddings"),
    ("GET", "/v1/models"),
    ("GET", "/v1/models/{model:path}"),
    ("POST", "/v1/responses"),
    ("POST", "/v1/audio/transcriptions"),
    ("POST", "/v1/messages"),
)


def make_application(desk: Desk) -> ASGIApp:
    """Everything behind the socket: the log outermost, then access control, then the routes."""
    inventory = Inventory(desk)
    routes = [
        _route("/", _root, "GET", "HEAD"),
        _route("/api/version", _version, "GET", "HEAD"),
        _route("/api/tags", inventory.tags, "GET", "HEAD"),
        _route("/api/ps", inventory.ps, "GET"),
        _attended("/api/show", inventory.show),
        _attended("/api/generate", GenerateRoute(desk)),
        _attended("/api/chat", ChatRoute(desk)),
        _attended("/api/puna/import", ImportRoute(desk)),
        *(_route(path, _not_yet, method) for method, path in NOT_YET),
    ]
    application = Starlette(routes=routes)
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


def _route(path: str, endpoint: Callable[..., Any], *methods: str) -> Route:
    route = Route(path, endpoint, methods=list(methods))
    route.methods = set(methods)  # Starlette adds HEAD to every GET; Ollama does not
    return route


def _attended(path: str, handler: Handler) -> Route:
    return _route(path, while_connected(handler), "POST")


async def _root(_request: Request) -> Response:
    return PlainTextResponse("Ollama is running")


async def _version(_request: Request) -> Response:
    return json_reply({"version": OLLAMA_API_VERSION, "puna": PUNA_VERSION})


async def _not_yet(request: Request) -> Response:
    raise NotSupported(
        f"{request.method} {request.url.path} is not supported by this version of Puna yet",
        status=501,
    )


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
