"""`POST /v1/chat/completions`: the next message of a conversation, as OpenAI has it."""

import contextlib
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.desk import Desk
from desktop.api.fields import Fields
from desktop.api.ollama.answers import render
from desktop.api.ollama.asks import thinking
from desktop.api.ollama.conversation import Conversation, check_tools, with_own_messages
from desktop.api.openai.answers import (
    Told,
    Whole,
    answers,
    call_json,
    collect,
    head,
    logprob_json,
    new_id,
    openai_json,
    repeated,
    truncation,
    usage,
)
from desktop.api.openai.asks import (
    Common,
    find_model,
    read_choices,
    read_common,
    read_format,
    read_limit,
    read_logit_bias,
    read_top_logprobs,
)
from desktop.api.openai.bodies import read_fields
from desktop.api.openai.errors import envelope
from desktop.api.openai.messages import read_messages
from desktop.api.openai.tools import Tool, read_tool_choice, read_tools
from desktop.api.sse import EventStream, frame
from desktop.core.errors import RequestInvalid
from desktop.engine.asks import Ask, ToolChoice
from desktop.engine.events import Finished, Piece

DONE = b"data: [DONE]\n\n"
DEFAULTS = {"temperature": 1.0, "top_p": 1.0}  # as OpenAI's, over those of the model


@dataclass(frozen=True, slots=True)
class _Body:
    """The fields of this route, decoded."""

    common: Common
    conversation: Conversation
    tools: list[Tool]
    tool_choice: ToolChoice
    parallel_calls: bool
    schema: dict[str, Any] | None
    count: int
    logprobs: int
    logit_bias: dict[int, float]
    include_usage: bool
    render_only: bool

    @classmethod
    def of(cls, fields: Fields) -> "_Body":
        messages = fields.raw("messages")
        if messages is not None and not isinstance(messages, list):
            raise RequestInvalid("messages must be a list")
        if not messages:
            raise RequestInvalid("[] is too short - 'messages'")
        if fields.raw("functions") is not None:
            raise RequestInvalid('"functions" is not supported; send "tools" instead')
        if any(kind != "text" for kind in fields.texts("modalities", "string")):
            raise RequestInvalid('modalities: answers are text; only ["text"] can be asked for')
        common = read_common(fields, DEFAULTS)
        limit = read_limit(fields, "max_completion_tokens", "max_tokens")
        common.options.update(limit | _read_stop(fields))
        tools = read_tools(fields.raw("tools"))
        choice = read_tool_choice(fields.raw("tool_choice"), tools)
        given = fields.object("response_format", "openai.ResponseFormat")
        top_logprobs = read_top_logprobs(fields)
        streaming = fields.object("stream_options", "openai.StreamOptions")
        return cls(
            common=common,
            conversation=read_messages(messages),
            tools=tools,
            tool_choice=choice,
            parallel_calls=fields.flag("parallel_tool_calls") is not False,
            schema=read_format(given, given.object("json_schema", "openai.JsonSchema")),
            count=read_choices(fields),
            logprobs=top_logprobs if fields.flag("logprobs") else -1,
            logit_bias=read_logit_bias(fields),
            include_usage=streaming.flag("include_usage") or False,
            render_only=fields.flag("_debug_render_only") or False,
        )


def _read_stop(fields: Fields) -> dict[str, Any]:
    """Of a list, the texts."""
    value = fields.raw("stop")
    if isinstance(value, str):
        return {"stop": [value]}
    if isinstance(value, list):
        return {"stop": [item for item in value if isinstance(item, str)]}
    if value is not None:
        raise RequestInvalid("stop must be a string or a list of strings")
    return {}


