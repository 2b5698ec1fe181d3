"""`POST /v1/messages` and `/v1/messages/count_tokens`."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.anthropic.answers import Message
from desktop.api.anthropic.asks import MessagesBody, read_messages, think_of
from desktop.api.anthropic.errors import error_line, request_id
from desktop.api.desk import Desk
from desktop.api.ollama.asks import check_capabilities
from desktop.api.ollama.conversation import check_tools, with_own_messages
from desktop.api.replies import Line, json_reply
from desktop.api.sse import EventStream, frame
from desktop.engine.asks import Ask
from desktop.engine.events import Prepared


class MessagesRoutes:
    """The routes' handlers."""

    def __init__(self, desk: Desk) -> None:
        self._front = desk.front

    async def create(self, request: Request, raw: bytes) -> Response:
        """POST /v1/messages."""
        body = read_messages(request, raw)
        ask = self._ask(request, body)
        message, id_ = Message(body.model, body.stop_sequences), request_id()
        answer = self._front.answer(request, ask)
        if body.stream:
            frames = _frames(message.lines(answer))
            stream = await EventStream.opened(
                frames, lambda error: frame(error_line(error, id_), "error")
            )
            stream.more_headers["request-id"] = id_
            return stream
        reply = json_reply(await message.whole(answer))
        reply.headers["request-id"] = id_
        return reply

    async def count(self, request: Request, raw: bytes) -> Response:
        """POST /v1/messages/count_tokens: the true number, by the model's own template."""
        ask = self._ask(request, read_messages(request, raw, counting=True))
        ask = replace(ask, only="count", truncate=False)
        tokens = 0
        async with aclosing(self._front.answer(request, ask)) as events:
            async for event in events:
                if isinstance(event, Prepared):
                    tokens = event.tokens
        reply = json_reply({"input_tokens": tokens})
        reply.headers["request-id"] = request_id()
        return reply

    def _ask(self, request: Request, body: MessagesBody) -> Ask:
        model = self._front.find(request, body.model)
        check_capabilities(model, body.model, "chat")
        check_tools(model, body.tools)
        return Ask(
            model=model,
            options=self._front.options(request, model, body.options),
            messages=with_own_messages(model, body.conversation),
            media=body.conversation.media,
            tools=body.tools,
            tool_choice=body.tool_choice,
            parallel_calls=body.parallel_calls,
            think=think_of(model, body),
            schema=body.schema,
        )


async def _frames(lines: AsyncGenerator[Line]) -> AsyncGenerator[bytes]:
    async with aclosing(lines):
        async for line in lines:
            yield frame(line, line["type"])
