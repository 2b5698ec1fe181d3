"""`POST /api/chat`: the next message of a conversation."""

import time
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.desk import Desk
from desktop.api.fields import Fields, read_body
from desktop.api.ollama.answers import respond
from desktop.api.ollama.asks import (
    Common,
    check_capabilities,
    check_tools,
    not_yet,
    read_common,
)
from desktop.api.replies import Line, created_at, json_reply
from desktop.core.errors import RequestInvalid
from desktop.engine.asks import Ask
from desktop.engine.options import merge
from desktop.models.store import InstalledModel


class ChatRoute:
    """The route's handler."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def __call__(self, request: Request, body: bytes) -> Response:
        started_ns = time.perf_counter_ns()
        fields = read_body(body, "ChatRequest")
        messages = [_Message(each) for each in fields.objects("messages", "api.Message")]
        tools = fields.objects("tools", "api.Tool")
        common = read_common(fields, self._desk.settings)
        if not common.model:
            raise RequestInvalid("model is required")
        model = self._desk.front.find(request, common.model)
        if not messages and common.unloads:
            self._desk.engine.unload(model)
            return json_reply(_line(common, "", {"done_reason": "unload"}))
        check_capabilities(model, common, "chat")
        check_tools(model, tools)
        for message in messages:
            message.check()
        options = merge(model.parameters, common.options)
        if not messages:
            await self._desk.front.load(request, model, options, common.keep_alive_s)
            return json_reply(_line(common, "", {"done_reason": "load"}))
        ask = Ask(
            model=model,
            options=options,
            keep_alive_s=common.keep_alive_s,
            messages=_conversation(model, [message.text for message in messages]),
            shift=common.shift,
            truncate=common.truncate,
        )
        return await respond(
            self._desk.front,
            request,
            ask,
            lambda text, end: _line(common, text, end),
            stream=common.stream,
            started_ns=started_ns,
        )


class _Message:
    """One message of the request, decoded."""

    def __init__(self, fields: Fields) -> None:
        role, content = fields.text("role").lower(), fields.text("content")
        self.text: dict[str, Any] = {"role": role, "content": content}
        self._images = fields.texts("images", "api.ImageData")
        self._calls = fields.objects("tool_calls", "api.ToolCall")

    def check(self) -> None:
        """Raises NotSupported for what would have to be left out."""
        if self._images:
            raise not_yet("images")
        if self._calls:
            raise not_yet("tool_calls")
        if self.text["role"] == "tool":
            raise not_yet("role: tool")


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
