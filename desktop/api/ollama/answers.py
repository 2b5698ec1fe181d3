"""An answer as Ollama's routes send it: lines of pieces and a last one with figures, or one
object."""

import contextlib
import time
from collections.abc import AsyncGenerator, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from desktop.api.front import Front
from desktop.api.ollama.asks import figures
from desktop.api.replies import Line, Lines, json_reply
from desktop.engine.asks import Ask
from desktop.engine.events import Event, Finished, Logprob, Piece, Prepared, Ready, ToolCall

# Makes a line of a piece; of the last one, whose figures are not None, too.
MakeLine = Callable[[Piece, dict[str, Any] | None], Line]


async def respond(
    front: Front, request: Request, ask: Ask, make_line: MakeLine, *, stream: bool, started_ns: int
) -> Response:
    """Ask the engine and shape its answer.

    Args:
        started_ns: `time.perf_counter_ns()` at which the request was taken up.
    """
    pieces = _pieces(front.answer(request, ask), started_ns)
    if stream:
        return await Lines.opened(_lines(pieces, make_line))
    async with contextlib.aclosing(pieces):
        told = [piece async for piece in pieces]
    return json_reply(make_line(_joined([piece for piece, _ in told]), told[-1][1]))


async def render(front: Front, request: Request, ask: Ask) -> dict[str, Any]:
    """`_debug_info`: the prompt as the model would get it."""
    ask.only = "render"
    text = ""
    async with contextlib.aclosing(front.answer(request, ask)) as events:
        async for event in events:
            if isinstance(event, Prepared):
                text = event.text
    info: dict[str, Any] = {"rendered_template": text}
    if ask.media:
        info["image_count"] = len(ask.media)
    return {"_debug_info": info}


def said(text_key: str, piece: Piece) -> dict[str, Any]:
    """The fields of a piece that both routes share; the text is always there."""
    fields: dict[str, Any] = {text_key: piece.text}
    if piece.thinking:
        fields["thinking"] = piece.thinking
    return fields


def calls_json(calls: tuple[ToolCall, ...], first: int = 0) -> list[dict[str, Any]]:
    """`tool_calls`; `first` is the index of the first one in the whole answer."""
    return [
        {
            "id": call.id,
            "function": {"index": index, "name": call.name, "arguments": call.arguments},
        }
        for index, call in enumerate(calls, first)
    ]


def logprobs_json(piece: Piece) -> dict[str, Any]:
    """`logprobs`, if there are any."""
    return {"logprobs": [_logprob(each) for each in piece.logprobs]} if piece.logprobs else {}


def _logprob(each: Logprob) -> dict[str, Any]:
    entry = token_json(each.piece, each.logprob)
    if each.tops:
        entry["top_logprobs"] = [token_json(piece, logprob) for piece, logprob in each.tops]
    return entry


def token_json(piece: bytes, logprob: float) -> dict[str, Any]:
    """A token with its probability, as Ollama and OpenAI both write it."""
    text = piece.decode("utf-8", "replace")
    return {"token": text, "logprob": logprob, "bytes": list(piece)}


def _joined(pieces: list[Piece]) -> Piece:
    return Piece(
        "".join(piece.text for piece in pieces),
        "".join(piece.thinking for piece in pieces),
        tuple(call for piece in pieces for call in piece.calls),
        [entry for piece in pieces for entry in piece.logprobs],
    )


async def _pieces(
    answer: AsyncGenerator[Event], started_ns: int
) -> AsyncGenerator[tuple[Piece, dict[str, Any] | None]]:
    load_ns = 0
    async with contextlib.aclosing(answer) as events:
        async for event in events:
            if isinstance(event, Ready):
                load_ns = time.perf_counter_ns() - started_ns
            elif isinstance(event, Piece):
                yield event, None
            elif isinstance(event, Finished):
                total_ns = time.perf_counter_ns() - started_ns
                yield Piece(), figures(event, total_ns=total_ns, load_ns=load_ns)


async def _lines(
    pieces: AsyncGenerator[tuple[Piece, dict[str, Any] | None]], make_line: MakeLine
) -> AsyncGenerator[Line]:
    async with contextlib.aclosing(pieces):
        async for piece, end in pieces:
            yield make_line(piece, end)
