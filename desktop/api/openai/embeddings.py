"""`POST /v1/embeddings`: vectors in OpenAI's words."""

import base64
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.desk import Desk
from desktop.api.fields import Fields
from desktop.api.ollama.embed import truncation
from desktop.api.openai.bodies import read_fields
from desktop.api.replies import json_reply
from desktop.api.vectors import json_vectors
from desktop.core.errors import RequestInvalid
from desktop.engine.embeddings import EmbedAsk, Embeddings

_FORMATS = ("float", "base64")


class OpenAIEmbeddings:
    """The route's handler."""

    def __init__(self, desk: Desk) -> None:
        self._front = desk.front

    async def __call__(self, request: Request, raw: bytes) -> Response:
        fields = read_fields(request, raw, "EmbedRequest")
        name, dimensions = fields.text("model"), fields.integer("dimensions")
        texts, tokens = _inputs(fields.raw("input"))
        encoding = _encoding(fields)
        if not name:
            raise RequestInvalid("model is required")
        model = self._front.find(request, name)
        ask = EmbedAsk(
            model=model,
            options=self._front.options(request, model, {}),
            texts=texts,
            tokens=tokens,
            dimensions=dimensions,
        )
        ask.context_tokens = ask.options.load.num_ctx
        found = await self._front.embed(request, ask)
        vectors = await _encoded(found, encoding)
        data = [
            {"object": "embedding", "embedding": vector, "index": at}
            for at, vector in enumerate(vectors)
        ]
        usage = {"prompt_tokens": found.tokens, "total_tokens": found.tokens}
        body = {"object": "list", "data": data, "model": name, "usage": usage}
        return json_reply(body | truncation(found))


def _inputs(value: Any) -> tuple[list[str], list[list[int]]]:
    """Texts, or texts as token ids.

    Raises:
        RequestInvalid: neither, or nothing.
    """
    if value is None or value == []:
        raise RequestInvalid("invalid input")
    items = value if isinstance(value, list) else [value]
    if all(isinstance(item, str) for item in items):
        return items, []
    if _are_tokens(items):
        return [], [items]
    if all(isinstance(item, list) and _are_tokens(item) for item in items):
        return [], items
    raise RequestInvalid("invalid input type")


def _are_tokens(items: list[Any]) -> bool:
    return bool(items) and all(type(item) is int and 0 <= item < 2**31 for item in items)


def _encoding(fields: Fields) -> str:
    asked = fields.text("encoding_format")
    encoding = asked.lower() or "float"
    if encoding not in _FORMATS:
        raise RequestInvalid(
            f"Invalid value for 'encoding_format' = {asked}. Supported values: ['float', 'base64']."
        )
    return encoding


async def _encoded(found: Embeddings, encoding: str) -> list[Any]:
    if encoding == "base64":
        return [base64.b64encode(vector).decode() for vector in found.vectors]
    return list(await json_vectors(found.vectors))
