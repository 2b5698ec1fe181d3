"""`/v1/responses`: OpenAI's newer way to talk to a model, alone or going on from an earlier
response."""

import contextlib
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.desk import Desk
from desktop.api.fields import Fields
from desktop.api.ollama.asks import thinking
from desktop.api.ollama.conversation import check_tools, with_own_messages
from desktop.api.openai.answers import Told, answers, new_id, openai_json
from desktop.api.openai.asks import (
    Common,
    find_model,
    read_common,
    read_format,
    read_limit,
    read_top_logprobs,
)
from desktop.api.openai.bodies import read_fields
from desktop.api.openai.response_input import read_items
from desktop.api.openai.response_output import Event, Output
from desktop.api.openai.response_store import ResponseStore, Stored
from desktop.api.openai.tools import Tool, read_tool, read_tool_choice
from desktop.api.sse import EventStream, frame
from desktop.core.errors import RequestInvalid
from desktop.engine.asks import Ask, ToolChoice
from desktop.engine.events import Finished
from desktop.engine.options import Options

DEFAULTS = {"temperature": 1.0}
LOGPROBS = "message.output_text.logprobs"


@dataclass(frozen=True, slots=True)
class _Body:
    """The fields of this route, decoded; `fields` for those that are only echoed."""

    fields: Fields
    common: Common
    items: list[Any]
    instructions: str
    previous_id: str
    tools: list[Tool]
    shown_tools: list[dict[str, Any]]
    """As they came, without those that no model here can be given."""
    tool_choice: ToolChoice
    schema: dict[str, Any] | None
    logprobs: int

    @classmethod
    def of(cls, fields: Fields) -> "_Body":
        _refuse_kept_elsewhere(fields)
        common = read_common(fields, DEFAULTS)
        common.options.update(read_limit(fields, "max_output_tokens"))
        tools, shown = _read_tools(fields.raw("tools"))
        given = fields.object("text", "openai.ResponsesText").object("format", "openai.TextFormat")
        top_logprobs = read_top_logprobs(fields)
        return cls(
            fields=fields,
            common=common,
            items=_read_input(fields.raw("input")),
            instructions=fields.text("instructions"),
            previous_id=fields.text("previous_response_id"),
            tools=tools,
            shown_tools=shown,
            tool_choice=read_tool_choice(fields.raw("tool_choice"), tools),
            schema=read_format(given, given),
            logprobs=top_logprobs if LOGPROBS in fields.texts("include", "string") else -1,
        )

    @property
    def is_stored(self) -> bool:
        return self.fields.flag("store") is not False


def _refuse_kept_elsewhere(fields: Fields) -> None:
    """What OpenAI's servers would put before the input: without it the answer would be another."""
    if fields.raw("conversation") is not None:
        raise RequestInvalid('"conversation" is not supported; send "previous_response_id" instead')
    if fields.raw("prompt") is not None:
        raise RequestInvalid('"prompt" is not supported; send its text as "instructions" instead')


def _read_input(value: Any) -> list[Any]:
    if isinstance(value, str):
        return [{"type": "message", "role": "user", "content": value}]
    if not isinstance(value, list) or not value:
        raise RequestInvalid("input must be a string or a list of items that is not empty")
    return value


def _read_tools(items: Any) -> tuple[list[Tool], list[dict[str, Any]]]:
    """Functions for the template, and what of `tools` they come from.

    Tools that OpenAI's servers run themselves are left out: coding agents always send some.
    """
    if not isinstance(items, list | None) or not all(
        isinstance(item, dict) for item in items or ()
    ):
        raise RequestInvalid("tools must be a list of objects")
    tools, shown = [], []
    for at, item in enumerate(items or ()):
        if item.get("type") == "function":
            tools.append(read_tool(item, f"tools[{at}]"))
            shown.append(item)
        elif item.get("type") == "namespace":
            tools += _members(item, f"tools[{at}]")
            shown.append(item)
    return tools, shown


def _members(namespace: dict[str, Any], place: str) -> list[Tool]:
    name, members = namespace.get("name"), namespace.get("tools")
    if not isinstance(name, str) or not isinstance(members, list):
        raise RequestInvalid(f"{place} must have a name and tools")
    tools = [read_tool(item, f"{place}.tools[{at}]") for at, item in enumerate(members)]
    for tool in tools:
        tool["function"]["name"] = f"{name}.{tool['function']['name']}"
    return tools


