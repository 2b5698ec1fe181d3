"""What the chat window asks the server: answers, and what an answer waits for."""

from collections.abc import AsyncGenerator
from typing import Any

import msgspec

from desktop.client.answers import AnswerLine
from desktop.client.wire import Wire

Message = dict[str, Any]


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
