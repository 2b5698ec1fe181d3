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
from desktop.engine.events import Event, Finished, Piece, Ready

# Makes a line of a piece of text; of the last one, whose figures are not None, too.
MakeLine = Callable[[str, dict[str, Any] | None], Line]


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
        whole = [piece async for piece in pieces]
    return json_reply(make_line("".join(text for text, _ in whole), whole[-1][1]))


async def _pieces(
    answer: AsyncGenerator[Event], started_ns: int
) -> AsyncGenerator[tuple[str, dict[str, Any] | None]]:
    load_ns = 0
    async with contextlib.aclosing(answer) as events:
        async for event in events:
            if isinstance(event, Ready):
                load_ns = time.perf_counter_ns() - started_ns
            elif isinstance(event, Piece):
                yield event.text, None
            elif isinstance(event, Finished):
                total_ns = time.perf_counter_ns() - started_ns
                yield "", figures(event, total_ns=total_ns, load_ns=load_ns)


async def _lines(
    pieces: AsyncGenerator[tuple[str, dict[str, Any] | None]], make_line: MakeLine
) -> AsyncGenerator[Line]:
    async with contextlib.aclosing(pieces):
        async for text, end in pieces:
            yield make_line(text, end)
