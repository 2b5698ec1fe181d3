"""What a chat needs to know about a model before it is asked: abilities, room, and tokens."""

from typing import Any

import msgspec

from desktop.client.answers import LoadedModel, Running
from desktop.client.wire import Wire


class Card(msgspec.Struct, frozen=True):
    """The answer of `/api/show`, as far as it matters here."""

    model_info: dict[str, Any] = {}
    capabilities: list[str] = []
    parameters: str = ""

    @property
    def architecture(self) -> str:
        return str(self.model_info.get("general.architecture", ""))

    @property
    def most_context_tokens(self) -> int:
        """What the model was made for; 0: unknown."""
        found = self.model_info.get(f"{self.architecture}.context_length", 0)
        return found if isinstance(found, int) else 0

    @property
    def usual(self) -> dict[str, float]:
        """The model's own values of options that are numbers."""
        found = {}
        for line in self.parameters.splitlines():
            name, _, text = line.strip().partition(" ")
            try:
                found[name] = float(text)
            except ValueError:
                continue  # `stop` is a text
        return found


class _Bytes(msgspec.Struct, frozen=True):
    total: int = 0


class Need(msgspec.Struct, frozen=True):
    """What an installed model would take here. `context_tokens`: with which context."""

    verdict: str = ""
    context_tokens: int = 0
    bytes: _Bytes = _Bytes()


class _Tokens(msgspec.Struct, frozen=True):
    tokens: list[int] = []


class Measuring:
    """Every method may raise ServerUnreachable and RequestFailed."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def card(self, model: str) -> Card:
        return await self._wire.ask("POST", "/api/show", Card, {"model": model})

    async def loaded(self, model: str) -> LoadedModel | None:
        """What is known of the model if it is in memory."""
        running = await self._wire.ask("GET", "/api/ps", Running)
        names = (model, f"{model}:latest")
        return next((each for each in running.models if each.name in names), None)

    async def need(self, model: str, num_ctx: int = 0) -> Need:
        """Told by the headers of its files; loads nothing."""
        body: dict[str, Any] = {"model": model} | ({"num_ctx": num_ctx} if num_ctx else {})
        return await self._wire.ask("POST", "/api/puna/estimate", Need, body)

    async def tokens(self, model: str, text: str) -> int:
        """How many a text has; loads the model if it is not loaded."""
        body = {"model": model, "content": text}
        return len((await self._wire.ask("POST", "/api/tokenize", _Tokens, body)).tokens)
