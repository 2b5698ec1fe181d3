"""OpenAI's routes."""

from starlette.routing import Route

from desktop.api.desk import Desk
from desktop.api.openai.models import Models
from desktop.api.routing import route


def openai_routes(desk: Desk) -> list[Route]:
    models = Models(desk.library)
    return [
        route("/v1/models", models.list, "GET"),
        route("/v1/models/{model:path}", models.retrieve, "GET"),
    ]
