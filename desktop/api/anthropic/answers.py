"""An answer as Anthropic's clients read it: a message of blocks, whole or event by event."""

import secrets
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from desktop.api.replies import Line, encode
from desktop.api.truncation import truncated
from desktop.engine.events import Event, Finished, Piece, Prepared, Queued, Reading, ToolCall


class Blocks:
    """The content of one answer, as it grows: `content`, and the events of its growth."""

    def __init__(self) -> None:
        self.content: list[Line] = []
        self.has_calls = False
        self._open = False

    def add(self, piece: Piece) -> Iterator[Line]:
        """Events of a piece; a block goes on for as long as its kind does."""
        if piece.thinking:
            yield from self._grow("thinking", piece.thinking)
        if piece.text:
            yield from self._grow("text", piece.text)
        for call in piece.calls:
            yield from self._call(call)

    def close(self) -> Iterator[Line]:
        """The end of the block that is open, if one is."""
        if self._open:
            self._open = False
            yield {"type": "content_block_stop", "index": self._index}

    @property
    def _index(self) -> int:
        return len(self.content) - 1

    def _grow(self, kind: str, text: str) -> Iterator[Line]:
        if not (self._open and self.content[-1]["type"] == kind):
            block: Line = {"type": kind, kind: ""}
            yield from self._begin(block | ({"signature": ""} if kind == "thinking" else {}))
            self._open = True
        self.content[-1][kind] += text
        yield self._delta({"type": f"{kind}_delta", kind: text})

    def _call(self, call: ToolCall) -> Iterator[Line]:
        self.has_calls = True
        block: Line = {"type": "tool_use", "id": call.id, "name": call.name, "input": {}}
        yield from self._begin(block)
        self.content[-1]["input"] = call.arguments
        arguments = encode(call.arguments).decode()
        yield self._delta({"type": "input_json_delta", "partial_json": arguments})
        yield {"type": "content_block_stop", "index": self._index}

    def _begin(self, block: Line) -> Iterator[Line]:
        yield from self.close()
        self.content.append(block)
        yield {"type": "content_block_start", "index": self._index, "content_block": dict(block)}

    def _delta(self, delta: Line) -> Line:
        return {"type": "content_block_delta", "index": self._index, "delta": delta}


@dataclass(frozen=True, slots=True)
class Ending:
    """Why an answer ended, and its figures."""

    stop_reason: str
    stop_sequence: str | None
    usage: dict[str, int]
    puna: dict[str, Any]
    """`truncated`, with counts, if the prompt was cut; else empty."""

    @classmethod
    def of(cls, finished: Finished, stop_sequences: list[str], *, has_calls: bool) -> "Ending":
        """The prompt's tokens that were remembered are counted apart, as Anthropic's are."""
        stop = finished.stop_text if finished.stop_text in stop_sequences else None
        reason = "max_tokens" if finished.reason == "length" else "end_turn"
        if stop is not None:
            reason = "stop_sequence"
        usage = {
            "input_tokens": finished.prompt_tokens - finished.cached_tokens,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": finished.cached_tokens,
            "output_tokens": finished.output_tokens,
        }
        cut = truncated(finished.dropped_messages, finished.dropped_tokens)
        return cls("tool_use" if has_calls else reason, None if has_calls else stop, usage, cut)


class Message:
    """Makes one answer out of the engine's events.

    Args:
        model: As the caller named it.
    """

    def __init__(self, model: str, stop_sequences: list[str]) -> None:
        self._id = f"msg_{secrets.token_hex(12)}"
        self._model = model
        self._stop_sequences = stop_sequences
        self._blocks = Blocks()

    async def whole(self, answer: AsyncGenerator[Event]) -> Line:
        """The message, once it is complete."""
        ending = None
        async with aclosing(answer) as events:
            async for event in events:
                if isinstance(event, Piece):
                    for _ in self._blocks.add(event):
                        pass
                elif isinstance(event, Finished):
                    ending = self._ending(event)
        assert ending
        puna = {"puna": ending.puna} if ending.puna else {}
        return self._head(ending) | puna

    async def lines(self, answer: AsyncGenerator[Event]) -> AsyncGenerator[Line]:
        """Its events, from `message_start` to `message_stop`; the first as soon as the prompt is
        made, and it is known who else waits. While it waits, and while a long prompt is read,
        `ping`s keep the connection awake.
        """
        start: Line | None = None
        async with aclosing(answer) as events:
            async for event in events:
                if isinstance(event, Prepared):
                    start = {"type": "message_start", "message": self._start(event.tokens)}
                    continue
                if start:
                    yield start
                    start = None
                if isinstance(event, Queued | Reading):
                    yield {"type": "ping"}
                elif isinstance(event, Piece):
                    for line in self._blocks.add(event):
                        yield line
                elif isinstance(event, Finished):
                    for line in self._end(event):
                        yield line

    def _ending(self, finished: Finished) -> Ending:
        return Ending.of(finished, self._stop_sequences, has_calls=self._blocks.has_calls)

    def _head(self, ending: Ending) -> Line:
        return {
            "id": self._id,
            "type": "message",
            "role": "assistant",
            "model": self._model,
            "content": self._blocks.content,
            "stop_reason": ending.stop_reason,
            "stop_sequence": ending.stop_sequence,
            "usage": ending.usage,
        }

    def _start(self, tokens: int) -> Line:
        """All of the prompt counts as new here: what is remembered of it shows at the end."""
        cached = {"cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
        usage = {"input_tokens": tokens, **cached, "output_tokens": 0}
        return self._head(Ending("", None, usage, {})) | {"content": [], "stop_reason": None}

    def _end(self, finished: Finished) -> Iterator[Line]:
        yield from self._blocks.close()
        ending = self._ending(finished)
        delta = {"stop_reason": ending.stop_reason, "stop_sequence": ending.stop_sequence}
        line: Line = {"type": "message_delta", "delta": delta, "usage": ending.usage}
        yield line | ({"puna": ending.puna} if ending.puna else {})
        yield {"type": "message_stop"}
