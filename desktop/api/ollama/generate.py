"""`POST /api/generate`: a completion, or loading and unloading when the prompt is empty."""

import time
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.desk import Desk
from desktop.api.fields import Fields, read_body
from desktop.api.ollama.answers import calls_json, logprobs_json, render, respond, said
from desktop.api.ollama.asks import Common, check_capabilities, read_common, schema, thinking
from desktop.api.ollama.conversation import Conversation
from desktop.api.replies import Line, created_at, json_reply
from desktop.core.errors import ModelNotFound, NotSupported, RequestInvalid
from desktop.engine.asks import Ask
from desktop.engine.events import Piece, ToolCall
from desktop.engine.options import Options
from desktop.models.store import InstalledModel

AS_IT_IS = "{{ messages[-1].content }}"  # a template, for raw prompts with images


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
        fields, front = read_body(raw, "GenerateRequest"), self._desk.front
        body, common = _Body.of(fields), read_common(fields, self._desk.settings)
        if not common.model:
            raise ModelNotFound("")
        model = front.find(request, common.model)
        line = _Line(common)
        if not body.prompt and common.unloads:
            self._desk.engine.unload(model)
            return json_reply(line(Piece(), {"done_reason": "unload"}))
        _check(model, common, body)
        options = front.options(request, model, common.options)
        ask = _ask(model, common, body, options)
        if not body.prompt:
            await front.load(request, model, options, common.keep_alive_s)
            return json_reply(line(Piece(), {"done_reason": "load"}))
        if common.render_only:
            return json_reply(line(Piece(), await render(front, request, ask)))
        return await respond(front, request, ask, line, stream=common.stream, started_ns=started_ns)


def _check(model: InstalledModel, common: Common, body: _Body) -> None:
    """What is wrong with the request, or cannot be had, in Ollama's order."""
    if body.raw and (body.template or body.system or body.context):
        raise RequestInvalid("raw mode does not support template, system, or context")
    check_capabilities(model, common.model, "generate", common.think)
    if body.suffix and "insert" not in model.capabilities:
        raise NotSupported(f"{model.name.full} does not support insert")
    if not all(0 <= token < 2**31 for token in body.context or ()):
        raise RequestInvalid('"context" has numbers in it that are no tokens')


def _ask(model: InstalledModel, common: Common, body: _Body, options: Options) -> Ask:
    conversation = _conversation(model, body)
    as_it_is = body.raw and not body.suffix and not body.images
    return Ask(
        model=model,
        options=options,
        keep_alive_s=common.keep_alive_s,
        prompt=body.prompt if as_it_is else None,
        messages=None if as_it_is else conversation.messages,
        media=conversation.media,
        chat=False,
        template=AS_IT_IS if body.raw else body.template or None,
        prefix=body.context or [],
        suffix=body.suffix,
        think=thinking(model, common.think),
        schema=schema(common),
        logprobs=common.logprobs,
        shift=common.shift,
        truncate=common.truncate,
        want_tokens=not body.raw,
    )


def _conversation(model: InstalledModel, body: _Body) -> Conversation:
    conversation = Conversation()
    if not body.raw:
        if body.context is None:
            conversation.messages += model.messages
        if system := body.system or model.system:
            conversation.messages.insert(0, {"role": "system", "content": system})
    conversation.add({"role": "user", "content": body.prompt}, body.images)
    return conversation


class _Line:
    """Makes the lines of one answer. Calls are told in the last one."""

    def __init__(self, common: Common) -> None:
        self._model = common.model
        self._calls: tuple[ToolCall, ...] = ()

    def __call__(self, piece: Piece, end: dict[str, Any] | None) -> Line:
        self._calls += piece.calls
        head: Line = {"model": self._model, "created_at": created_at()}
        head |= said("response", piece) | {"done": end is not None}
        if end is not None and self._calls:
            head["tool_calls"] = calls_json(self._calls)
        return head | logprobs_json(piece) | (end or {})
