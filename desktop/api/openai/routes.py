"""OpenAI's routes."""

from starlette.routing import Route

from desktop.api.desk import Desk
from desktop.api.openai.chat import ChatCompletions
from desktop.api.openai.completions import Completions
from desktop.api.openai.embeddings import OpenAIEmbeddings
from desktop.api.openai.models import Models
from desktop.api.openai.response_store import ResponseStore
from desktop.api.openai.responses import Responses
from desktop.api.openai.transcriptions import Transcriptions
from desktop.api.routing import attended, route


def openai_routes(desk: Desk) -> list[Route]:
    models, responses = Models(desk.library), Responses(desk, ResponseStore())
    return [
        route("/v1/models", models.list, "GET"),
        route("/v1/models/{model:path}", models.retrieve, "GET"),
        attended("/v1/chat/completions", ChatCompletions(desk)),
        attended("/v1/completions", Completions(desk)),
        attended("/v1/embeddings", OpenAIEmbeddings(desk)),
        route("/v1/audio/transcriptions", Transcriptions(desk).create, "POST"),
        attended("/v1/responses", responses.create),
        route("/v1/responses/{id}", responses.retrieve, "GET"),
        route("/v1/responses/{id}", responses.remove, "DELETE"),
    ]
