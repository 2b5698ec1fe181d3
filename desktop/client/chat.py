"""What the chat window asks the server: answers, and what an answer waits for."""

from collections.abc import AsyncGenerator
from typing import Any

import msgspec

from desktop.client.wire import Wire

Message = dict[str, Any]


class Said(msgspec.Struct, frozen=True):
    """A piece of an answer; `tool_calls` are whole."""

    content: str = ""
    thinking: str = ""
    tool_calls: list[dict[str, Any]] = []


class Truncated(msgspec.Struct, frozen=True):
    """What was left out of a prompt: its oldest messages, or tokens of its middle."""

    messages: int = 0
    tokens: int = 0


class PunaFigures(msgspec.Struct, frozen=True):
    """What other servers of this API do not tell."""

    cached_tokens: int = 0
    truncated: Truncated | None = None


class AnswerLine(msgspec.Struct, frozen=True):
    """One line of an answer; figures (ns) are on the last one."""

    done: bool = False
    message: Said = Said()
    response: str = ""
    """In place of `message` where an answer goes on."""
    thinking: str = ""
    done_reason: str = ""
    total_duration: int = 0
    load_duration: int = 0
    prompt_eval_count: int = 0
    prompt_eval_duration: int = 0
    eval_count: int = 0
    eval_duration: int = 0
    puna: PunaFigures = PunaFigures()

    @property
    def text(self) -> str:
        return self.message.content or self.response

    @property
    def thought(self) -> str:
        return self.message.thinking or self.thinking


class RunningRequest(msgspec.Struct, frozen=True):
    """One entry of `/api/puna/activity/running`. Times in ms."""

    model: str = ""
    asked: str = ""
    state: str = ""  # waiting, reading, generating
    elapsed_ms: int = 0
    prompt_tokens: int = 0
    read_percent: int | None = None


class _Running(msgspec.Struct, frozen=True):
    requests: list[RunningRequest] = []


class _Debug(msgspec.Struct, frozen=True):
    rendered_template: str = ""


class _Rendered(msgspec.Struct, frozen=True):
    debug: _Debug = msgspec.field(default=_Debug(), name="_debug_info")


class Chats:
    """Every method may raise ServerUnreachable and RequestFailed."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def answer(
        self, model: str, messages: list[Message], ask: dict[str, Any]
    ) -> AsyncGenerator[AnswerLine]:
        """The next message. `ask`: `options` and `think`, where they are wanted. Cancel the task
        to stop it."""
        body = {"model": model, "messages": messages, "stream": True} | ask
        return self._wire.stream("/api/chat", AnswerLine, body)

    def go_on(
        self, model: str, prompt: str, images: list[str], ask: dict[str, Any]
    ) -> AsyncGenerator[AnswerLine]:
        """What comes after a prompt that `render` made and that has the answer's beginning at its
        end."""
        body = {"model": model, "prompt": prompt, "stream": True, "template": "{{ .Prompt }}"}
        body |= {"context": [], "images": images} | ask
        return self._wire.stream("/api/generate", AnswerLine, body)

    async def render(self, model: str, messages: list[Message], ask: dict[str, Any]) -> str:
        """The text that a model gets to read for these messages."""
        body = {"model": model, "messages": messages, "stream": False, "_debug_render_only": True}
        reply = await self._wire.ask("POST", "/api/chat", _Rendered, body | ask)
        return reply.debug.rendered_template

    async def load(self, model: str, ask: dict[str, Any]) -> None:
        """Returns when the model is in memory."""
        body = {"model": model, "messages": [], "stream": False} | ask
        await self._wire.ask("POST", "/api/chat", AnswerLine, body)

    async def running(self) -> list[RunningRequest]:
        """Requests that models work on or that wait, the oldest first."""
        return (await self._wire.ask("GET", "/api/puna/activity/running", _Running)).requests
