"""Puna's own API from the other side: typed, async, one connection pool.

Error bodies and lost connections come back as AppErrors, so both sides of the wire speak of
failures in the same way. May run on any asyncio loop, qasync's too.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from types import TracebackType
from typing import Any, Self, TypeAlias, TypeVar, overload

import httpx
import msgspec

from desktop.client.answers import (
    Chunk,
    ErrorBody,
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
from desktop.core.errors import AppError, ServerUnreachable

Answer = TypeVar("Answer")
Body: TypeAlias = Mapping[str, Any]
CONNECT_TIMEOUT_S = 5.0


class RequestFailed(AppError):
    """The server said no. `status` and `server_code` are its own; `str()` is its sentence."""

    code = "request_failed"

    def __init__(self, message: str, status: int, server_code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.server_code = server_code


class Client:
    """One server. Use it as an async context manager, or call `close`. Every method may raise
    ServerUnreachable and RequestFailed.

    A stream ends early when its generator is closed (`contextlib.aclosing`) or its task is
    cancelled; both close the connection, which stops the work in the server. On qasync's loop
    only cancelling does: that loop does not finish abandoned generators.

    Args:
        url: Without a slash at the end.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        try:
            self._http = httpx.AsyncClient(
                base_url=url,
                timeout=httpx.Timeout(None, connect=CONNECT_TIMEOUT_S),
                trust_env=not is_loopback(url),  # a proxy cannot reach this machine's loopback
                verify=url.startswith("https:"),  # reading the certificates takes 30 ms
            )
        except httpx.InvalidURL as error:
            raise ServerUnreachable(f"{url} is not an address: {error}") from error

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
        await self._http.aclose()

    async def version(self) -> Version:
        return await self._ask("GET", "/api/version", Version)

    async def tags(self) -> list[InstalledModel]:
        """Installed models, the newest first."""
        return (await self._ask("GET", "/api/tags", Tags)).models

    async def ps(self) -> list[LoadedModel]:
        """Models in memory."""
        return (await self._ask("GET", "/api/ps", Running)).models

    async def show(self, model: str) -> ModelCard:
        return await self._ask("POST", "/api/show", ModelCard, {"model": model})

    async def unload(self, model: str) -> None:
        """Free the model's memory as soon as nothing uses it any more."""
        await self._ask("POST", "/api/generate", Chunk, {"model": model, "keep_alive": 0})

    def generate(self, model: str, prompt: str, system: str = "") -> AsyncGenerator[Chunk]:
        """Stream an answer; an empty prompt loads the model and gives one chunk."""
        body = {"model": model, "prompt": prompt, "system": system, "stream": True}
        return self._stream("/api/generate", Chunk, body)

    def chat(self, model: str, messages: list[Message]) -> AsyncGenerator[Chunk]:
        """Stream the next turn; without messages it loads the model and gives one chunk."""
        body = {"model": model, "messages": msgspec.to_builtins(messages), "stream": True}
        return self._stream("/api/chat", Chunk, body)

    def pull(self, model: str, *, insecure: bool = False) -> AsyncGenerator[TransferLine]:
        """Fetch a model by its name or a web address; closing the stream pauses the download."""
        body = {"model": model, "insecure": insecure, "stream": True}
        return self._stream("/api/pull", TransferLine, body)

    def push(self, model: str, *, insecure: bool = False) -> AsyncGenerator[TransferLine]:
        """Send a model to the registry that its name belongs to."""
        body = {"model": model, "insecure": insecure, "stream": True}
        return self._stream("/api/push", TransferLine, body)

    async def copy(self, source: str, destination: str) -> None:
        """Give a model a second name."""
        body = {"source": source, "destination": destination}
        await self._ask("POST", "/api/copy", None, body)

    async def delete(self, model: str) -> None:
        """Remove a model, and those of its files that no other model needs."""
        await self._ask("DELETE", "/api/delete", None, {"model": model})

    def import_file(self, path: str, name: str | None) -> AsyncGenerator[ImportProgress]:
        """Add a GGUF file to the server's models; `path` is absolute, on the server's machine."""
        return self._stream("/api/puna/import", ImportProgress, {"path": path, "name": name})

    @overload
    async def _ask(
        self, method: str, route: str, kind: type[Answer], body: Body | None = None
    ) -> Answer: ...

    @overload
    async def _ask(self, method: str, route: str, kind: None, body: Body | None = None) -> None: ...

    async def _ask(
        self, method: str, route: str, kind: type[Answer] | None, body: Body | None = None
    ) -> Answer | None:
        """One question; with `kind` None, the answer's body does not matter."""
        try:
            response = await self._http.request(method, route, json=body)
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error
        _check(response)
        return None if kind is None else _decoded(response.content, kind, self.url)

    async def _stream(self, route: str, kind: type[Answer], body: Body) -> AsyncGenerator[Answer]:
        try:
            async with self._http.stream("POST", route, json=body) as response:
                if response.status_code >= 400:
                    await response.aread()
                    _check(response)
                async with aclosing(_lines(response)) as lines:
                    async for line in lines:
                        _check_line(line)
                        yield _decoded(line, kind, self.url)
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error

    def _unreachable(self, error: httpx.HTTPError) -> ServerUnreachable:
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            return ServerUnreachable(
                f"No server answers at {self.url}. Start Puna with: puna serve"
            )
        return ServerUnreachable(f"The connection to {self.url} was lost.")


def is_loopback(url: str) -> bool:
    """Whether the address is on this machine.

    >>> is_loopback("http://127.0.0.1:1"), is_loopback("http://[::1]:1"), is_loopback("http://a")
    (True, True, False)
    """
    host = httpx.URL(url).host
    return host in ("localhost", "::1") or host.startswith("127.")


async def _lines(response: httpx.Response) -> AsyncGenerator[bytes]:
    """The lines of a streamed body, as soon as they are whole."""
    rest = b""
    async for piece in response.aiter_bytes():
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            if line.strip():
                yield line
    if rest.strip():
        yield rest


def _check(response: httpx.Response) -> None:
    if response.status_code < 400:
        return
    body = _error_body(response.content)
    text = body.error or f"HTTP {response.status_code}: {response.text[:200]}"
    raise RequestFailed(text, response.status_code, body.code)


def _check_line(line: bytes) -> None:
    """An error after the first byte comes as a line of the stream."""
    if b'"error"' in line and (body := _error_body(line)).error:
        raise RequestFailed(body.error, 200, body.code)


def _error_body(raw: bytes) -> ErrorBody:
    try:
        return msgspec.json.decode(raw, type=ErrorBody)
    except msgspec.MsgspecError:
        return ErrorBody()


def _decoded(raw: bytes, kind: type[Answer], url: str) -> Answer:
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.MsgspecError as error:
        text = f"The server at {url} answered in a way that Puna does not understand: {error}"
        raise RequestFailed(text, 200) from error