class ChatCompletions:
    """The route's handler."""

    def __init__(self, desk: Desk) -> None:
        self._front = desk.front

    async def __call__(self, request: Request, raw: bytes) -> Response:
        body = _Body.of(read_fields(request, raw, "ChatCompletionRequest"))
        ask = self._ask(request, body)
        id_, model = new_id("chatcmpl-"), body.common.model
        if body.render_only:
            debug = await render(self._front, request, ask)
            whole = _completion(head(id_, "chat.completion", model), [Whole()])
            return openai_json(whole | debug)
        asks = repeated(ask, body.count)
        if body.common.stream:
            chunks = _Chunks(head(id_, "chat.completion.chunk", model), body)
            told = answers(self._front, request, asks)
            return await EventStream.opened(
                chunks.frames(told), lambda error: frame(envelope(error))
            )
        wholes = await collect(self._front, request, asks)
        return openai_json(_completion(head(id_, "chat.completion", model), wholes))

    def _ask(self, request: Request, body: _Body) -> Ask:
        common, front = body.common, self._front
        model = find_model(front, request, common, "chat")
        check_tools(model, body.tools)
        return Ask(
            model=model,
            options=front.options(request, model, common.options),
            keep_alive_s=common.keep_alive_s,
            messages=with_own_messages(model, body.conversation),
            media=body.conversation.media,
            tools=body.tools,
            tool_choice=body.tool_choice,
            parallel_calls=body.parallel_calls,
            think=thinking(model, common.think),
            schema=body.schema,
            logprobs=body.logprobs,
            logit_bias=body.logit_bias,
        )


def _completion(start: dict[str, Any], wholes: Sequence[Whole]) -> dict[str, Any]:
    """The answer that is not streamed."""
    ends = [whole.finished for whole in wholes]
    choices = [_choice(at, whole) for at, whole in enumerate(wholes)]
    return start | {"choices": choices, "usage": usage(ends)} | truncation(ends)


def _choice(index: int, whole: Whole) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": whole.text}
    if whole.thinking:
        message["reasoning"] = whole.thinking
    if whole.calls:
        message["tool_calls"] = [call_json(call, at) for at, call in enumerate(whole.calls)]
    reason = _finish_reason(whole.finished, len(whole.calls))
    choice = {"index": index, "message": message, "finish_reason": reason}
    if whole.logprobs:
        choice["logprobs"] = {"content": [logprob_json(each) for each in whole.logprobs]}
    return choice


def _finish_reason(finished: Finished, calls: int) -> str:
    return "tool_calls" if calls and finished.reason == "stop" else finished.reason


class _Chunks:
    """Makes the chunks of a streamed answer."""

    def __init__(self, start: dict[str, Any], body: _Body) -> None:
        self._start = start
        self._include_usage = body.include_usage
        self._begun = [False] * body.count
        self._calls = [0] * body.count
        self._ends: dict[int, Finished] = {}

    async def frames(self, told: AsyncGenerator[Told]) -> AsyncGenerator[bytes]:
        """All events, to the last."""
        async with contextlib.aclosing(told):
            async for index, each in told:
                for chunk in self._chunks(index, each):
                    yield frame(chunk)
        if self._include_usage:
            ends = [self._ends[at] for at in sorted(self._ends)]
            yield frame(self._start | {"choices": [], "usage": usage(ends)})
        yield DONE

    def _chunks(self, index: int, told: Piece | Finished) -> list[dict[str, Any]]:
        return self._end(index, told) if isinstance(told, Finished) else self._said(index, told)

    def _said(self, index: int, piece: Piece) -> list[dict[str, Any]]:
        """One chunk, or two: thoughts go before what is said."""
        chunks = []
        delta: dict[str, Any] = {"content": piece.text}
        if piece.thinking and (piece.text or piece.calls):
            chunks.append(self._chunk(index, {"reasoning": piece.thinking}))
        elif piece.thinking:
            delta["reasoning"] = piece.thinking
        if piece.calls:
            first = self._calls[index]
            calls = [call_json(call, at) for at, call in enumerate(piece.calls, first)]
            delta["tool_calls"] = calls
            self._calls[index] += len(piece.calls)
        chunk = self._chunk(index, delta)
        if piece.logprobs:
            content = [logprob_json(each) for each in piece.logprobs]
            chunk["choices"][0]["logprobs"] = {"content": content}
        return [*chunks, chunk]

    def _end(self, index: int, finished: Finished) -> list[dict[str, Any]]:
        self._ends[index] = finished
        chunks = [] if self._begun[index] else [self._chunk(index, {"content": ""})]
        last = self._chunk(index, {}) | truncation([finished])
        last["choices"][0]["finish_reason"] = _finish_reason(finished, self._calls[index])
        return [*chunks, last]

    def _chunk(self, index: int, delta: dict[str, Any]) -> dict[str, Any]:
        if not self._begun[index]:
            self._begun[index] = True
            delta = {"role": "assistant"} | delta
        return self._start | {"choices": [{"index": index, "delta": delta, "finish_reason": None}]}
