"""Ollama's routes."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from desktop.api.desk import Desk
from desktop.api.ollama.chat import ChatRoute
from desktop.api.ollama.create import CreateRoute
from desktop.api.ollama.embed import EmbedRoutes
from desktop.api.ollama.generate import GenerateRoute
from desktop.api.ollama.inventory import Inventory
from desktop.api.ollama.keeping import Keeping
from desktop.api.ollama.pull import PullRoute
from desktop.api.ollama.push import PushRoute
from desktop.api.ollama.tokens import TokenRoutes
from desktop.api.replies import json_reply
from desktop.api.routing import attended, route
from desktop.core.version import OLLAMA_API_VERSION, PUNA_VERSION


def ollama_routes(desk: Desk) -> list[Route]:
    inventory, keeping, pull = Inventory(desk), Keeping(desk.library), PullRoute(desk)
    create = CreateRoute(desk.library, threads=desk.engine.threads, pull=pull.lines)
    embed, tokens = EmbedRoutes(desk), TokenRoutes(desk)
    return [
        route("/", _root, "GET", "HEAD"),
        route("/api/version", _version, "GET", "HEAD"),
        route("/api/tags", inventory.tags, "GET", "HEAD"),
        route("/api/ps", inventory.ps, "GET"),
        attended("/api/show", inventory.show),
        attended("/api/generate", GenerateRoute(desk)),
        attended("/api/chat", ChatRoute(desk)),
        attended("/api/embed", embed.embed),
        attended("/api/embeddings", embed.embeddings),
        attended("/api/tokenize", tokens.tokenize),
        attended("/api/detokenize", tokens.detokenize),
        attended("/api/pull", pull),
        attended("/api/push", PushRoute(desk)),
        attended("/api/create", create),
        route("/api/copy", keeping.copy, "POST"),
        route("/api/delete", keeping.delete, "DELETE"),
        route("/api/blobs/{digest}", keeping.has_blob, "HEAD"),
        route("/api/blobs/{digest}", keeping.put_blob, "POST"),
    ]


async def _root(_request: Request) -> Response:
    return PlainTextResponse("Ollama is running")


async def _version(_request: Request) -> Response:
    return json_reply({"version": OLLAMA_API_VERSION, "puna": PUNA_VERSION})
