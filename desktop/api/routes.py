"""The ASGI application: which path is answered by which handler, and how errors become answers."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from desktop.api.access import AccessControl, is_loopback
from desktop.api.access_log import AccessLog
from desktop.api.desk import Desk
from desktop.api.ollama.chat import ChatRoute
from desktop.api.ollama.create import CreateRoute
from desktop.api.ollama.generate import GenerateRoute
from desktop.api.ollama.inventory import Inventory
from desktop.api.ollama.keeping import Keeping
from desktop.api.ollama.pull import PullRoute
from desktop.api.ollama.push import PushRoute
from desktop.api.openai.models import Models
from desktop.api.puna.routes import puna_routes
from desktop.api.replies import error_body, internal_error, json_reply
from desktop.api.routing import attended, route
from desktop.core.errors import AppError, NotSupported
from desktop.core.version import OLLAMA_API_VERSION, PUNA_VERSION

# Routes of the three dialects that Puna knows of but cannot serve yet: they say so, instead of "not
# found".
NOT_YET = (
    ("POST", "/api/embed"),
    ("POST", "/api/embeddings"),
    ("POST", "/v1/chat/completions"),
    ("POST", "/v1/completions"),
    ("POST", "/v1/embeddings"),
    ("POST", "/v1/responses"),
    ("POST", "/v1/audio/transcriptions"),
    ("POST", "/v1/messages"),
)


def make_application(desk: Desk) -> ASGIApp:
    """Everything behind the socket: the log outermost, then access control, then the routes."""
    application = Starlette(
        routes=[*_ollama(desk), *_openai(desk), *puna_routes(desk), *_unready()]
    )
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


def _ollama(desk: Desk) -> list[Route]:
    inventory, keeping, pull = Inventory(desk), Keeping(desk.library), PullRoute(desk)
    create = CreateRoute(desk.library, threads=desk.engine.threads, pull=pull.lines)
    return [
        route("/", _root, "GET", "HEAD"),
        route("/api/version", _version, "GET", "HEAD"),
        route("/api/tags", inventory.tags, "GET", "HEAD"),
        route("/api/ps", inventory.ps, "GET"),
        attended("/api/show", inventory.show),
        attended("/api/generate", GenerateRoute(desk)),
        attended("/api/chat", ChatRoute(desk)),
        attended("/api/pull", pull),
        attended("/api/push", PushRoute(desk)),
        attended("/api/create", create),
        route("/api/copy", keeping.copy, "POST"),
        route("/api/delete", keeping.delete, "DELETE"),
        route("/api/blobs/{digest}", keeping.has_blob, "HEAD"),
        route("/api/blobs/{digest}", keeping.put_blob, "POST"),
    ]


def _openai(desk: Desk) -> list[Route]:
    models = Models(desk.library)
    return [
        route("/v1/models", models.list, "GET"),
        route("/v1/models/{model:path}", models.retrieve, "GET"),
    ]


def _unready() -> list[Route]:
    return [route(path, _not_yet, method) for method, path in NOT_YET]


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
