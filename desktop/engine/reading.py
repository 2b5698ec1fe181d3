"""A worker's reports as the events of an answer: thinking, text and calls told apart."""

import contextlib
from collections.abc import AsyncGenerator, Callable, Iterable

from desktop.engine.asker import Wait
from desktop.engine.asks import Ask
from desktop.engine.events import Event, Finished, Piece, Prepared, Reading
from desktop.engine.formats.format import Format, Parser, Situation
from desktop.engine.process import Answer
from desktop.worker.messages import Queued


class Reader:
    """Reads one answer.

    Args:
        cut: Ends the generation early; `Finished` still comes.
    """

    def __init__(self, ask: Ask, format_: Format, cut: Callable[[], None]) -> None:
        self._ask = ask
        self._format = format_
        self._cut = cut
        self._parser: Parser | None = None
        self._called = False

    async def events(self, reports: AsyncGenerator[Answer]) -> AsyncGenerator[Event]:
        """All events but `Ready`."""
        async with contextlib.aclosing(reports):
            async for report in reports:
                if isinstance(report, Prepared):
                    self._parser = self._format.parser(self._situation(report))
                    yield report
                elif isinstance(report, Reading):
                    yield report
                elif isinstance(report, Queued):
                    place = report.place
                    self._ask.asker.told(Wait("place", place) if place else None)
                    yield report
                elif isinstance(report, Finished):
                    for event in self._end(report):
                        yield event
                else:
                    assert self._parser
                    pieces = self._wanted(self._parser.feed(report.text))
                    if report.logprobs:
                        first = pieces[0] if pieces else Piece()
                        told = Piece(first.text, first.thinking, first.calls, report.logprobs)
                        pieces[:1] = [told]
                    for piece in pieces:
                        yield piece

    def _situation(self, prepared: Prepared) -> Situation:
        ask = self._ask
        tools = ask.tools if ask.tool_choice.kind != "none" else []
        names = [str((tool.get("function") or {}).get("name", "")) for tool in tools]
        known = tuple(name for name in names if name)
        return Situation(prepared.text, ask.think, known, tuple(tools))

    def _end(self, finished: Finished) -> list[Event]:
        rest: list[Event] = list(self._wanted(self._parser.finish() if self._parser else ()))
        if self._called and finished.reason == "cancelled":
            finished.reason = "stop"
        return [*rest, finished]

    def _wanted(self, pieces: Iterable[Piece]) -> list[Piece]:
        """Without thoughts that nobody asked for, nor calls after the first where one is enough."""
        kept = []
        for piece in pieces:
            if self._called:  # and what came before the cut took effect is no part of the answer
                break
            thinking = "" if self._ask.think is False else piece.thinking
            calls = piece.calls
            if calls and not self._ask.parallel_calls:
                calls = calls[:1]
                self._called = True
                self._cut()
            if piece.text or thinking or calls:
                kept.append(Piece(piece.text, thinking, calls))
        return kept
