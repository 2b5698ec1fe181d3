"""`POST /api/embed`, and the older `POST /api/embeddings` for one text."""

import time
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from desktop.api.desk import Desk
from desktop.api.fields import Fields, read_body
from desktop.api.replies import json_reply
from desktop.api.vectors import json_vectors
from desktop.core.durations import parse_keep_alive
from desktop.core.errors import ModelNotFound, RequestInvalid
from desktop.engine.embeddings import EmbedAsk, Embeddings
from desktop.models.installed import InstalledModel


class ModelToPull(ModelNotFound):
    """As `ModelNotFound`, in the words of these routes."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.args = (f'model "{name}" not found, try pulling it first',)


@dataclass(frozen=True, slots=True)
class _Common:
    """The fields that both routes have, decoded."""

    model: str
    keep_alive_s: float | None
    options: dict[str, Any]

    @classmethod
    def of(cls, fields: Fields) -> "_Common":
        return cls(
            model=fields.text("model"),
            keep_alive_s=parse_keep_alive(fields.raw("keep_alive")),
            options=fields.mapping("options"),
        )


class EmbedRoutes:
    """The routes' handlers."""

    def __init__(self, desk: Desk) -> None:
        self._front = desk.front

    async def embed(self, request: Request, raw: bytes) -> Response:
        """POST /api/embed: `input` is a text or a list of texts."""
        started_ns = time.perf_counter_ns()
        fields = read_body(raw, "EmbedRequest")
        common = _Common.of(fields)
        truncate, dimensions = fields.flag("truncate"), fields.integer("dimensions")
        if not common.model:
            raise ModelNotFound("")
        texts = _texts(fields.raw("input"))
        ask = self._ask(request, common, texts)
        ask.truncate, ask.dimensions = truncate is not False, dimensions
        found = await self._front.embed(request, ask)
        body: dict[str, Any] = {"model": common.model, "embeddings": []}
        if texts:
            body["embeddings"] = await json_vectors(found.vectors)
            body["total_duration"] = time.perf_counter_ns() - started_ns
            body["load_duration"] = found.load_ns
            body["prompt_eval_count"] = found.tokens
        return json_reply(body | truncation(found))

    async def embeddings(self, request: Request, raw: bytes) -> Response:
        """POST /api/embeddings: `prompt` is the text. Its vector has length 1 here, too."""
        fields = read_body(raw, "EmbeddingRequest")
        common, prompt = _Common.of(fields), fields.text("prompt")
        if not common.model:
            raise RequestInvalid("model is required")
        ask = self._ask(request, common, [prompt] if prompt else [])
        found = await self._front.embed(request, ask)
        vector = (await json_vectors(found.vectors))[0] if prompt else msgspec.Raw(b"[]")
        return json_reply({"embedding": vector} | truncation(found))

    def _ask(self, request: Request, common: _Common, texts: list[str]) -> EmbedAsk:
        model = self._find(request, common.model)
        options = self._front.options(request, model, common.options)
        context = common.options.get("num_ctx")
        return EmbedAsk(
            model=model,
            options=options,
            keep_alive_s=common.keep_alive_s,
            texts=texts,
            # As it was asked for: 3 leaves room for one token, and what is no context is refused.
            context_tokens=options.load.num_ctx if context is None else int(context),
        )

    def _find(self, request: Request, name: str) -> InstalledModel:
        try:
            return self._front.find(request, name)
        except ModelNotFound as error:
            raise ModelToPull(name) from error


def truncation(found: Embeddings) -> dict[str, Any]:
    """What was cut to make it fit; nothing if nothing was."""
    if not found.cut_inputs:
        return {}
    cut = {"inputs": found.cut_inputs, "tokens": found.dropped_tokens}
    return {"puna": {"truncated": cut}}


def _texts(value: Any) -> list[str]:
    """An empty text, or none at all, only loads the model; among others it is embedded."""
    if isinstance(value, str):
        return [value] if value else []
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise RequestInvalid("invalid input type")
    return value
