"""`POST /api/chat`: the next message of a conversation."""

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
    refuse_tools,
)
from desktop.api.replies import Line, created_at, json_reply
from desktop.core.errors import NotSupported, RequestInvalid
from desktop.engine.engine import Ask
from desktop.engine.options import merge
from desktop.models.store import InstalledModel


class ChatRoute:
    """The route's handler."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def __call__(self, request: Request, body: bytes) -> Response:
        started_ns = time.perf_counter_ns()
        fields = read_body(body, "ChatRequest")
        common = read_common(fields, self._desk.settings)
        messages = _read_messages(fields)
        if not common.model:
            raise RequestInvalid("model is required")
        model = self._desk.store.find(common.model)
        if not messages and common.unloads:
            self._desk.engine.unload(model)
            return json_reply(_line(common, "", {"done_reason": "unload"}))
        check_capabilities(model, common.model, "chat", fields)
        refuse_tools(model, fields)
        options = merge(model.parameters, common.options)
        if not messages:
            await self._desk.engine.load(model, options, common.keep_alive_s)
            return json_reply(_line(common, "", {"done_reason": "load"}))
        ask = Ask(
            model=model,
            options=options,
            keep_alive_s=common.keep_alive_s,
            messages=_conversation(model, messages),
            shift=common.shift,
            truncate=common.truncate,
        )
        return await respond(
            self._desk.engine,
            ask,
            lambda text, end: _line(common, text, end),
            stream=common.stream,
            started_ns=started_ns,
        )


def _read_messages(fields: Fields) -> list[dict[str, Any]]:
    messages = []
    for message in fields.objects("messages", "api.Message"):
        refuse_images(message)
        if message.raw("tool_calls") or message.text("role").lower() == "tool":
            raise NotSupported(
                '"tool_calls" and tool messages are not supported by this version of Puna yet',
                status=501,
            )
        role, content = message.text("role").lower(), message.text("content")
        messages.append({"role": role, "content": content})
    return messages


def _conversation(model: InstalledModel, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The model's own messages first; its system text only where the request brings none."""
    conversation = [*model.messages, *messages]
    if model.system and messages[0]["role"] != "system":
        conversation.insert(0, {"role": "system", "content": model.system})
    return conversation


def _line(common: Common, text: str, end: dict[str, Any] | None) -> Line:
    message = {"role": "assistant", "content": text}
    done = end is not None
    head = {"model": common.model, "created_at": created_at(), "message": message, "done": done}
    return head | (end or {})
