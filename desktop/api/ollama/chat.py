"""`POST /api/chat`: the next message of a conversation."""

import time
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.desk import Desk
from desktop.api.fields import read_body
from desktop.api.ollama.answers import calls_json, logprobs_json, render, respond, said
from desktop.api.ollama.asks import Common, check_capabilities, read_common, schema, thinking
from desktop.api.ollama.conversation import (
    check_tools,
    read_conversation,
    read_tools,
    with_own_messages,
)
from desktop.api.replies import Line, created_at, json_reply
from desktop.core.errors import RequestInvalid
from desktop.engine.asks import Ask
from desktop.engine.events import Piece


class ChatRoute:
    """The route's handler."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def __call__(self, request: Request, body: bytes) -> Response:
        started_ns = time.perf_counter_ns()
        fields, front = read_body(body, "ChatRequest"), self._desk.front
        conversation = read_conversation(fields)
        tools = read_tools(fields)
        common = read_common(fields, self._desk.settings)
        if not common.model:
            raise RequestInvalid("model is required")
        model = front.find(request, common.model)
        line = _Line(common)
        if not conversation.messages and common.unloads:
            self._desk.engine.unload(model)
            return json_reply(line(Piece(), {"done_reason": "unload"}))
        check_capabilities(model, common.model, "chat", common.think)
        check_tools(model, tools)
        options = front.options(request, model, common.options)
        shape = schema(common)
        if not conversation.messages:
            await front.load(request, model, options, common.keep_alive_s)
            return json_reply(line(Piece(), {"done_reason": "load"}))
        ask = Ask(
            model=model,
            options=options,
            keep_alive_s=common.keep_alive_s,
            messages=with_own_messages(model, conversation),
            media=conversation.media,
            tools=tools,
            think=thinking(model, common.think),
            schema=shape,
            logprobs=common.logprobs,
            shift=common.shift,
            truncate=common.truncate,
        )
        if common.render_only:
            return json_reply(line(Piece(), await render(front, request, ask)))
        return await respond(front, request, ask, line, stream=common.stream, started_ns=started_ns)


class _Line:
    """Makes the lines of one answer; counts its calls."""

    def __init__(self, common: Common) -> None:
        self._model = common.model
        self._calls = 0

    def __call__(self, piece: Piece, end: dict[str, Any] | None) -> Line:
        message = {"role": "assistant"} | said("content", piece)
        if piece.calls:
            message["tool_calls"] = calls_json(piece.calls, self._calls)
            self._calls += len(piece.calls)
        head: Line = {
            "model": self._model,
            "created_at": created_at(),
            "message": message,
            "done": end is not None,
        }
        return head | logprobs_json(piece) | (end or {})