class Responses:
    """The routes' handlers."""

    def __init__(self, desk: Desk, store: ResponseStore) -> None:
        self._front = desk.front
        self._store = store

    async def create(self, request: Request, raw: bytes) -> Response:
        """POST /v1/responses."""
        body = _Body.of(read_fields(request, raw, "ResponsesRequest"))
        earlier = self._store.get(body.previous_id).items if body.previous_id else []
        items = [*earlier, *body.items]
        ask = self._ask(request, body, items)
        output = Output(_opening(body, ask.options))
        told = answers(self._front, request, [ask])
        events = self._events(told, output, items if body.is_stored else None)
        if body.common.stream:
            return await EventStream.opened(
                _frames(events), lambda error: b"".join(map(_frame, output.fail(error)))
            )
        async with contextlib.aclosing(events):
            async for _ in events:
                pass
        return openai_json(output.response)

    async def retrieve(self, request: Request) -> Response:
        """GET /v1/responses/{id}."""
        return openai_json(self._store.get(request.path_params["id"]).response)

    async def remove(self, request: Request) -> Response:
        """DELETE /v1/responses/{id}."""
        id_ = request.path_params["id"]
        self._store.remove(id_)
        return openai_json({"id": id_, "object": "response", "deleted": True})

    def _ask(self, request: Request, body: _Body, items: list[Any]) -> Ask:
        common, front = body.common, self._front
        model = find_model(front, request, common, "chat")
        check_tools(model, body.tools)
        conversation = read_items(items, body.instructions)
        return Ask(
            model=model,
            options=front.options(request, model, common.options),
            keep_alive_s=common.keep_alive_s,
            messages=with_own_messages(model, conversation),
            media=conversation.media,
            tools=body.tools,
            tool_choice=body.tool_choice,
            parallel_calls=body.fields.flag("parallel_tool_calls") is not False,
            think=thinking(model, common.think),
            schema=body.schema,
            logprobs=body.logprobs,
            truncate=body.fields.text("truncation") != "disabled",
        )

    async def _events(
        self, told: AsyncGenerator[Told], output: Output, items: list[Any] | None
    ) -> AsyncGenerator[Event]:
        """All events, to the last. The response is kept with its `items`, if there are any.

        The first ones wait for the model, so that a failure before is answered with its status.
        """
        begun = False
        async with contextlib.aclosing(told):
            async for _, each in told:
                if not begun:
                    begun = True
                    for event in output.begin():
                        yield event
                step = output.end(each) if isinstance(each, Finished) else output.add(each)
                for event in step:
                    yield event
        if items is not None:
            stored = Stored(output.response, [*items, *output.response["output"]])
            output.response["store"] = self._store.put(stored)
        yield output.conclude()


async def _frames(events: AsyncGenerator[Event]) -> AsyncGenerator[bytes]:
    async with contextlib.aclosing(events):
        async for event in events:
            yield _frame(event)


def _frame(event: Event) -> bytes:
    return frame(event, event["type"])


def _opening(body: _Body, options: Options) -> dict[str, Any]:
    """The response before anything is said."""
    fields = body.fields
    reasoning = fields.object("reasoning", "openai.Reasoning")
    effort, summary = reasoning.text("effort") or None, reasoning.text("summary") or None
    asked_to_reason = fields.raw("reasoning") is not None
    text = fields.mapping("text")
    return {
        "id": new_id("resp_"),
        "object": "response",
        "created_at": int(time.time()),
        "completed_at": None,
        "status": "in_progress",
        "incomplete_details": None,
        "model": body.common.model,
        "previous_response_id": body.previous_id or None,
        "instructions": body.instructions or None,
        "output": [],
        "error": None,
        "tools": body.shown_tools,
        "tool_choice": fields.raw("tool_choice") or "auto",
        "truncation": fields.text("truncation") or "auto",
        "parallel_tool_calls": fields.flag("parallel_tool_calls") is not False,
        "text": {"format": text.get("format") or {"type": "text"}},
        "top_p": options.sampling.top_p,
        "presence_penalty": options.sampling.presence_penalty,
        "frequency_penalty": options.sampling.frequency_penalty,
        "top_logprobs": max(body.logprobs, 0),
        "temperature": options.sampling.temperature,
        "reasoning": {"effort": effort, "summary": summary} if asked_to_reason else None,
        "usage": None,
        "max_output_tokens": fields.raw("max_output_tokens"),
        "max_tool_calls": None,
        "store": body.is_stored,
        "background": fields.flag("background") or False,
        "service_tier": "default",
        "metadata": fields.mapping("metadata"),
        "safety_identifier": fields.raw("safety_identifier"),
        "prompt_cache_key": fields.raw("prompt_cache_key"),
    }
