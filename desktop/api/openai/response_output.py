"""A response as it comes into being: its items, and the events that tell of each step."""

import time
from typing import Any

from desktop.api.openai.answers import logprob_json, new_id, truncation
from desktop.api.openai.errors import envelope
from desktop.api.replies import encode
from desktop.core.errors import AppError
from desktop.engine.events import Finished, Piece, ToolCall

Event = dict[str, Any]
Item = dict[str, Any]


class Output:
    """Puts a response together.

    Thoughts, text and calls become items in the order in which they come. Every method returns the
    events of its step, which are to be sent before the next step: items are filled in place.

    Args:
        response: The object of the request; it is completed here.
    """

    def __init__(self, response: dict[str, Any]) -> None:
        self.response = response
        self._items: list[Item] = response["output"]
        self._open: Item | None = None
        self._sequence = 0

    def begin(self) -> list[Event]:
        return [
            self._event("response.created", response=self.response),
            self._event("response.in_progress", response=self.response),
        ]

    def add(self, piece: Piece) -> list[Event]:
        """Some more of the answer."""
        events: list[Event] = []
        if piece.thinking:
            events += self._turn_to("reasoning")
            events += self._think(piece.thinking)
        if piece.text or (piece.logprobs and not piece.thinking and not piece.calls):
            events += self._turn_to("message")
            events += self._say(piece)
        for call in piece.calls:
            events += self._close()
            events += self._call(call)
        return events

    def end(self, finished: Finished) -> list[Event]:
        """Closes what is open. Then `response` is complete, and `conclude` may be called."""
        is_cut = finished.reason == "length"
        events = [] if self._items else self._turn_to("message")
        events += self._close("incomplete" if is_cut else "completed")
        self.response |= truncation([finished])
        self.response["status"] = "incomplete" if is_cut else "completed"
        if is_cut:
            self.response["incomplete_details"] = {"reason": "max_output_tokens"}
        self.response["completed_at"] = int(time.time())
        self.response["usage"] = {
            "input_tokens": finished.prompt_tokens,
            "output_tokens": finished.output_tokens,
            "total_tokens": finished.prompt_tokens + finished.output_tokens,
            "input_tokens_details": {"cached_tokens": finished.cached_tokens},
            "output_tokens_details": {"reasoning_tokens": 0},
        }
        return events

    def conclude(self) -> Event:
        """The last event."""
        return self._event(f"response.{self.response['status']}", response=self.response)

    def fail(self, error: AppError) -> list[Event]:
        """The last events of a response that failed. Clients raise at an `error` in the second."""
        told = envelope(error)["error"]
        self.response["status"] = "failed"
        self.response["error"] = {"code": error.code, "message": str(error)}
        plain = {name: told[name] for name in ("code", "message", "param")}
        return [
            self._event("response.failed", response=self.response),
            self._event("error", **plain, error=told),
        ]

    def _event(self, kind: str, **fields: Any) -> Event:
        event = {"type": kind, "sequence_number": self._sequence} | fields
        self._sequence += 1
        return event

    def _of_item(self, kind: str, item: Item, **fields: Any) -> Event:
        """An event about the item that was added last."""
        at = len(self._items) - 1
        return self._event(kind, output_index=at, item_id=item["id"], **fields)

    def _turn_to(self, kind: str) -> list[Event]:
        """Open an item of this type, unless it is open."""
        if self._open and self._open["type"] == kind:
            return []
        events = self._close()
        return events + (self._open_reasoning() if kind == "reasoning" else self._open_message())

    def _added(self, item: Item) -> Event:
        self._items.append(item)
        at = len(self._items) - 1
        return self._event("response.output_item.added", output_index=at, item=dict(item))

    def _done(self, item: Item) -> Event:
        at = len(self._items) - 1
        return self._event("response.output_item.done", output_index=at, item=item)

    def _open_reasoning(self) -> list[Event]:
        item: Item = {
            "id": new_id("rs_"),
            "type": "reasoning",
            "summary": [],
            "encrypted_content": "",
        }
        event = self._added(item)
        item["summary"] = [{"type": "summary_text", "text": ""}]
        self._open = item
        kind = "response.reasoning_summary_part.added"
        return [event, self._of_item(kind, item, summary_index=0, part=dict(item["summary"][0]))]

    def _think(self, text: str) -> list[Event]:
        assert self._open
        self._open["encrypted_content"] += text
        self._open["summary"][0]["text"] += text
        kind = "response.reasoning_summary_text.delta"
        return [self._of_item(kind, self._open, summary_index=0, delta=text)]

    def _open_message(self) -> list[Event]:
        item: Item = {
            "id": new_id("msg_"),
            "type": "message",
            "status": "in_progress",
            "role": "assistant",
            "content": [],
        }
        event = self._added(item)
        item["content"] = [_part()]
        self._open = item
        kind = "response.content_part.added"
        return [event, self._of_item(kind, item, content_index=0, part=_part())]

    def _say(self, piece: Piece) -> list[Event]:
        assert self._open
        part = self._open["content"][0]
        logprobs = [logprob_json(each) for each in piece.logprobs]
        part["text"] += piece.text
        part["logprobs"] += logprobs
        kind = "response.output_text.delta"
        told = {"content_index": 0, "delta": piece.text, "logprobs": logprobs}
        return [self._of_item(kind, self._open, **told)]

    def _close(self, status: str = "completed") -> list[Event]:
        """End the item that is open, if there is one."""
        item, self._open = self._open, None
        if item is None:
            return []
        if item["type"] == "reasoning":
            part = item["summary"][0]
            text_done = "response.reasoning_summary_text.done"
            part_done = "response.reasoning_summary_part.done"
            return [
                self._of_item(text_done, item, summary_index=0, text=part["text"]),
                self._of_item(part_done, item, summary_index=0, part=part),
                self._done(item),
            ]
        item["status"] = status
        part = item["content"][0]
        told = {"content_index": 0, "text": part["text"], "logprobs": part["logprobs"]}
        return [
            self._of_item("response.output_text.done", item, **told),
            self._of_item("response.content_part.done", item, content_index=0, part=part),
            self._done(item),
        ]

    def _call(self, call: ToolCall) -> list[Event]:
        item: Item = {
            "id": new_id("fc_"),
            "type": "function_call",
            "status": "in_progress",
            "call_id": call.id,
            "name": call.name,
            "arguments": "",
        }
        events = [self._added(item)]
        arguments = encode(call.arguments).decode()
        item |= {"status": "completed", "arguments": arguments}
        delta, done = (f"response.function_call_arguments.{end}" for end in ("delta", "done"))
        events.append(self._of_item(delta, item, delta=arguments))
        events.append(self._of_item(done, item, name=call.name, arguments=arguments))
        return [*events, self._done(item)]


def _part() -> dict[str, Any]:
    return {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
