"""`POST /api/generate`: a completion, or loading and unloading when the prompt is empty."""

import time
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.desk import Desk
from desktop.api.fields import Fields, read_body
from desktop.api.ollama.answers import respond
from desktop.api.ollama.asks import (
    Common,
    check_capabilities,
    not_yet,
    read_common,
)
from desktop.api.replies import Line, created_at, json_reply
from desktop.core.errors import ModelNotFound, NotSupported, RequestInvalid
from desktop.engine.asks import Ask
from desktop.engine.options import merge
from desktop.models.store import InstalledModel


@dataclass(frozen=True, slots=True)
class _Body:
    """The fields that only this route has, decoded."""

    prompt: str
    suffix: str
    system: str
    template: str
    raw: bool
    context: list[int] | None
    images: list[str]

    @classmethod
    def of(cls, fields: Fields) -> "_Body":
        return cls(
            prompt=fields.text("prompt"),
            suffix=fields.text("suffix"),
            system=fields.text("system"),
            template=fields.text("template"),
            raw=fields.flag("raw") or False,
            context=fields.integers("context") if fields.raw("context") is not None else None,
            images=fields.texts("images", "api.ImageData"),
        )


class GenerateRoute:
    """The route's handler."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def __call__(self, request: Request, raw: bytes) -> Response:
        started_ns = time.perf_counter_ns()
        fields = read_body(raw, "GenerateRequest")
        body, common = _Body.of(fields), read_common(fields, self._desk.settings)
        if not common.model:
            raise ModelNotFound("")
        model = self._desk.front.find(request, common.model)
        if not body.prompt and common.unloads:
            self._desk.engine.unload(model)
            return json_reply(_line(common, "", {"done_reason": "unload"}))
        _check(model, common, body)
        ask = _ask(model, common, body)
        if not body.prompt:
            await self._desk.front.load(request, model, ask.options, common.keep_alive_s)
            return json_reply(_line(common, "", {"done_reason": "load"}))
        return await respond(
            self._desk.front,
            request,
            ask,
            lambda text, end: _line(common, text, end),
            stream=common.stream,
            started_ns=started_ns,
        )


def _check(model: InstalledModel, common: Common, body: _Body) -> None:
    """What is wrong with the request, or cannot be had, in Ollama's order."""
    if body.raw and (body.template or body.system or body.context):
        raise RequestInvalid("raw mode does not support template, system, or context")
    check_capabilities(model, common, "generate")
    if body.suffix:
        if "insert" not in model.capabilities:
            raise NotSupported(f"{model.name.full} does not support insert")
        raise not_yet("suffix")
    if body.images:
        raise not_yet("images")
    if not all(0 <= token < 2**31 for token in body.context or ()):
        raise RequestInvalid('"context" has numbers in it that are no tokens')


def _ask(model: InstalledModel, common: Common, body: _Body) -> Ask:
    messages: list[dict[str, Any]] = list(model.messages) if body.context is None else []
    if system := body.system or model.system:
        messages.insert(0, {"role": "system", "content": system})
    messages.append({"role": "user", "content": body.prompt})
    return Ask(
        model=model,
        options=merge(model.parameters, common.options),
        keep_alive_s=common.keep_alive_s,
        prompt=body.prompt if body.raw else None,
        messages=None if body.raw else messages,
        chat=False,
        template=body.template or None,
        prefix=body.context or [],
        shift=common.shift,
        truncate=common.truncate,
        want_tokens=not body.raw,
    )


def _line(common: Common, text: str, end: dict[str, Any] | None) -> Line:
    done = end is not None
    head = {"model": common.model, "created_at": created_at(), "response": text, "done": done}
    return head | (end or {})
