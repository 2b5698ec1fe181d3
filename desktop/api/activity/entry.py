"""One request that makes a model work, from its arrival to its end. Figures, and no content unless
its app wants that."""

import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from desktop.api.activity.interruption import Interruption
from desktop.api.truncation import truncated
from desktop.engine.asker import Wait
from desktop.engine.events import Event, Finished, Piece, Prepared, Reading, Ready

MAX_CONTENT = 100_000  # characters of a prompt, and of an answer


class State(StrEnum):
    """How far a request has come."""

    WAITING = "waiting"
    READING = "reading"
    GENERATING = "generating"
    DONE = "done"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(slots=True, kw_only=True, eq=False)
class Entry:
    """Times are seconds; `started_at` is since 1970, the others since then."""

    id: str
    route: str
    dialect: str
    asked: str
    model: str
    app: str = ""
    """The app's id; empty: none is known."""
    caller: str = ""
    """The app's name, or the address."""
    address: str = ""
    keeps_content: bool = False
    wait: Wait | None = None
    """What it waits for, and as which one; None: it does not, or not any more."""
    started_at: float = field(default_factory=time.time)
    state: State = State.WAITING
    loaded_s: float | None = None
    first_token_s: float | None = None
    waited_s: float | None = None
    total_s: float | None = None
    prompt_tokens: int = 0
    read_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    output_s: float = 0.0
    truncated_messages: int = 0
    truncated_tokens: int = 0
    end_reason: str = ""
    status: int = 0
    code: str = ""
    prompt: str = ""
    interruption: Interruption = field(default_factory=Interruption)
    _started: float = field(default_factory=time.monotonic)
    _answer: list[str] = field(default_factory=list)
    _answer_room: int = MAX_CONTENT

    @property
    def is_over(self) -> bool:
        return self.total_s is not None

    def note(self, event: Event) -> None:
        """Take in what has become known. Called for every piece of an answer: it has to be
        quick."""
        if isinstance(event, Piece):
            self.output_tokens += 1  # about; `Finished` has the count
            if self.state is not State.GENERATING:
                self.state = State.GENERATING
                self.first_token_s = self._elapsed
                self.read_tokens = self.prompt_tokens
            if self.keeps_content:
                self._keep(event)
        elif isinstance(event, Reading):
            self.state = State.READING
            self.read_tokens = event.tokens
            if self.waited_s is None:
                self.waited_s = self._elapsed
        elif isinstance(event, Ready):
            self.loaded_s = self._elapsed
        elif isinstance(event, Prepared):
            self.prompt_tokens = event.tokens
            self._cut(event)
        elif isinstance(event, Finished):
            self._count(event)

    def end(self, state: State, status: int, code: str = "") -> None:
        """It is over."""
        self.state, self.status, self.code = state, status, code
        self.total_s = self._elapsed

    def view(self) -> dict[str, Any]:
        """As the API shows it; times in milliseconds, and nothing that is not known."""
        values: dict[str, Any] = {
            "id": self.id,
            "started_at": self.started_at,
            "app": {"id": self.app, "name": self.caller, "address": self.address},
            "route": self.route,
            "dialect": self.dialect,
            "model": self.model,
            "asked": self.asked,
            "state": self.state.value,
            "elapsed_ms": None if self.is_over else round(self._elapsed * 1000),
            "waited_ms": _ms(self.waited_s),
            "first_token_ms": _ms(self.first_token_s),
            "total_ms": _ms(self.total_s),
            "prompt_tokens": self.prompt_tokens,
            "read_percent": self._read_percent,
            "cached_tokens": self.cached_tokens,
            "output_tokens": self.output_tokens,
            "tokens_per_s": self._rate,
            "end_reason": self.end_reason or None,
            "queue": self._queue,
            "status": self.status or None,
            "code": self.code or None,
        }
        values |= truncated(self.truncated_messages, self.truncated_tokens)
        if self.keeps_content and self.is_over:
            values |= {"prompt": self.prompt, "answer": "".join(self._answer)}
        return {name: value for name, value in values.items() if value is not None}

    @property
    def _elapsed(self) -> float:
        return time.monotonic() - self._started

    @property
    def _read_percent(self) -> int | None:
        if self.state is not State.READING or not self.prompt_tokens:
            return None
        return min(100, 100 * self.read_tokens // self.prompt_tokens)

    @property
    def _queue(self) -> dict[str, Any] | None:
        if self.wait is None or self.is_over:
            return None
        return {"for": self.wait.what, "place": self.wait.place}

    @property
    def _rate(self) -> float | None:
        """Tokens of the answer in a second, from the first one on."""
        seconds = self.output_s
        if not self.is_over and self.first_token_s is not None:
            seconds = self._elapsed - self.first_token_s
        return round(self.output_tokens / seconds, 2) if seconds and self.output_tokens else None

    def _count(self, finished: Finished) -> None:
        self.prompt_tokens = finished.prompt_tokens
        self.cached_tokens = finished.cached_tokens
        self.output_tokens = finished.output_tokens
        self.output_s = finished.output_ns / 1e9
        self.end_reason = finished.reason
        if self.waited_s is None:
            self.waited_s = (self.loaded_s or 0.0) + finished.queue_ns / 1e9
        self._cut(finished)

    def _cut(self, what: Prepared | Finished) -> None:
        self.truncated_messages = what.dropped_messages
        self.truncated_tokens = what.dropped_tokens

    def _keep(self, piece: Piece) -> None:
        for text in (piece.thinking, piece.text, *(f"{call.name}(…)" for call in piece.calls)):
            if text and self._answer_room > 0:
                self._answer.append(text[: self._answer_room])
                self._answer_room -= len(text)


def _ms(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
