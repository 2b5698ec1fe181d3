"""The answers to one request, one or several at the same time, and their figures."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from desktop.api.front import Front
from desktop.api.ollama.answers import token_json
from desktop.api.replies import encode
from desktop.api.truncation import truncated
from desktop.engine.asks import Ask
from desktop.engine.events import Finished, Logprob, Piece, ToolCall

Told = tuple[int, Piece | Finished]
"""Which answer, by its place among the asks, and what came of it."""


def openai_json(body: Any) -> Response:
    return Response(encode(body), headers={"content-type": "application/json"})


def new_id(prefix: str) -> str:
    return f"{prefix}{secrets.token_hex(12)}"


def head(id_: str, kind: str, model: str) -> dict[str, Any]:
    """How every object of an answer begins; `created` is the same in all of its chunks."""
    return {
        "id": id_,
        "object": kind,
        "created": int(time.time()),
        "model": model,
        "system_fingerprint": "fp_ollama",
    }


def repeated(ask: Ask, count: int) -> list[Ask]:
    """The same question several times. A seed is counted up, or all answers would be one."""
    seed = ask.options.sampling.seed
    asks = [ask]
    for turn in range(1, count):
        sampling = ask.options.sampling
        if seed >= 0:
            sampling = msgspec.structs.replace(sampling, seed=(seed + turn) & 0xFFFFFFFF)
        asks.append(replace(ask, options=replace(ask.options, sampling=sampling)))
    return asks


async def answers(front: Front, request: Request, asks: Sequence[Ask]) -> AsyncGenerator[Told]:
    """What comes of each ask, as it comes; close it (`aclosing`) to cancel.

    The first failure ends them all.

    Raises:
        AppError: a request cannot be answered, or somebody cancelled it.
    """
    streams = [_answer(front, request, ask, at) for at, ask in enumerate(asks)]
    told = streams[0] if len(streams) == 1 else _together(streams)
    async with contextlib.aclosing(told):
        async for each in told:
            yield each


async def _answer(front: Front, request: Request, ask: Ask, at: int) -> AsyncGenerator[Told]:
    async with contextlib.aclosing(front.answer(request, ask)) as events:
        async for event in events:
            if isinstance(event, Piece | Finished):
                yield at, event


async def _together(streams: Sequence[AsyncGenerator[Told]]) -> AsyncGenerator[Told]:
    """A task for each. No TaskGroup: it would wrap the `GeneratorExit` of a client that left."""
    queue: asyncio.Queue[Told | BaseException | None] = asyncio.Queue(len(streams))

    async def run(stream: AsyncGenerator[Told]) -> None:
        try:
            async with contextlib.aclosing(stream):
                async for each in stream:
                    await queue.put(each)
        except Exception as error:
            await queue.put(error)
        else:
            await queue.put(None)

    tasks = [asyncio.ensure_future(run(stream)) for stream in streams]
    running = len(tasks)
    try:
        while running:
            found = await queue.get()
            if isinstance(found, BaseException):
                raise found
            if found is None:
                running -= 1
            else:
                yield found
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(slots=True)
class Whole:
    """One answer, put together."""

    text: str = ""
    thinking: str = ""
    calls: list[ToolCall] = field(default_factory=list)
    logprobs: list[Logprob] = field(default_factory=list)
    finished: Finished = field(default_factory=lambda: Finished(id=0, reason="stop"))

    def add(self, told: Piece | Finished) -> None:
        if isinstance(told, Finished):
            self.finished = told
            return
        self.text += told.text
        self.thinking += told.thinking
        self.calls += told.calls
        self.logprobs += told.logprobs


async def collect(front: Front, request: Request, asks: Sequence[Ask]) -> list[Whole]:
    """All answers, when all are there."""
    wholes = [Whole() for _ in asks]
    async with contextlib.aclosing(answers(front, request, asks)) as told:
        async for at, each in told:
            wholes[at].add(each)
    return wholes


def usage(ends: Sequence[Finished], prompts: int = 1) -> dict[str, Any]:
    """Tokens, a prompt that was answered several times counting once.

    Args:
        prompts: How many different ones there were, each with as many answers.
    """
    firsts = ends[:: max(len(ends) // prompts, 1)]
    prompt = sum(end.prompt_tokens for end in firsts)
    output = sum(end.output_tokens for end in ends)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": output,
        "total_tokens": prompt + output,
        "prompt_tokens_details": {"cached_tokens": sum(end.cached_tokens for end in firsts)},
    }


def truncation(ends: Sequence[Finished]) -> dict[str, Any]:
    """`puna.truncated`, where something of the prompt or of the context was dropped."""
    messages = max((end.dropped_messages for end in ends), default=0)
    tokens = max((end.dropped_tokens for end in ends), default=0)
    told = truncated(messages, tokens)
    return {"puna": told} if told else {}


def call_json(call: ToolCall, index: int) -> dict[str, Any]:
    """A tool call, whole; `index` is its place in the answer."""
    arguments = encode(call.arguments).decode()
    function = {"name": call.name, "arguments": arguments}
    return {"id": call.id, "index": index, "type": "function", "function": function}


def logprob_json(each: Logprob) -> dict[str, Any]:
    """One token with its alternatives."""
    tops = [token_json(piece, logprob) for piece, logprob in each.tops]
    return token_json(each.piece, each.logprob) | {"top_logprobs": tops}
