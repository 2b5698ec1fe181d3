"""Puna's own API from the other side: typed, async, one connection pool.

`wire.py` has the connection; what belongs to one window has a module of its own beside this one.
"""

from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Self

import msgspec

from desktop.client.answers import (
    AnswerLine,
    ImportProgress,
    InstalledModel,
    LoadedModel,
    Message,
    ModelCard,
    Running,
    Tags,
    TransferLine,
    Version,
)
from desktop.client.wire import RequestFailed, Wire, is_loopback

__all__ = ["Client", "RequestFailed", "is_loopback"]


class Client:
    """One server. Use it as an async context manager, or call `close`. Every method may raise
    ServerUnreachable and RequestFailed.

    A stream ends early when its generator is closed (`contextlib.aclosing`) or its task is
    cancelled; both close the connection, which stops the work in the server. On qasync's loop
    only cancelling does: that loop does not finish abandoned generators.

    Args:
        url: Without a slash at the end.
        key: Shown to a server that requires keys.
        name: Of our own program; the windows are `desktop`.
    """

    def __init__(self, url: str, key: str = "", name: str = "") -> None:
        self.wire = Wire(url, key, name)

    @property
    def url(self) -> str:
        return self.wire.url

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self.wire.close()

    async def version(self) -> Version:
        return await self.wire.ask("GET", "/api/version", Version)

    async def tags(self) -> list[InstalledModel]:
        """Installed models, the newest first."""
        return (await self.wire.ask("GET", "/api/tags", Tags)).models

    async def ps(self) -> list[LoadedModel]:
        """Models in memory."""
        return (await self.wire.ask("GET", "/api/ps", Running)).models

    async def show(self, model: str) -> ModelCard:
        return await self.wire.ask("POST", "/api/show", ModelCard, {"model": model})

    async def unload(self, model: str) -> None:
        """Free the model's memory as soon as nothing uses it any more."""
        await self.wire.ask("POST", "/api/generate", AnswerLine, {"model": model, "keep_alive": 0})

    def generate(self, model: str, prompt: str) -> AsyncGenerator[AnswerLine]:
        """Stream an answer; an empty prompt loads the model and gives one line."""
        body = {"model": model, "prompt": prompt, "stream": True}
        return self.wire.stream("/api/generate", AnswerLine, body)

    def chat(self, model: str, messages: list[Message]) -> AsyncGenerator[AnswerLine]:
        """Stream the next turn; without messages it loads the model and gives one line."""
        body = {"model": model, "messages": msgspec.to_builtins(messages), "stream": True}
        return self.wire.stream("/api/chat", AnswerLine, body)

    def pull(self, model: str, *, insecure: bool = False) -> AsyncGenerator[TransferLine]:
        """Fetch a model by its name or a web address; closing the stream pauses the download."""
        body = {"model": model, "insecure": insecure, "stream": True}
        return self.wire.stream("/api/pull", TransferLine, body)

    def push(self, model: str, *, insecure: bool = False) -> AsyncGenerator[TransferLine]:
        """Send a model to the registry that its name belongs to."""
        body = {"model": model, "insecure": insecure, "stream": True}
        return self.wire.stream("/api/push", TransferLine, body)

    async def copy(self, source: str, destination: str) -> None:
        """Give a model a second name."""
        body = {"source": source, "destination": destination}
        await self.wire.ask("POST", "/api/copy", None, body)

    async def delete(self, model: str) -> None:
        """Remove a model, and those of its files that no other model needs."""
        await self.wire.ask("DELETE", "/api/delete", None, {"model": model})

    def import_file(self, path: str, name: str | None) -> AsyncGenerator[ImportProgress]:
        """Add a GGUF file to the server's models; `path` is absolute, on the server's machine."""
        return self.wire.stream("/api/puna/import", ImportProgress, {"path": path, "name": name})
