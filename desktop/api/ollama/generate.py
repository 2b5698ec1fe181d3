"""`POST /api/generate`: a completion, or loading and unloading when the prompt is empty."""

import time
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.fields import Fields, read_body
from desktop.api.ollama.answers import respond
from desktop.api.ollama.asks import (
    Common,
    Desk,
    check_capabilities,
    read_common,
    refuse_images,
)
from desktop.api.replies import Line, created_at, json_reply
from desktop.core.errors import ModelNotFound, NotSupported, RequestInvalid
from desktop.engine.engine import Ask
from desktop.engine.options import merge
from desktop.models.store import InstalledModel


class GenerateRoute:
    """The route's handler."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def __call__(self, request: Request, body: bytes) -> Response:
        started_ns = time.perf_counter_ns()
        fields = read_body(body, "GenerateRequest")
        common = read_common(fields, self._desk.settings)
        prompt = fields.text("prompt")
        if not common.model:
            raise ModelNotFound("")
        model = self._desk.store.find(common.model)
        if not prompt and common.unloads:
            self._desk.engine.unload(model)
            return json_reply(_line(common, "", {"done_reason": "unload"}))
        ask = self._read_ask(fields, common, model, prompt)
        if not prompt:
            await self._desk.engine.load(model, ask.options, common.keep_alive_s)
            return json_reply(_line(common, "", {"done_reason": "load"}))
        return await respond(
            self._desk.engine,
            ask,
            lambda text, end: _line(common, text, end),
            stream=common.stream,
            started_ns=started_ns,
        )

    def _read_ask(self, fields: Fields, common: Common, model: InstalledModel, prompt: str) -> Ask:
        raw = fields.flag("raw") or False
        template, system = fields.text("template"), fields.text("system")
        context = fields.integers("context")
        if raw and (template or system or context):
            raise RequestInvalid("raw mode does not support template, system, or context")
        check_capabilities(model, common.model, "generate", fields)
        refuse_images(fields)
        if fields.text("suffix"):
            if "insert" not in model.capabilities:
                raise NotSupported(f"{model.name.full} does not support insert")
            raise NotSupported('"suffix" is not supported by this version of Puna yet', status=501)
        messages: list[dict[str, Any]] = [] if context else list(model.messages)
        if system or model.system:
            messages.insert(0, {"role": "system", "content": system or model.system})
        messages.append({"role": "user", "content": prompt})
        return Ask(
            model=model,
            options=merge(model.parameters, common.options),
            keep_alive_s=common.keep_alive_s,
            prompt=prompt if raw else None,
            messages=None if raw else messages,
            chat=False,
            template=template or None,
            prefix=context,
            shift=common.shift,
            truncate=common.truncate,
            want_tokens=not raw,
        )


def _line(common: Common, text: str, end: dict[str, Any] | None) -> Line:
    done = end is not None
    head = {"model": common.model, "created_at": created_at(), "response": text, "done": done}
    return head | (end or {})
